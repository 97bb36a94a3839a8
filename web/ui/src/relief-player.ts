// A guided routine as pure logic. Times come in with the actions, in milliseconds
// of a clock that never runs back; where the routine stands follows from them
// alone, so a page that was hidden is right at its next look.

import type { Coaching, Side } from "./contract";
import type { Exercise } from "./relief-contract";

/** Getting into place, going into a repetition, holding it, coming back. */
export type PhaseKind = "ready" | "in" | "hold" | "out";

export interface Phase {
  kind: PhaseKind;
  /** From the beginning of the exercise, and how long, in milliseconds. */
  from: number;
  ms: number;
  /** Counted from 1; 0 while getting into place. */
  repetition: number;
  set: number;
  /** Null when there is but one. */
  side: Side | null;
}

/** An exercise laid out in time. */
export interface Plan {
  phases: readonly Phase[];
  ms: number;
  /** What of it is getting into place. */
  readyMs: number;
  repetitions: number;
  sets: number;
  sides: number;
  hold: number;
}

/** An exercise as it is to be done in this routine. */
export interface Item {
  exercise: Exercise;
  repetitions: number;
  /** Seconds of each; its dose's when left out. */
  hold?: number;
  adapt: string;
}

/** How long each repetition of an item is held, in seconds. */
export const holdOf = ({ exercise, hold }: Item): number => hold ?? exercise.dose.hold;

/** To read an exercise and get into place, in milliseconds: what the service reckons with. */
export const readyTime = 8000;

/** Going into a hold takes no longer; what is left of a repetition's pace is for coming back. */
const intoHold = 2000;

/** Lays an item out: sides take turns within each repetition. */
export function planOf(item: Item): Plan {
  const { exercise, repetitions } = item;
  const { dose, kind, pace } = exercise;
  const sets = Math.max(1, dose.sets);
  const sides = Math.max(1, dose.sides);
  const hold = holdOf(item) * 1000;
  const into = hold > 0 ? Math.min(intoHold, (pace * 1000) / 2) : (pace * 1000) / 2;
  const phases: Phase[] = [];
  let at = 0;
  const add = (kind: PhaseKind, ms: number, repetition: number, set: number, side: Side | null) => {
    if (ms <= 0) return;
    phases.push({ kind, from: at, ms, repetition, set, side });
    at += ms;
  };
  // Nothing has to be got into for a walk or for breathing.
  const readyMs = kind === "move" || kind === "calm" ? 0 : readyTime;
  if (repetitions > 0 && hold + pace > 0) {
    add("ready", readyMs, 0, 1, sides > 1 ? "left" : null);
    for (let set = 1; set <= sets; set++) {
      for (let r = 1; r <= repetitions; r++) {
        for (const side of sides > 1 ? (["left", "right"] as const) : [null]) {
          add("in", into, r, set, side);
          add("hold", hold, r, set, side);
          add("out", pace * 1000 - into, r, set, side);
        }
      }
    }
  }
  return { phases, ms: at, readyMs: at > 0 ? readyMs : 0, repetitions, sets, sides, hold };
}

/** The phase at a moment of a plan; the last one at and after its end, null of an empty plan. */
export function phaseAt(plan: Plan, ms: number): Phase | null {
  return plan.phases.find((p) => ms < p.from + p.ms) ?? plan.phases.at(-1) ?? null;
}

/** When each repetition is whole, in order; both sides make one. */
function wholes(plan: Plan): number[] {
  const ended = new Map<string, number>();
  for (const p of plan.phases) {
    if (p.repetition > 0) ended.set(`${p.set} ${p.repetition}`, p.from + p.ms);
  }
  return [...ended.values()];
}

/** What was really done of an exercise. */
export interface Did {
  exercise: string;
  seconds: number;
  repetitions: number;
}

export interface Player {
  items: readonly Item[];
  /** Which item; as many as there are once all are done. */
  at: number;
  /** Rises whenever an item begins, also when it begins again. */
  run: number;
  /** How far the item had got at `since`, in milliseconds. */
  offset: number;
  /** Since when it runs; null while paused. */
  since: number | null;
  /** When it was looked at last. */
  seen: number;
  did: readonly Did[];
  /** What of the present item is in `did` already; what the clock left out is below 0. */
  credited: { seconds: number; repetitions: number };
  /** Repetitions of the present item that somebody counted; null while nobody does. */
  counted: number | null;
  /** How far the item had got when the last of them was counted, in milliseconds. */
  countedAt: number;
  /** The first count of them, and how far the item had got at it; null before that. */
  first: { repetitions: number; ms: number } | null;
  end: "" | "done" | "stopped";
  /** It was paused because nobody can have been there. */
  slept: boolean;
}

