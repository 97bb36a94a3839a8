import { useEffect, useRef, useState } from "preact/hooks";
import type { Area } from "../../contract";
import { focusHeadline, useServices } from "../../hooks";
import { motionOf } from "../../relief-figure";
import type { Programme } from "../../relief-contract";
import { breathAt, swapFor, view, type Item, type Player as Playing } from "../../relief-player";
import { kindLabel, leftWords, lengthWords, phaseWords, progressWords } from "../../relief-words";
import { timed, type Coach } from "./coach";
import { Feeling } from "./Feeling";
import { Moving, useFrames, useStill, type Moment } from "./Moving";
import { useNotes, usePlayer, useWake, type Picture, type Wanted } from "./usePlayer";

interface PlayerProps {
  items: readonly Item[];
  /** What may be done instead. */
  pool: readonly Item[];
  /** What the routine is for. */
  area: Area;
  programme: Programme;
  /** Who sees how it goes. */
  coach?: Coach;
  onLeave: () => void;
}

/** A guided routine: one exercise at a time, in peace. */
export function Player({ items, pool, area, programme, coach: useCoach = timed, onLeave }: PlayerProps) {
  const { shown, live, act } = usePlayer(items);
  const notes = useNotes(shown.did);
  const [said, setSaid] = useState("");
  const tried = useRef(new Set<string>());
  const running = !shown.paused && shown.end === "";
  useWake(running);
  const item = shown.items[Math.min(shown.at, shown.items.length - 1)]!;
  const seen = useCoach(item.exercise, running);
  useEffect(() => {
    if (seen) act({ type: "count", repetitions: seen.repetitions });
  }, [seen?.repetitions, act]);

  const swap = () => {
    const other = swapFor(live.current, pool, tried.current);
    if (!other) {
      setSaid("There is nothing else for this area that fits you now.");
      return;
    }
    tried.current.add(item.exercise.id);
    act({ type: "swap", item: other });
    setSaid("");
  };
  const press = (a: Wanted) => {
    setSaid("");
    act(a);
  };
  useKeys(shown, press, swap, onLeave);
  // Each exercise is read from its name on.
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) focusHeadline();
    first.current = false;
  }, [shown.end]);

  if (shown.end !== "") {
    return (
      <End
        shown={shown}
        area={area}
        programme={programme}
        problem={notes.problem}
        again={notes.again}
        onGoOn={() => press({ type: "resume" })}
        onLeave={onLeave}
      />
    );
  }
  const v = shown.view;
  const calm = item.exercise.kind === "calm";
  return (
    <section class={`player${v?.letGo ? " let-go" : ""}`} aria-label="Guided routine">
      <div class="player-bar">
        <p>
          {shown.at + 1} of {shown.items.length}
          <span class="note"> · {leftWords(v?.left ?? 0)} left</span>
        </p>
        <ol class="beads" aria-hidden="true">
          {shown.items.map((it, i) => (
            <li key={`${i}${it.exercise.id}`} class={i < shown.at ? "over" : i === shown.at ? "here" : ""} />
          ))}
        </ol>
        <Control label="Stop" keyName="Esc" onPress={() => press({ type: "stop" })} />
      </div>
      <div class="player-head">
        <h1 tabIndex={-1}>{item.exercise.name}</h1>
        <p class="sub">To {kindLabel(item.exercise.kind)}</p>
      </div>
      <div class="stage">
        {calm ? (
          <Breath live={live} paused={shown.paused} doing={v?.doing ?? 0} />
        ) : (
          <Moving
            exercise={item.exercise.id}
            label={`A figure that shows it: ${item.exercise.name}`}
            at={(now) => moment(live.current, now)}
            paused={shown.paused}
          />
        )}
        <div class="meter">
          <Ring live={live} shown={shown} />
          <p class="phase">{shown.paused ? "Paused" : v ? phaseWords(item, v) : ""}</p>
          <p class="progress">{v ? progressWords(item, v) : ""}</p>
        </div>
      </div>
      <div class="player-words">
        <ol class="how">
          {item.exercise.steps.map((s) => (
            <li key={s}>{s}</li>
          ))}
        </ol>
        {item.adapt && (
          <p class="adapt">
            <strong>For you:</strong> {item.adapt}
          </p>
        )}
        <p class="caution">{item.exercise.caution}</p>
        <p class="note">{seen ? seen.said : "Timed, not seen by the camera."}</p>
      </div>
      <div class="player-controls" role="group" aria-label="The routine">
        <Control label="Back" keyName="←" onPress={() => press({ type: "back" })} />
        <Control
          label={shown.paused ? "Go on" : "Pause"}
          keyName="space"
          primary
          onPress={() => press({ type: "toggle" })}
        />
        <Control label="Skip" keyName="→" onPress={() => press({ type: "skip" })} />
        <Control label="Swap" keyName="s" onPress={swap} />
      </div>
      <p class="said" role="status">
        {said || (shown.slept ? "Paused: nobody can have been here for a while." : "")}
      </p>
      <p class="sr" role="status">
        {v &&
          `${item.exercise.name}${v.side ? `, ${v.side} side` : ""}${v.kind === "ready" ? ": get into place" : ""}`}
      </p>
      <p class="disclaimer">
        {programme.manner} {programme.disclaimer}
      </p>
    </section>
  );
}

