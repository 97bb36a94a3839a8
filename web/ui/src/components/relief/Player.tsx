import { useEffect, useRef, useState } from "preact/hooks";
import type { Area, Coaching } from "../../contract";
import { focusHeadline, useServices, useView } from "../../hooks";
import { coachWanted, setCoachWanted } from "../../prefs";
import { motionOf } from "../../relief-figure";
import type { Programme } from "../../relief-contract";
import {
  atRest,
  breathAt,
  elapsed,
  follow,
  holdOf,
  lengthOf,
  swapFor,
  view,
  type Item,
  type Player as Playing,
} from "../../relief-player";
import {
  coachWords,
  countWords,
  kindLabel,
  leftWords,
  lengthWords,
  phaseWords,
  progressWords,
  seenWords,
  spokenSeen,
  spokenWords,
  toldHold,
} from "../../relief-words";
import { lastEventID } from "../../store";
import { useCamera, type Coach, type Seen } from "./coach";
import { Feeling } from "./Feeling";
import { Moving, shown as shownBy, useFrames, useStill, type Moment } from "./Moving";
import { useAloud, type Aloud } from "./useAloud";
import { useDoing, useNotes, usePlayer, useWake, type Picture, type Wanted } from "./usePlayer";

interface PlayerProps {
  items: readonly Item[];
  /** What may be done instead. */
  pool: readonly Item[];
  /** What the routine is for. */
  area: Area;
  programme: Programme;
  /** Why exercises must stop; empty while nothing is against them. */
  against: string;
  /** Who sees how it goes. */
  coach?: Coach;
  /** Whether it may go on after a stop: an empty string, or why not now; null when something else comes first. */
  mayGoOn: () => Promise<string | null>;
  onLeave: () => void;
}

/** A guided routine: one exercise at a time, in peace. */
export function Player({
  items,
  pool,
  area,
  programme,
  against: told,
  coach: useCoach = useCamera,
  mayGoOn,
  onLeave,
}: PlayerProps) {
  const { shown, live, act } = usePlayer(items);
  const { store } = useServices();
  const [before] = useState(() => lastEventID(store.app.events));
  const notes = useNotes(shown.did);
  const [said, setSaid] = useState("");
  /** What the service had against an exercise that began. */
  const [refused, setRefused] = useState("");
  const against = told || refused;
  const tried = useRef(new Set<string>());
  const running = !shown.paused && shown.end === "";
  useWake(running);
  const item = shown.items[Math.min(shown.at, shown.items.length - 1)]!;
  const [wanted, setWanted] = useState(coachWanted);
  const seen = useCoach(item, shown.run, running, wanted);
  const c = seen.progress;
  const counted = c ? countedOf(item, c) : null;
  const finished = c !== null && isFinished(item, c);
  // Nobody counts any more, or nobody may: the clock goes on.
  const blind = running && c === null && (seen.against !== "" || !seen.can || !wanted);
  useEffect(() => {
    if (counted !== null) act({ type: "count", repetitions: counted });
    if (finished) act({ type: "skip" });
    if (blind) act({ type: "count", repetitions: null });
  }, [counted, finished, blind, shown.run, act]);
  useDoing(
    item.exercise.id,
    shown.run,
    running,
    () => {
      const p = live.current;
      return lengthOf(p) - elapsed(p, performance.now());
    },
    setRefused,
  );
  useEffect(() => {
    if (against) act({ type: "stop" });
  }, [against, act]);
  const seenAt = useFollowed(item, shown.run, c);
  const v = shown.view;
  const phase = c ? spokenSeen(item, c, shown.paused) : v ? spokenWords(item, v, shown.paused) : "";
  const aloud = useAloud([c ? coachWords(c) : "", phase, c ? countWords(item, c) : ""], shown.run, running);
  // Whoever hears it by the page's own voice is not told it by a screen reader as well.
  const polite = aloud.on ? "off" : "polite";

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
        before={before}
        area={area}
        programme={programme}
        problem={notes.problem}
        again={notes.again}
        against={against}
        onGoOn={async () => {
          const why = await mayGoOn();
          if (why === "") press({ type: "resume" });
          return why ?? "";
        }}
        onLeave={onLeave}
      />
    );
  }
  const calm = item.exercise.kind === "calm";
  const letGo = c ? c.phase === "holding" && c.holdTarget > 0 && c.hold >= c.holdTarget : v?.letGo;
  return (
    <section class={`player${letGo ? " let-go" : ""}`} aria-label="Guided routine">
      <div class="player-bar">
        <p>
          {shown.at + 1} of {shown.items.length}
          <span class="note">{` · ${v?.about ? "about " : ""}${leftWords(v?.left ?? 0)} left`}</span>
        </p>
        <ol class="beads" aria-hidden="true">
          {shown.items.map((it, i) => (
            <li key={`${i}${it.exercise.id}`} class={i < shown.at ? "over" : i === shown.at ? "here" : ""} />
          ))}
        </ol>
        <Control label="Stop" keyName="Esc" onPress={() => press({ type: "stop" })} />
      </div>
      <div class="player-body">
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
              at={(now) => (c ? seenAt(now, c) : moment(live.current, now))}
              paused={shown.paused}
            />
          )}
          {c ? (
            <Counted item={item} c={c} polite={polite} />
          ) : (
            <div class="meter">
              <Ring item={item} live={live} shown={shown} />
              <p class="phase">{shown.paused ? "Paused" : v ? phaseWords(item, v) : ""}</p>
              <p class="progress">{v ? progressWords(item, v) : ""}</p>
            </div>
          )}
        </div>
        <div class="player-words">
          <p class="caution">{item.exercise.caution}</p>
          {item.adapt && (
            <p class="adapt">
              <strong>For you:</strong> {item.adapt}
            </p>
          )}
          <ol class="how">
            {item.exercise.steps.map((s) => (
              <li key={s}>{s}</li>
            ))}
          </ol>
          <Eye
            item={item}
            seen={seen}
            wanted={wanted}
            paused={shown.paused}
            onWant={(on) => {
              setCoachWanted(on);
              setWanted(on);
            }}
          />
          {aloud.can && <Voice aloud={aloud} />}
        </div>
        <p class="disclaimer">
          {programme.manner} {programme.disclaimer}
        </p>
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
      <p class="sr" role="status" aria-live={polite}>
        {phase}
      </p>
    </section>
  );
}

