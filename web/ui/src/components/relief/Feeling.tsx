import { useEffect, useRef, useState } from "preact/hooks";
import { maxTension, type Area } from "../../contract";
import { focusHeadline, useView } from "../../hooks";
import { noteFeeling } from "../../relief-api";
import { placeLabel } from "../../relief-words";

const steps = Array.from({ length: maxTension + 1 }, (_, i) => i);

interface ScaleProps {
  legend: string;
  /** The number that is on its way. */
  chosen: number | null;
  busy: boolean;
  onSay: (tension: number) => void;
}

/** The numbers from 0 to 10: one tap says one. For the keys it is one stop, and the arrows go along it. */
export function Scale({ legend, chosen, busy, onSay }: ScaleProps) {
  const open = useView((app) => app.link.status === "open");
  const [at, setAt] = useState(0);
  const row = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const to: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      Home: 0,
      End: maxTension,
    };
    const next = Object.hasOwn(to, e.key) ? to[e.key]! : null;
    if (next === null || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    const n = Math.min(maxTension, Math.max(0, next));
    setAt(n);
    row.current?.querySelectorAll("button")[n]?.focus();
  };
  return (
    <fieldset class="scale">
      <legend>{legend}</legend>
      <div ref={row} class="tension" onKeyDown={move}>
        {steps.map((n) => (
          <button
            key={n}
            type="button"
            tabIndex={n === at ? 0 : -1}
            aria-label={`${n} of ${maxTension}`}
            aria-pressed={n === chosen}
            // One that is out of use would lose the focus.
            aria-disabled={!open || busy}
            onFocus={() => setAt(n)}
            onClick={() => open && !busy && onSay(n)}
          >
            {n}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** What was said of areas, and how to say it. */
export function useSaid(): {
  said: Partial<Record<Area, number>>;
  /** What is on its way. */
  sending: { area: Area; tension: number } | null;
  problem: string;
  /** Resolves to whether it is written down. */
  say: (area: Area, tension: number) => Promise<boolean>;
} {
  const [said, setSaid] = useState<Partial<Record<Area, number>>>({});
  const [sending, setSending] = useState<{ area: Area; tension: number } | null>(null);
  const [problem, setProblem] = useState("");
  const say = async (area: Area, tension: number) => {
    setSending({ area, tension });
    const { refused } = await noteFeeling(area, tension);
    setSending(null);
    setProblem(refused);
    if (!refused) setSaid((old) => ({ ...old, [area]: tension }));
    return !refused;
  };
  return { said, sending, problem, say };
}

/** "Upper back: 4 of 10". */
export const saidWords = (area: Area, tension: number): string =>
  `${placeLabel(area)}: ${tension} of ${maxTension}`;

export const scaleNote = `Only if you like: 0 is no tension, ${maxTension} the worst you can think of.`;

/** Asks how one area feels, for whoever wants to say it. */
export function Feeling({ area }: { area: Area }) {
  const { said, sending, problem, say } = useSaid();
  const done = said[area];
  useEffect(() => {
    // The numbers that were pressed are gone.
    if (done !== undefined && document.activeElement === document.body) focusHeadline();
  }, [done]);
  return (
    <div class="feeling">
      {done === undefined && (
        <>
          <Scale
            legend={`How is it now? ${placeLabel(area)}`}
            chosen={sending?.tension ?? null}
            busy={sending !== null}
            onSay={(n) => void say(area, n)}
          />
          <p class="note">{scaleNote}</p>
        </>
      )}
      <p role="status">
        {done !== undefined && `${saidWords(area, done)}. Thank you. It stands in your diary.`}
      </p>
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