/** Where the figure is at a moment. */
function moment(p: Playing, now: number): Moment {
  const v = view(p, now);
  if (!v) return { kind: "ready", share: 0, ms: 0, other: false };
  const alternate = motionOf(p.items[p.at]!.exercise.id).alternate === true && v.repetition % 2 === 0;
  return { kind: v.kind, share: v.share, ms: v.doing, other: v.side === "right" || alternate };
}

interface ControlProps {
  label: string;
  /** The key that does the same. */
  keyName: string;
  primary?: boolean;
  onPress: () => void;
}

function Control({ label, keyName, primary, onPress }: ControlProps) {
  return (
    <button
      type="button"
      class={primary ? "primary" : "quiet-button"}
      onClick={(e) => {
        onPress();
        // Whoever uses a pointer has the keys for the routine again.
        if (e.detail > 0) focusHeadline();
      }}
    >
      {label}
      <kbd aria-hidden="true">{keyName}</kbd>
    </button>
  );
}

/** What is pressed by space itself. */
const ownSpace = "button, a, input, select, textarea, summary";

/** Space pauses, the arrows skip and go back, s swaps, Esc stops. */
function useKeys(shown: Picture, press: (a: Wanted) => void, swap: () => void, leave: () => void): void {
  const { store } = useServices();
  const latest = useRef({ shown, press, swap, leave });
  latest.current = { shown, press, swap, leave };
  useEffect(() => {
    const down = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey || store.app.dialog) return;
      const { shown, press, swap, leave } = latest.current;
      const on = e.target instanceof Element ? e.target : null;
      if (shown.end !== "") {
        if (e.key !== "Escape") return;
        e.preventDefault();
        leave();
        return;
      }
      const does: Record<string, () => void> = {
        " ": () => press({ type: "toggle" }),
        ArrowRight: () => press({ type: "skip" }),
        ArrowLeft: () => press({ type: "back" }),
        s: swap,
        Escape: () => press({ type: "stop" }),
      };
      const what = Object.hasOwn(does, e.key) ? does[e.key] : undefined;
      if (!what || (e.key === " " && on?.closest(ownSpace)) || on?.closest("input, select, textarea")) return;
      e.preventDefault();
      if (!e.repeat) what();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [store]);
}