export type Action =
  | { type: "tick"; at: number }
  | { type: "pause"; at: number }
  | { type: "resume"; at: number }
  | { type: "toggle"; at: number }
  | { type: "skip"; at: number }
  | { type: "back"; at: number }
  | { type: "swap"; at: number; item: Item }
  | { type: "stop"; at: number }
  /** Somebody who sees counted that many; null from when on nobody does any more. */
  | { type: "count"; at: number; repetitions: number | null };

/** Without a look for so long the machine slept: a hidden page is looked at once a minute. */
export const sleepAfter = 150_000;

/** Back begins the exercise again when it has run for longer, in milliseconds. */
const againAfter = 3000;

/** What was broken off before counts as done from so many seconds, or from one repetition. */
const worth = 10;

const nothing = { seconds: 0, repetitions: 0 };

export function begin(items: readonly Item[], at: number): Player {
  return {
    items,
    at: 0,
    run: 0,
    offset: 0,
    since: items.length > 0 ? at : null,
    seen: at,
    did: [],
    credited: nothing,
    counted: null,
    countedAt: 0,
    first: null,
    end: items.length > 0 ? "" : "done",
    slept: false,
  };
}

/** How long nobody need have done anything countable before an item is over, beside two repetitions. */
const patience = 60_000;

/**
 * How long the present item lasts, in milliseconds: by the clock as planned. What
 * somebody counts is over when it is complete, so the clock ends it only long after the
 * last repetition.
 */
export function lengthOf(p: Player): number {
  const item = p.items[p.at];
  if (!item) return 0;
  const plan = planOf(item);
  if (p.counted === null) return plan.ms;
  return Math.max(plan.ms, p.countedAt) + patience + 2 * (plan.hold + item.exercise.pace * 1000);
}

/** How far the present item has got, in milliseconds. */
export function elapsed(p: Player, now: number): number {
  const ms = p.offset + (p.since === null ? 0 : Math.max(0, now - p.since));
  return Math.min(ms, lengthOf(p));
}

/** Adds to what was done what has come to it until it had got so far. */
function credit(p: Player, ms: number): Player {
  const item = p.items[p.at];
  if (!item) return p;
  const plan = planOf(item);
  const seconds = Math.max(0, ms - plan.readyMs) / 1000;
  const timed = wholes(plan).filter((end) => end <= ms).length;
  const repetitions = p.counted ?? timed;
  const done = timed > 0 || repetitions > 0 || seconds >= worth || (ms >= plan.ms && plan.ms > 0);
  const more = seconds - p.credited.seconds;
  if (!done || !(more > 0)) return p;
  const did = {
    exercise: item.exercise.id,
    seconds: Math.round(more * 10) / 10,
    repetitions: Math.max(0, repetitions - p.credited.repetitions),
  };
  if (did.seconds <= 0) return p;
  return { ...p, did: [...p.did, did], credited: { seconds, repetitions } };
}

/** Goes to an item, which begins anew at a moment, or waits there. */
function goTo(p: Player, at: number, since: number | null): Player {
  const over = at >= p.items.length;
  return {
    ...p,
    at: Math.max(0, at),
    run: p.run + 1,
    offset: 0,
    since: over ? null : since,
    credited: nothing,
    counted: null,
    countedAt: 0,
    first: null,
    end: over ? "done" : "",
  };
}

/** Brings a player to the present: what ended meanwhile has ended when it did. */
function settle(p: Player, at: number): Player {
  const now = Math.max(at, p.seen);
  const slept = now - p.seen > sleepAfter;
  while (p.since !== null && p.items[p.at]) {
    const length = lengthOf(p);
    const end = p.since + length - p.offset;
    if (now < end) break;
    // Who counted has seen nothing since: nothing was done since.
    const gone = p.counted !== null;
    p = goTo(credit(p, gone ? p.countedAt : length), p.at + 1, end);
    // Of what came while the machine slept nobody did more than they were at.
    if ((slept || gone) && p.since !== null) {
      p = { ...p, since: null, slept: true };
    }
  }
  return { ...p, seen: now };
}

