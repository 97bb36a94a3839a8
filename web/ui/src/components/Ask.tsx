import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { today } from "../calendar";
import { asksOf, occasion, readAsks, type Asks } from "../checkin";
import { focusHeadline, useServices, useView } from "../hooks";
import { keepAsks, keptAsks } from "../prefs";
import type { FeelProps } from "./relief/Feel";

/** How long the thanks stay, in milliseconds. */
const thanksFor = 6000;

/** Asks how the back feels when somebody has come back from a break, without pushing itself forward. */
export function Ask() {
  const { store } = useServices();
  const [kept, setKept] = useState<Asks | null>(() => readAsks(keptAsks()));
  const due = useView((app) => occasion(app, kept));
  const [Card, setCard] = useState<ComponentType<FeelProps> | null>(null);
  /** What somebody is answering: it stays until they have, or have put it away. */
  const [held, setHeld] = useState<number | null>(null);
  const [thanked, setThanked] = useState(false);
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
    setThanked(false);
    if (here) focusHeadline();
  };

  useEffect(() => {
    if (due === null || Card) return;
    let here = true;
    import("./relief/Feel").then(
      (m) => here && setCard(() => m.Feel),
      () => {}, // a service that is gone: there is nothing to ask
    );
    return () => void (here = false);
  }, [due, Card]);
  useEffect(() => {
    if (shown === null || held !== null || document.hidden) return;
    const { asked } = asksOf(readAsks(keptAsks()), today(store.app.live?.time ?? shown));
    if (!asked.includes(shown)) keep({ asked: [...asked, shown] });
  }, [shown, held]);
  useEffect(() => {
    if (!thanked) return;
    const timer = setTimeout(close, thanksFor);
    return () => clearTimeout(timer);
  }, [thanked]);

  if (shown === null || !Card) return null;
  return (
    <div ref={box}>
      <Card
        onTouch={() => setHeld(shown)}
        onSaid={() => setThanked(true)}
        onOff={() => {
          keep({ off: true });
          close();
        }}
      />
    </div>
  );
}
