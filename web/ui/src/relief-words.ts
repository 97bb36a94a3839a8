// What the relief page says, in plain words.

import type { Area, Coaching } from "./contract";
import type { Wish } from "./relief-api";
import type {
  Change,
  Choice,
  Dose,
  Effect,
  Exercise,
  Fit,
  Profile,
  Programme,
  Stop,
  Suggestion,
  Urgency,
} from "./relief-contract";
import { breathAt, breathIn, holdOf, type Item, type View } from "./relief-player";
import type { App } from "./store";
import { plain } from "./words";

const look = (words: Record<string, string>, name: string): string =>
  Object.hasOwn(words, name) ? words[name]! : plain(name);

const areaNames: Record<string, string> = {
  upper_back: "Upper back",
  lower_back: "Lower back",
  overall: "Whole back",
};
/** An area as a place to choose. */
export const placeLabel = (a: Area): string => look(areaNames, a);

const feelNames: Record<string, string> = {
  tight: "Tight, stiff",
  nerve: "Burning, tingling",
  knots: "Sore knots",
};
export const feelLabel = (f: string): string => look(feelNames, f);

const kitNames: Record<string, string> = {
  chair: "A chair",
  fixed_chair: "A chair without castors",
  door: "A doorway",
  floor: "Room to lie down",
  band: "An exercise band",
  machine: "A lat pulldown",
};
export const kitLabel = (k: string): string => look(kitNames, k);

const limitNames: Record<string, string> = {
  recent_injury: "a recent injury",
  surgery: "surgery",
  osteoporosis: "osteoporosis",
  pregnancy: "pregnancy",
  dizziness: "dizziness",
};
const limitWords = (l: string): string => look(limitNames, l);

const kindNames: Record<string, string> = {
  reset: "find your posture again",
  mobility: "loosen",
  stretch: "stretch",
  strength: "strengthen",
  move: "move",
  calm: "calm down",
};
export const kindLabel = (k: string): string => look(kindNames, k);

const momentNames: Record<string, string> = {
  before: "before you begin",
  stretching: "while you stretch",
  sitting: "while you sit long",
  page: "always",
};
export const momentLabel = (m: string): string => look(momentNames, m);

/** "48 s", "2 min", "1 min 28 s". */
export function lengthWords(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  const rest = s % 60;
  return rest ? `${Math.floor(s / 60)} min ${rest} s` : `${s / 60} min`;
}

/** "1:05" of what is left. */
export const leftWords = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const range = (from: number, to: number): string => (to > from ? `${from} to ${to}` : `${from}`);

/** A dose in words: "5 times each side, hold for 5 s". */
export function doseWords(d: Dose): string {
  const hold = d.hold > 0 ? heldFor(d.hold, Math.max(d.hold, d.holdMost)) : "";
  const parts: string[] = [];
  if (d.repetitions > 1 || !hold) {
    parts.push(`${range(d.repetitions, d.most)} ${Math.max(d.repetitions, d.most) === 1 ? "time" : "times"}`);
    if (d.sides > 1) parts[0] += " each side";
    if (hold) parts.push(`hold for ${hold}`);
  } else parts.push(d.sides > 1 ? `${hold} each side` : hold);
  if (d.sets > 1) parts.push(`${d.sets} rounds`);
  if (d.often) parts.push(d.often);
  return parts.join(", ");
}

/** "10 to 30 s", "2 to 5 min". */
const heldFor = (from: number, to: number): string =>
  from >= 60 && from % 60 === 0 && to % 60 === 0
    ? `${range(from / 60, to / 60)} min`
    : `${range(from, to)} s`;

/** What must be at hand for an exercise. */
export const kitWords = (e: Exercise): string =>
  e.kit.length === 0
    ? "Needs nothing"
    : `Needs ${e.anyOf ? e.kit.map((k) => kitLabel(k).toLowerCase()).join(" or ") : kitNamesOf(e.kit)}`;

const kitNamesOf = (kit: readonly string[]): string => listWords(kit.map((k) => kitLabel(k).toLowerCase()));

/** How much of it a suggestion is: "10 times, 48 s". */
export const amountWords = (s: Suggestion): string =>
  [s.repetitions > 1 ? `${s.repetitions} times` : "", lengthWords(s.seconds)].filter(Boolean).join(", ");