/** What was counted, with both sides as one, as the clock counts; null while nobody was made out. */
function countedOf({ exercise }: Item, c: Coaching): number | null {
  if (c.repetitions === 0 && (c.phase === "getting_ready" || c.phase === "not_seen")) return null;
  return exercise.dose.sides > 1 ? Math.floor(c.repetitions / 2) : c.repetitions;
}

/** A walk that was cut short may still be made longer, in shares of what is wanted. */
const longEnough = 0.9;

/** Whether an exercise is done and its last movement over. */
function isFinished({ exercise }: Item, c: Coaching): boolean {
  if (c.target === 0 || c.repetitions < c.target || c.phase === "moving" || c.phase === "holding")
    return false;
  return exercise.kind !== "move" || c.lastHold >= longEnough * c.holdTarget;
}

/** What the camera counts: the repetitions, and a hold as it grows. */
function Counted({ item, c, polite }: { item: Item; c: Coaching; polite: "polite" | "off" }) {
  const holds = c.phase === "holding" && c.holdTarget >= toldHold;
  const share = holds ? c.hold / c.holdTarget : c.target > 0 ? c.repetitions / c.target : 0;
  const shown = holds ? Math.floor(c.hold) : c.repetitions;
  const count = countWords(item, c);
  return (
    <div class="meter counted">
      <div class="count-ring">
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <circle class="track" cx="50" cy="50" r="44" />
          <circle
            class="left"
            cx="50"
            cy="50"
            r="44"
            pathLength={1}
            transform="rotate(-90 50 50)"
            stroke-dasharray={`${Math.min(1, share).toFixed(3)} 2`}
          />
          <text x="50" y="50" class={shown > 99 ? "long" : ""}>
            {shown}
          </text>
        </svg>
      </div>
      <p class="phase">{seenWords(item, c)}</p>
      <p class="progress" role="status" aria-live={polite}>
        {count}
      </p>
      <p class={`coach-says${c.overstretched ? " eases" : ""}`} role="status" aria-live={polite}>
        {coachWords(c)}
      </p>
    </div>
  );
}

interface EyeProps {
  item: Item;
  seen: Seen;
  wanted: boolean;
  paused: boolean;
  onWant: (on: boolean) => void;
}

/** Whether the camera counts, and the switch for it. */
function Eye({ item, seen, wanted, paused, onWant }: EyeProps) {
  if (item.exercise.seen === "") return <p class="note">Timed, not seen by the camera.</p>;
  if (!seen.can) return <p class="note">Timed: {seen.against}</p>;
  const now = !wanted
    ? "Timed, not seen by the camera."
    : seen.progress
      ? "It looks at your movement alone; no picture is kept."
      : seen.against
        ? `Timed: ${seen.against}`
        : paused
          ? ""
          : "It begins to look…";
  return (
    <div class="eye">
      <label>
        <input
          type="checkbox"
          role="switch"
          checked={wanted}
          onClick={(e) => {
            onWant(e.currentTarget.checked);
            if (e.detail > 0) focusHeadline();
          }}
        />
        Let the camera count
      </label>
      <p class="note">{now}</p>
    </div>
  );
}

/** The switch for being told aloud. */
function Voice({ aloud }: { aloud: Aloud }) {
  return (
    <div class="aloud">
      <label>
        <input
          type="checkbox"
          role="switch"
          checked={aloud.wanted}
          onClick={(e) => {
            aloud.want(e.currentTarget.checked);
            if (e.detail > 0) focusHeadline();
          }}
        />
        Say it aloud
      </label>
      {aloud.wanted && (
        <p class="note">
          {aloud.failed
            ? "It can’t be said aloud just now."
            : "A voice on this machine speaks; nothing leaves it. Screen readers leave the same words out."}
        </p>
      )}
    </div>
  );
}