/** What is left, as a ring that empties around the seconds. */
function Ring({ live, shown }: { live: { current: Playing }; shown: Picture }) {
  const still = useStill();
  const ring = useRef<SVGCircleElement>(null);
  const show = (share: number) =>
    ring.current?.setAttribute("stroke-dasharray", `${Math.min(1, Math.max(0, share)).toFixed(4)} 2`);
  useFrames(!still && !shown.paused, (now) => show(view(live.current, now)?.ring ?? 0));
  useEffect(() => show(shown.view?.ring ?? 0), [still, shown.paused, still ? shown.view?.ring : 0]);
  const seconds = shown.view?.seconds ?? 0;
  const words = seconds >= 60 ? leftWords(seconds) : String(seconds);
  return (
    <div class="count-ring" role="timer" aria-label={`${lengthWords(seconds)} left`}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="track" cx="50" cy="50" r="44" />
        <circle ref={ring} class="left" cx="50" cy="50" r="44" pathLength={1} transform="rotate(-90 50 50)" />
        <text x="50" y="50" class={seconds >= 60 ? "long" : ""}>
          {words}
        </text>
      </svg>
    </div>
  );
}

/** A circle that breathes: four seconds in, six out. */
function Breath(p: { live: { current: Playing }; paused: boolean; doing: number }) {
  const still = useStill();
  const circle = useRef<SVGCircleElement>(null);
  const draw = (ms: number) => circle.current?.setAttribute("r", (26 + 20 * breathAt(ms).full).toFixed(2));
  useFrames(!still && !p.paused, (now) => draw(view(p.live.current, now)?.doing ?? 0));
  const b = breathAt(p.doing);
  return (
    <div class="breath">
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="most" cx="50" cy="50" r="46" />
        {/* Without motion the words alone lead. */}
        <circle ref={circle} class="air" cx="50" cy="50" r={still ? 36 : 26} />
        <circle class="least" cx="50" cy="50" r="26" />
      </svg>
      <p>
        <strong>{b.into ? "Breathe in" : "Breathe out"}</strong>
        <span aria-hidden="true">{b.seconds}</span>
      </p>
    </div>
  );
}

interface EndProps {
  shown: Picture;
  area: Area;
  programme: Programme;
  problem: string;
  again: () => void;
  onGoOn: () => void;
  onLeave: () => void;
}

/** What was done, and how it is now. */
function End({ shown, area, programme, problem, again, onGoOn, onLeave }: EndProps) {
  const total = shown.did.reduce((sum, d) => sum + d.seconds, 0);
  const all = shown.end === "done";
  return (
    <section class="player ended" aria-label="After the routine">
      <h1 tabIndex={-1}>
        {all && total > 0 ? "Well done, and thank you." : all ? "That was it." : "Stopped."}
      </h1>
      <p class="sub">
        {total > 0
          ? `You did ${lengthWords(total)}. ${all ? "A few minutes most days are what helps." : "That counts, too."}`
          : "Nothing was done this time, and that is fine."}
      </p>
      {total > 0 && (
        <ul class="did">
          {totals(shown).map(([id, seconds]) => (
            <li key={id}>
              {programme.exercises.find((e) => e.id === id)?.name}, {lengthWords(seconds)}
            </li>
          ))}
        </ul>
      )}
      {problem && (
        <p role="alert" class="banner warn">
          What you did is not noted yet. {problem}
          <button type="button" class="plain" onClick={again}>
            Try again
          </button>
        </p>
      )}
      {total > 0 && <Feeling area={area} />}
      <div class="player-controls">
        <button type="button" class="primary" onClick={onLeave}>
          Back to what helps
        </button>
        {!all && (
          <button type="button" class="quiet-button" onClick={onGoOn}>
            Go on where I was
          </button>
        )}
      </div>
      <p class="disclaimer">{programme.disclaimer}</p>
    </section>
  );
}

/** The seconds of each exercise that was done, also in several goes. */
function totals(shown: Picture): [string, number][] {
  const by = new Map<string, number>();
  for (const d of shown.did) by.set(d.exercise, (by.get(d.exercise) ?? 0) + d.seconds);
  return [...by];
}