/** Names as a sentence lists them: "Chin tuck, neck turn and walk". */
export function listWords(names: readonly string[]): string {
  const [first = "", ...more] = names;
  const all = [first, ...more.map(lowerFirst)];
  const last = all.pop()!;
  return all.length > 0 ? `${all.join(", ")} and ${last}` : last;
}

/** An exercise of the programme by its name. */
export const exerciseOf = (p: Programme, id: string): Exercise | null =>
  p.exercises.find((e) => e.id === id) ?? null;

/** What is suggested as items of a routine; those that this page does not know are left out. */
export const itemsOf = (p: Programme, list: readonly (Suggestion | Fit)[]): Item[] =>
  list.flatMap((s) => {
    const exercise = exerciseOf(p, s.exercise);
    return exercise ? [{ exercise, repetitions: s.repetitions, hold: s.hold, adapt: s.adapt }] : [];
  });

/**
 * The exercises that this person may do now, as items of a routine: those that are named,
 * in that order, or all.
 */
export function fitting(p: Programme, fits: readonly Fit[], named?: readonly string[]): Item[] {
  const may = fits.filter((f) => !f.against && !f.missing);
  return itemsOf(p, named ? named.flatMap((id) => may.find((f) => f.exercise === id) ?? []) : may);
}

/** An item in the dose that was offered, as far as its own range goes. */
export function dosed(
  item: Item,
  dose: { repetitions: number | null; hold: number | null } | undefined,
): Item {
  const d = item.exercise.dose;
  const within = (v: number | null | undefined, from: number, to: number): number =>
    Math.max(from, Math.min(v ?? from, Math.max(from, to)));
  return {
    ...item,
    repetitions: within(dose?.repetitions, d.repetitions, d.most),
    hold: within(dose?.hold, d.hold, d.holdMost),
  };
}

/** What limits mean for an exercise, for everybody to read. */
export const limitNotes = (e: Exercise): string[] => [
  ...Object.entries(e.adapt).map(([l, what]) => `With ${limitWords(l)}: ${what}`),
  ...(e.not.length > 0 ? [`Not with ${e.not.map(limitWords).join(", ")}.`] : []),
];

/** Where to turn with a sign. */
export const urgencyWords: Record<Urgency, string> = {
  at_once: "At once: call your emergency number or go to an emergency department",
  soon: "Soon: a doctor, in the next days",
};

/** What stops advice by what a person named, for as long as the service has not said it; null when nothing does. */
export function stopOf(programme: Programme, { redFlags }: Profile): Stop | null {
  if (redFlags.length === 0) return null;
  const named = programme.redFlags.filter((f) => redFlags.includes(f.id));
  // A sign that this page does not know is taken for the worst.
  const soon = named.length === redFlags.length && named.every((f) => f.urgency === "soon");
  const urgency = soon ? "soon" : "at_once";
  return { urgency, signs: named.map((f) => f.sign), text: `${urgencyWords[urgency]}.` };
}

/** What a routine is made for, in a line: "What fits, 5 min, tight, with a chair". */
export function wishWords(w: Wish, kit: readonly string[]): string {
  return [
    w.area ? placeLabel(w.area) : "What fits",
    w.minutes > 0 ? `${w.minutes} min` : "one thing",
    ...w.feels.map((f) => feelLabel(f).toLowerCase()),
    kit.length > 0 ? `with ${kitNamesOf(kit)}` : "with nothing at hand",
  ].join(", ");
}