export function reduce(before: Player, a: Action): Player {
  if (before.end === "done") return before;
  const p = before.end === "stopped" ? before : settle(before, a.at);
  const now = Math.max(a.at, p.seen);
  if (p.end === "done") return p;
  if (p.end === "stopped") {
    return a.type === "resume" ? { ...p, end: "", since: now, seen: now } : p;
  }
  const running = p.since === null ? null : now;
  switch (a.type) {
    case "tick":
      return p;
    case "pause":
      return p.since === null ? p : { ...p, offset: elapsed(p, now), since: null };
    case "resume":
      return p.since === null ? { ...p, since: now, slept: false } : p;
    case "toggle":
      return reduce(p, { type: p.since === null ? "resume" : "pause", at: now });
    case "skip":
      return goTo(credit(p, elapsed(p, now)), p.at + 1, running);
    case "back": {
      const again = p.at === 0 || elapsed(p, now) > againAfter;
      return goTo(credit(p, elapsed(p, now)), again ? p.at : p.at - 1, running);
    }
    case "swap": {
      const left = credit(p, elapsed(p, now));
      return goTo({ ...left, items: left.items.map((it, i) => (i === p.at ? a.item : it)) }, p.at, running);
    }
    case "stop":
      return { ...credit(p, elapsed(p, now)), offset: elapsed(p, now), since: null, end: "stopped" };
    case "count": {
      if (a.repetitions === null) return byTheClock(p, now);
      const counted = Math.max(0, Math.floor(a.repetitions));
      const ms = elapsed(p, now);
      return {
        ...p,
        counted,
        countedAt: counted > (p.counted ?? 0) ? ms : p.countedAt,
        first: p.first ?? (counted > 0 ? { repetitions: counted, ms } : null),
      };
    }
  }
}

/** Where in a plan the next repetition begins when so many were counted by a moment. */
function nextIn(plan: Plan, counted: number, ms: number): number {
  const ends = wholes(plan);
  const done = Math.min(counted, ends.length);
  return done > 0 ? ends[done - 1]! : Math.min(ms, plan.readyMs);
}

/** Has the clock go on where who counted has stopped. */
function byTheClock(p: Player, now: number): Player {
  const item = p.items[p.at];
  if (!item || p.counted === null) return p;
  const ms = elapsed(p, now);
  const to = nextIn(planOf(item), p.counted, ms);
  return {
    ...p,
    offset: to,
    since: p.since === null ? null : now,
    counted: null,
    countedAt: 0,
    first: null,
    // The time that was taken stays what it was.
    credited: { ...p.credited, seconds: p.credited.seconds + (to - ms) / 1000 },
  };
}

/** A hold from so many milliseconds is counted down by itself; shorter ones go by in a rhythm. */
const countedHold = 4000;

/** Seconds as they are counted down: the last one is 1 until it is over. */
const secondsLeft = (ms: number): number => Math.max(0, Math.ceil(ms / 1000 - 1e-6));

/** What is shown of a player at a moment. */
export interface View {
  kind: PhaseKind;
  side: Side | null;
  repetition: number;
  set: number;
  /** How much of the phase is over, 0 to 1. */
  share: number;
  /** How far the exercise has got without getting into place, in milliseconds. */
  doing: number;
  /** Seconds to show, and how much of the ring is left, 0 to 1. */
  seconds: number;
  ring: number;
  /** A hold has just ended. */
  letGo: boolean;
  /** Coming back takes long enough to be a rest. */
  rests: boolean;
  /** Seconds left of the whole routine. */
  left: number;
  /** They are reckoned from what is counted, to within some seconds. */
  about: boolean;
}

/** The visual cue at a hold's end, and from when coming back is a rest, in milliseconds. */
const cueTime = 900;
const restFrom = 5000;

/** Seconds that are reckoned are told in steps of so many. */
const aboutSeconds = 5;

/**
 * What is left of an exercise whose repetitions are counted, in milliseconds: those
 * left, at the person's own pace so far. The planned one counts as one repetition of
 * it, so that a single quick or slow one decides little.
 */
function leftToCount(p: Player, plan: Plan, counted: number, ms: number): number {
  const whole = wholes(plan).length;
  const planned = whole > 0 ? (plan.ms - plan.readyMs) / whole : 0;
  const { first } = p;
  const pace = first
    ? (planned + p.countedAt - first.ms) / (1 + Math.max(0, counted - first.repetitions))
    : planned;
  // The one under way takes from it as long as it lasts no longer than that.
  const gone = Math.min(pace, ms - (counted > 0 ? p.countedAt : plan.readyMs));
  return Math.max(0, (whole - counted) * pace - gone);
}

