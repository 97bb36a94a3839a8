import { useEffect, useRef, useState } from "preact/hooks";
import "../../relief.css";
import { today, weekOf } from "../../calendar";
import { areas, type Area } from "../../contract";
import { focusHeadline, useServices } from "../../hooks";
import { placeLabel } from "../../relief-words";
import { loadWeek } from "../../week-api";
import type { Exposure } from "../../week-contract";
import { saidWords, Scale, scaleNote, useSaid } from "./Feeling";

export interface FeelProps {
  /** Somebody has begun to answer. */
  onTouch: () => void;
  /** An area was said; also whether it was the last one. */
  onSaid: (all: boolean) => void;
  /** Not again today. */
  onOff: () => void;
  /** It was answered and can go. */
  onDone: () => void;
}

/** The area that was strained most; null when nothing was. */
export function mostStrained(e: Exposure | undefined): Area | null {
  const upper = e?.upperBack ?? 0;
  const lower = e?.lowerBack ?? 0;
  if (upper <= 0 && lower <= 0) return null;
  return upper >= lower ? "upper_back" : "lower_back";
}

/** A quiet question on the live page: one tap answers it, and more can be said. */
export function Feel({ onTouch, onSaid, onOff, onDone }: FeelProps) {
  const { store } = useServices();
  const { said, sending, problem, say } = useSaid();
  const [picked, pick] = useState<Area | null>(null);
  const [guess, setGuess] = useState<Area | null>(null);
  const area = picked ?? guess ?? "overall";
  const any = areas.some((a) => said[a] !== undefined);
  const left = areas.filter((a) => said[a] === undefined);
  useEffect(() => {
    let here = true;
    const day = today(store.app.live?.time ?? Date.now());
    void loadWeek(weekOf(day)).then(({ value }) => {
      if (here) setGuess(mostStrained(value?.days.find((d) => d.date === day)?.exposure));
    });
    return () => void (here = false);
  }, []);
  const box = useRef<HTMLElement>(null);
  const touch = () => {
    // What is being answered does not change under the finger.
    pick((old) => old ?? area);
    onTouch();
  };
  const answer = async (a: Area, n: number) => {
    const all = left.length === 1;
    if (await say(a, n)) onSaid(all);
  };
  // The numbers that were pressed are gone: the keys go on at the next ones.
  const before = useRef(left.length);
  useEffect(() => {
    if (left.length === before.current) return;
    before.current = left.length;
    const on = document.activeElement;
    if (on !== document.body && !box.current?.contains(on)) return;
    const next = box.current?.querySelector<HTMLElement>(".tension [tabindex='0']");
    if (next) next.focus({ preventScroll: true });
    else focusHeadline();
  }, [left.length]);
  const scale = (a: Area, legend: string) => (
    <Scale
      key={a}
      legend={legend}
      chosen={sending?.area === a ? sending.tension : null}
      busy={sending !== null}
      onSay={(n) => void answer(a, n)}
    />
  );
  return (
    <section ref={box} class="feel" aria-labelledby="feel-title" onFocusIn={touch} onPointerDown={touch}>
      <div class="row">
        <h2 id="feel-title">How does your back feel?</h2>
        <button type="button" class="plain" onClick={any ? onDone : onOff}>
          {any ? "Done" : "Not today"}
        </button>
      </div>
      {!any && (
        <>
          <fieldset class="pick small">
            <legend class="sr">Where</legend>
            {areas.map((a) => (
              <label key={a}>
                <input type="radio" name="feel-area" checked={a === area} onChange={() => pick(a)} />
                <span>{placeLabel(a)}</span>
              </label>
            ))}
          </fieldset>
          {scale(area, `Tension: ${placeLabel(area).toLowerCase()}`)}
          <p class="note">{scaleNote}</p>
        </>
      )}
      <p role="status">
        {any &&
          `${areas
            .filter((a) => said[a] !== undefined)
            .map((a) => saidWords(a, said[a]!))
            .join(", ")}. Thank you.`}
      </p>
      {any && left.map((a) => scale(a, placeLabel(a)))}
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}