/** How far an exercise has got: "Left side, 3 of 5". */
export function progressWords(item: Item, v: View): string {
  const parts: string[] = [];
  if (v.side) parts.push(v.side === "left" ? "Left side" : "Right side");
  const { sets } = item.exercise.dose;
  if (v.kind !== "ready") {
    if (sets > 1) parts.push(`round ${v.set} of ${sets}`);
    if (item.repetitions > 1) parts.push(`${v.repetition} of ${item.repetitions}`);
  }
  const words = parts.join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What to do in a phase. */
export function phaseWords(item: Item, v: View): string {
  if (v.kind === "ready") return "Get into place";
  switch (item.exercise.kind) {
    case "move":
      return "Off you go";
    case "calm":
      return "Breathe";
  }
  if (v.kind === "in") return "Slowly";
  if (v.kind === "hold") return "Hold";
  return v.rests ? "Rest" : "And back";
}

/** A hold from so many seconds is told as it grows; shorter ones go by too soon to read. */
export const toldHold = 4;

/**
 * What is said aloud of where an exercise is. It changes with the phases, never with
 * the seconds; movements too short to be talked through are counted instead.
 */
export function spokenWords(item: Item, v: View, paused: boolean): string {
  if (paused) return "Paused";
  const { kind, name } = item.exercise;
  if (kind === "calm") {
    if (v.doing < breathIn) return `${name}: breathe in`;
    return breathAt(v.doing).into ? "Breathe in" : "Breathe out";
  }
  if (kind === "move") return name;
  const side = v.side ? `${v.side} side` : "";
  if (v.kind === "ready") return [`${name}: get into place`, side].filter(Boolean).join(", ");
  const turn = item.repetitions > 1 ? `${v.repetition} of ${item.repetitions}` : "";
  const words = holdOf(item) >= toldHold ? phaseWords(item, v) : "";
  return [v.kind === "out" ? "" : side, v.kind === "out" ? "" : turn, words].filter(Boolean).join(", ");
}

/** The same by what the camera sees; the count is said beside it. */
export function spokenSeen(item: Item, c: Coaching, paused: boolean): string {
  if (paused) return "Paused";
  const { name } = item.exercise;
  const side = c.side ? `, ${c.side} side` : "";
  if (c.phase === "holding" && c.holdTarget >= toldHold) {
    return c.hold >= c.holdTarget ? "And back" : `Hold${side}`;
  }
  return c.phase === "getting_ready" || c.phase === "not_seen" ? seenWords(item, c) : `${name}${side}`;
}

/** What to do now, by what the camera sees: "Left: hold, 3 of 5 s". */
export function seenWords(item: Item, c: Coaching): string {
  const words = doingWords(item, c);
  const sided = c.side !== null && (c.phase === "moving" || c.phase === "holding");
  if (!sided) return words;
  return `${c.side === "left" ? "Left" : "Right"}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function doingWords(item: Item, c: Coaching): string {
  const move = item.exercise.kind === "move";
  switch (c.phase) {
    case "getting_ready":
      return "Sit at ease for a moment";
    case "not_seen":
      return "You can’t be seen now";
    case "resting":
      return move
        ? c.complete
          ? "Welcome back"
          : "Off you go"
        : c.complete
          ? "That was it"
          : "Whenever you like";
    case "moving":
      return move ? "Off you go" : "Slowly";
    case "holding":
      if (c.holdTarget < toldHold) return "Hold";
      if (c.hold >= c.holdTarget) return move ? "Come back when you like" : "And back";
      return `${move ? "Away for" : "Hold,"} ${Math.floor(c.hold)} of ${lengthWords(c.holdTarget)}`;
  }
}

/** What was counted against what is wanted: "4 of 10", "Left 2 of 5, right 1 of 5". */
export function countWords(item: Item, c: Coaching): string {
  if (item.exercise.dose.sides > 1) {
    const each = Math.ceil(c.target / 2);
    return `Left ${c.left} of ${each}, right ${c.right} of ${each}`;
  }
  return c.target > 1 ? `${c.repetitions} of ${c.target}` : "";
}

/** The one thing worth saying of how it goes; empty when there is none. */
export function coachWords(c: Coaching): string {
  if (c.overstretched) return "Ease off: that is further than your own comfortable range.";
  if (c.phase === "not_seen") return sentence(c.reason);
  if (c.hint) return c.hint;
  return c.doubtful ? "The count may be off: you can’t be made out well from here." : "";
}

const sentence = (s: string): string =>
  s && `${s.charAt(0).toUpperCase()}${s.slice(1)}${/[.!?]$/.test(s) ? "" : "."}`;

/** Why the camera can't count now; empty when it can. */
export function cameraAgainst(app: App): string {
  if (app.link.status !== "open" || !app.live) return "the connection to Sitwell is lost.";
  const { status, demo } = app.live.source;
  if (demo) return "the demo plays, so the camera does not look at you.";
  if (status === "paused") return "the camera is paused.";
  return status === "live" || status === "degraded" ? "" : "the camera gives no picture now.";
}

/** What the choice is for, as a headline of the routine. */
export const routineTitle = (c: Choice): string =>
  c.area ? `For your ${placeLabel(c.area).toLowerCase()}` : "A routine";

/** What answers changed in what is proposed, a sentence each; one that says so when nothing did. */
export function changeWords(before: Choice, now: Choice): string[] {
  const told: string[] = [];
  const more = <T>(a: readonly T[], b: readonly T[]) => b.filter((x) => !a.includes(x));
  const things = (n: number) => (n === 1 ? "1 thing" : `${n} things`);
  const [advised, gone] = [
    more(before.support, now.support).length,
    more(now.support, before.support).length,
  ];
  if (advised > 0) told.push(`${things(advised)} to change: beside the routine, too, under “At your desk”.`);
  if (gone > 0) told.push(`${things(gone)} no longer to change.`);
  if (now.now && now.now.exercise !== before.now?.exercise) {
    told.push(
      `The one thing that helps now: ${now.now.name}${before.now ? `, rather than ${lowerFirst(before.now.name)}` : ""}.`,
    );
  }
  const names = (c: Choice) => c.routine.map((s) => s.name);
  const [came, went] = [more(names(before), names(now)), more(names(now), names(before))];
  if (came.length > 0) told.push(`New in the routine: ${listWords(came)}.`);
  if (went.length > 0) told.push(`No longer in the routine: ${listWords(went)}.`);
  return told.length > 0 ? told : ["Noted. What is proposed stays as it was."];
}

const lowerFirst = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1);

/** From how many days on the service bounds a mean, and with how many to compare them with. */
export const enoughTimes = 5;
export const enoughLike = 8;

/** Which way a mean surely went: -1, 1, or 0 when its bounds leave that open; null without bounds. */
function surely({ mean, low, high }: Change): -1 | 0 | 1 | null {
  if (mean === null || low === null || high === null) return null;
  return high < 0 ? -1 : low > 0 ? 1 : 0;
}

const days = (n: number): string => (n === 1 ? "1 day" : `${n} days`);
const timesWords = (n: number): string => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);

/** How often it was part of a routine, whose other exercises have a share in what followed; empty when never. */
export function routineShare({ times, alone }: Effect): string {
  if (alone >= times) return "";
  const within = timesWords(times - alone);
  return alone === 0
    ? "As part of a routine."
    : `${within.charAt(0).toUpperCase()}${within.slice(1)} as part of a routine.`;
}

/** What followed an exercise, with how sure it is. */
export function effectWords(e: Effect): string {
  const told: string[] = [];
  const back = e.area === "overall" ? "back" : placeLabel(e.area).toLowerCase();
  const points = (v: number | null) => String(Math.round(Math.abs(v ?? 0) * 10) / 10);
  const percent = (v: number | null) => `${Math.round(Math.abs(v ?? 0) * 100)} %`;
  const [t, u] = [e.tension, e.upright];
  const tension = `the tension in your ${back}`;
  switch (surely(t)) {
    case -1:
      told.push(
        `${tension} was ${points(t.mean)} points lower than without it (${points(t.high)} to ${points(t.low)}; ${days(t.n)})`,
      );
      break;
    case 1:
      told.push(
        `${tension} was ${points(t.mean)} points higher than without it (${points(t.low)} to ${points(t.high)}; ${days(t.n)})`,
      );
      break;
    case 0:
      told.push(
        `${tension} may have been either, ${points(t.low)} points lower to ${points(t.high)} higher than without it (${days(t.n)})`,
      );
  }
  switch (surely(u)) {
    case -1:
      told.push(
        `you were upright ${percent(u.mean)} less of the time than without it (${percent(u.high)} to ${percent(u.low)}; ${days(u.n)})`,
      );
      break;
    case 1:
      told.push(
        `you were upright ${percent(u.mean)} more of the time than without it (${percent(u.low)} to ${percent(u.high)}; ${days(u.n)})`,
      );
      break;
    case 0:
      told.push(
        `you were upright about as much as without it, ${percent(u.low)} less to ${percent(u.high)} more of the time (${days(u.n)})`,
      );
  }
  if (told.length > 0) return `After it ${told.join(", and ")}.`;
  const best = u.n > t.n ? u : t;
  const lacks =
    best.n < enoughTimes
      ? `${best.n} of ${enoughTimes} days could be compared`
      : `${best.comparable} of ${enoughLike} days without it to compare with`;
  return `Done ${timesWords(e.times)}; ${lacks}.`;
}