/** Where the figure is at a moment. */
function moment(p: Playing, now: number): Moment {
  const v = view(p, now);
  if (!v) return { kind: "ready", share: 0, ms: 0, other: false };
  const alternate = motionOf(p.items[p.at]!.exercise.id).alternate === true && v.repetition % 2 === 0;
  return { kind: v.kind, share: v.share, ms: v.doing, other: v.side === "right" || alternate };
}

/** Where the figure is at a moment by what is seen; until it has begun it shows what to do. */
function useFollowed(item: Item, run: number, c: Coaching | null): (now: number, c: Coaching) => Moment {
  const at = useRef({ run, f: atRest(performance.now()), since: 0 });
  if (at.current.run !== run || !c) at.current = { run, f: atRest(performance.now()), since: 0 };
  const m = motionOf(item.exercise.id);
  return (now, c) => {
    const here = at.current;
    here.f = follow(here.f, c, item, now);
    const { f } = here;
    if (!f.begun && c.phase === "resting") {
      here.since ||= now;
      return shownBy(m, now - here.since);
    }
    const alternate = m.alternate === true && c.repetitions % 2 === 1;
    const out = !f.back || f.depth >= 1;
    const other = f.side === "right" || alternate;
    return { kind: out ? "in" : "out", share: out ? f.depth : 1 - f.depth, ms: f.ms, other };
  };
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

/** What takes letters and arrows itself. */
const written = "input:not([type=checkbox]), select, textarea";

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
      if (!what || (e.key === " " && on?.closest(ownSpace)) || on?.closest(written)) return;
      e.preventDefault();
      if (!e.repeat) what();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [store]);
}

/**
 * What is left, as a ring that empties: around the seconds, or around the repetition
 * where holds are too short to be counted down.
 */
function Ring({ item, live, shown }: { item: Item; live: { current: Playing }; shown: Picture }) {
  const still = useStill();
  const ring = useRef<SVGCircleElement>(null);
  const show = (share: number) =>
    ring.current?.setAttribute("stroke-dasharray", `${Math.min(1, Math.max(0, share)).toFixed(4)} 2`);
  useFrames(!still && !shown.paused, (now) => show(view(live.current, now)?.ring ?? 0));
  useEffect(() => show(shown.view?.ring ?? 0), [still, shown.paused, still ? shown.view?.ring : 0]);
  const seconds = shown.view?.seconds ?? 0;
  const v = shown.view;
  const turns = v && v.kind !== "ready" && item.repetitions > 1 && holdOf(item) < toldHold;
  const words = turns ? String(v.repetition) : seconds >= 60 ? leftWords(seconds) : String(seconds);
  return (
    <div class="count-ring" role="timer" aria-label={`${lengthWords(seconds)} left`}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="track" cx="50" cy="50" r="44" />
        <circle ref={ring} class="left" cx="50" cy="50" r="44" pathLength={1} transform="rotate(-90 50 50)" />
        <text x="50" y="50" class={words.length > 2 ? "long" : ""}>
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
  /** The last event before the routine. */
  before: number;
  area: Area;
  programme: Programme;
  problem: string;
  again: () => void;
  /** Why exercises stopped; empty when nothing is against them. */
  against: string;
  /** Resolves to an empty string, or to why it can't go on now. */
  onGoOn: () => Promise<string>;
  onLeave: () => void;
}

/** What was done, and how it is now. */
function End({ shown, before, area, programme, problem, again, against, onGoOn, onLeave }: EndProps) {
  const [held, setHeld] = useState("");
  const [looking, setLooking] = useState(false);
  const goOn = async () => {
    if (looking) return;
    setLooking(true);
    setHeld(await onGoOn());
    setLooking(false);
  };
  const total = shown.did.reduce((sum, d) => sum + d.seconds, 0);
  const all = shown.end === "done";
  // What the last of it was written down as may still come.
  const broke = useView((app) => app.events.some((e) => e.kind === "break" && e.exercise && e.id > before));
  return (
    <section class="player ended" aria-label="After the routine">
      <h1 tabIndex={-1}>
        {all && total > 0 ? "Well done, and thank you." : all ? "That was it." : "Stopped."}
      </h1>
      <p class="sub">
        {total > 0
          ? `You did ${lengthWords(total)}. ${broke ? "It counted as a break. " : ""}${all ? "A few minutes most days are what helps." : "That counts, too."}`
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
      {against && (
        <p role="alert" class="against">
          {against}
        </p>
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
        {!all && !against && (
          <button type="button" class="quiet-button" aria-disabled={looking} onClick={() => void goOn()}>
            Go on where I was
          </button>
        )}
      </div>
      {held && (
        <p role="alert">It can’t go on yet: Sitwell could not look again at what is right for you. {held}</p>
      )}
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
