import { useEffect, useRef, useState } from "preact/hooks";
import { today } from "../calendar";
import { asksOf, occasion, readAsks, somebody, type Asks } from "../checkin";
import { focusHeadline, useServices, useView } from "../hooks";
import { usePart } from "../lazy";
import { keepAsks, keptAsks } from "../prefs";

/** How long the thanks stay, and how long there is for saying more, in milliseconds. */
const thanksFor = 6000;
const moreFor = 20_000;

/** Asks how the back feels when somebody has come back from a break, without pushing itself forward. */
export function Ask() {
  const { store } = useServices();
  const [kept, setKept] = useState<Asks | null>(() => readAsks(keptAsks()));
  const due = useView((app) => occasion(app, kept));
  const Card = usePart(due !== null, () => import("./relief/Feel").then((m) => m.Feel));
  /** What somebody is answering: it stays until they have, or have put it away. */
  const [held, setHeld] = useState<number | null>(null);
  /** When it goes by itself, once something was said. */
  const [until, setUntil] = useState<number | null>(null);
  /** What was answered or put away. */
  const [gone, setGone] = useState<number | null>(null);
  const wanted = held ?? due;
  const shown = Card && wanted !== gone ? wanted : null;
  const box = useRef<HTMLDivElement>(null);
  const keep = (change: Partial<Asks>) => {
    const now = store.app.live?.time;
    if (!now) return;
    // Another tab may have asked meanwhile.
    const next = { ...asksOf(readAsks(keptAsks()), today(now)), ...change };
    keepAsks(next);
    setKept(next);
  };
  const close = () => {
    const here = box.current?.contains(document.activeElement) ?? false;
    setGone(shown);
    setHeld(null);
    setUntil(null);
    if (here) focusHeadline();
  };

  // Only who is there has been asked: the camera sees them, or they touch the page.
  const seen = useView(somebody);
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    setTouched(false);
    if (shown === null) return;
    const touch = () => setTouched(true);
    const how = ["pointerdown", "keydown"] as const;
    for (const e of how) document.addEventListener(e, touch, true);
    return () => {
      for (const e of how) document.removeEventListener(e, touch, true);
    };
  }, [shown]);
  useEffect(() => {
    if (shown === null || document.hidden || !(seen || touched)) return;
    const { asked } = asksOf(readAsks(keptAsks()), today(store.app.live?.time ?? shown));
    if (!asked.includes(shown)) keep({ asked: [...asked, shown] });
  }, [shown, seen, touched]);
  useEffect(() => {
    if (until === null) return;
    const timer = setTimeout(close, until - performance.now());
    return () => clearTimeout(timer);
  }, [until]);

  if (shown === null || !Card) return null;
  return (
    <div ref={box}>
      <Card
        onTouch={() => setHeld(shown)}
        onSaid={(all) => setUntil(performance.now() + (all ? thanksFor : moreFor))}
        onDone={close}
        onOff={() => {
          keep({ off: true });
          close();
        }}
      />
    </div>
  );
}