export function view(p: Player, now: number): View | null {
  const item = p.items[p.at];
  if (!item) return null;
  const plan = planOf(item);
  const { counted } = p;
  const passed = elapsed(p, now);
  // What is counted stands where the count is: the clock has nothing to say of it.
  const ms = counted === null ? passed : nextIn(plan, counted, passed);
  const phase = phaseAt(plan, ms);
  if (!phase) return null;
  const into = Math.min(phase.ms, ms - phase.from);
  const share = into / phase.ms;
  // Of a walk there is one alone, and its time is what counts.
  const about = counted !== null && item.exercise.kind !== "move";
  const over = about ? leftToCount(p, plan, counted, passed) : Math.max(0, plan.ms - passed);
  const after = p.items.slice(p.at + 1).reduce((sum, it) => sum + planOf(it).ms, 0);
  const doingMs = plan.ms - plan.readyMs;
  const doing = Math.max(0, ms - plan.readyMs);
  // What is counted down: getting into place, a long hold, or else all of it.
  let [left, of] = [over, doingMs];
  if (phase.kind === "ready") [left, of] = [phase.ms - into, phase.ms];
  else if (plan.hold >= countedHold && plan.phases.length > 2) {
    of = plan.hold;
    left = phase.kind === "in" ? plan.hold : phase.kind === "hold" ? plan.hold - into : 0;
  }
  return {
    kind: phase.kind,
    side: phase.side,
    repetition: phase.repetition,
    set: phase.set,
    share,
    doing,
    seconds: secondsLeft(left),
    ring: of > 0 ? left / of : 0,
    letGo: phase.kind === "out" && plan.hold >= countedHold && into < cueTime,
    rests: phase.kind === "out" && phase.ms >= restFrom,
    left: about
      ? aboutSeconds * Math.ceil(secondsLeft(over + after) / aboutSeconds)
      : secondsLeft(over + after),
    about,
  };
}

/** Where a movement is that somebody sees, for the figure. */
export interface Followed {
  /** How far out, 0 to 1. */
  depth: number;
  /** It is on its way back. */
  back: boolean;
  side: Side | null;
  /** It has begun: until then the figure may show what is to be done. */
  begun: boolean;
  /** When it was looked at last, and for how long it has moved, in milliseconds. */
  at: number;
  ms: number;
}

export const atRest = (at: number): Followed => ({
  depth: 0,
  back: false,
  side: null,
  begun: false,
  at,
  ms: 0,
});

/**
 * Where a movement is by now: what is seen says whether it goes out, is held or comes
 * back; between two looks it goes on at the exercise's own pace.
 */
export function follow(f: Followed, c: Coaching, item: Item, now: number): Followed {
  const gone = Math.max(0, now - f.at);
  const active = c.phase === "moving" || c.phase === "holding";
  const plan = planOf(item);
  const long = (kind: PhaseKind): number => plan.phases.find((p) => p.kind === kind)?.ms ?? intoHold;
  const next: Followed = {
    ...f,
    at: now,
    begun: f.begun || active || c.repetitions > 0,
    side: c.side ?? f.side,
    ms: active ? f.ms + gone : f.ms,
  };
  if (!active) next.back = false;
  else if (c.phase === "holding") next.back = true;
  // Another side begins; and what has no hold goes to and fro.
  else if (c.side !== null && f.side !== null && c.side !== f.side) next.back = false;
  else if (plan.hold === 0 && f.depth >= 1) next.back = true;
  else if (plan.hold === 0 && f.depth <= 0) next.back = false;
  const out = c.phase === "holding" || (c.phase === "moving" && !next.back);
  next.depth = out ? Math.min(1, f.depth + gone / long("in")) : Math.max(0, f.depth - gone / long("out"));
  return next;
}

/** Breathing in and out, in milliseconds: ten seconds a breath, six breaths a minute. */
export const breathIn = 4000;
export const breathOut = 6000;

/** Where a breath is: its word, how full, 0 to 1, and the seconds left of the half. */
export function breathAt(ms: number): { into: boolean; full: number; seconds: number } {
  const at = Math.max(0, ms) % (breathIn + breathOut);
  const into = at < breathIn;
  const share = into ? at / breathIn : 1 - (at - breathIn) / breathOut;
  const left = into ? breathIn - at : breathIn + breathOut - at;
  return { into, full: (1 - Math.cos(Math.PI * share)) / 2, seconds: secondsLeft(left) };
}

/**
 * What to do instead of the present item: one of the pool that the service allows,
 * for the same area, of the same kind first, that is not in the routine and was
 * not tried before; null when there is none.
 */
export function swapFor(p: Player, pool: readonly Item[], tried: ReadonlySet<string>): Item | null {
  const here = p.items[p.at]?.exercise;
  if (!here) return null;
  const area = here.areas[0]!;
  const fits = pool.filter(
    ({ exercise: e }) => e.areas.includes(area) && !p.items.some((it) => it.exercise.id === e.id),
  );
  const fresh = fits.filter((it) => !tried.has(it.exercise.id));
  const from = fresh.length > 0 ? fresh : fits;
  return from.find((it) => it.exercise.kind === here.kind) ?? from[0] ?? null;
}
