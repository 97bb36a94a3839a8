// What the week page says: plain sentences of the week's own figures. Whatever
// is told of posture is told of the time that could be judged.

import { dayLong, rangeWords, weekOf, weekWords } from "./calendar";
import { areas, signals, type Area } from "./contract";
import type { Figures, Insight, Summary, Week } from "./week-contract";
import { duration, minutes, percent, plain } from "./words";

/** Less of anything is nothing, in seconds; and less than a minute is not worth a sentence beside others. */
const least = 1;
const worthSaying = 60;

/** With less than that judged a week is not set beside another, in seconds. */
const few = 3600;

/** Hours as one says them of a week: "31 h", under ten with the minutes. */
export const hours = (seconds: number): string =>
  seconds >= 36_000 ? `${Math.round(seconds / 3600)} h` : minutes(seconds);

/** Keeps a number and its unit on one line. */
export const glued = (text: string): string => text.replace(/(\d) (?=(?:h|min|s|%)(?!\w))/g, "$1\u00a0");

/** Minutes of strain: "2 h 12 min", "under a minute", "none". */
export const strain = (min: number | null): string =>
  min === null ? "–" : min === 0 ? "none" : minutes(min * 60);

/** What was done for the back: "4 exercises, 4 min 30 s in all: chin tuck 3 times, walk once." Empty for none. */
export function doneWords(f: Pick<Figures, "exercises">): string {
  const times = f.exercises.reduce((n, e) => n + e.times, 0);
  if (times === 0) return "";
  const total = f.exercises.reduce((s, e) => s + e.total, 0);
  const often = (n: number) => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);
  const named = f.exercises.slice(0, namedExercises);
  const rest = f.exercises.length - named.length;
  const list = named.map((e) => `${plain(e.exercise).toLowerCase()} ${often(e.times)}`).join(", ");
  const more = rest > 0 ? `, and ${rest} ${rest === 1 ? "other" : "others"}` : "";
  return `${times} ${times === 1 ? "exercise" : "exercises"}, ${duration(total)} in all: ${list}${more}.`;
}

/** How many a sentence names. */
const namedExercises = 6;

export const orDash = <T>(v: T | null, words: (v: T) => string): string => (v === null ? "–" : words(v));
export const whole = (n: number): string => String(Math.round(n));

/** Whether there is anything to show. */
export const isEmpty = (w: Week): boolean => w.watched < 1;

/** Whether the week begins after now. */
export const isToCome = (w: Week, now: number): boolean => w.from !== null && w.from.ms > now;

/** "Week 47 · 16 to 22 November 2026". */
export const weekName = (w: Week): string => `${weekWords(w.week)} · ${rangeWords(w.first, w.last)}`;

/** The week in a sentence or two: what was, and how it stands beside the week before. */
export function headline(w: Week): { title: string; sub: string } {
  const so = w.over ? "You" : "So far you";
  const did =
    w.sitting >= least
      ? `sat for ${hours(w.sitting)}`
      : w.standing >= least
        ? `stood for ${hours(w.standing)}`
        : "";
  if (w.uprightShare === null || w.judged < least) {
    const title = did ? `${so} ${did}.` : w.over ? "Nobody sat here this week." : "Nobody has sat here yet.";
    return { title, sub: did ? "How you sat could not be judged." : "" };
  }
  const upright = `upright ${percent(w.uprightShare)} of the time judged`;
  const title = did ? `${so} ${did} and were ${upright}.` : `${so} were ${upright}.`;
  if (w.judged < few) return { title, sub: `That is little to go by: ${minutes(w.judged)}.` };
  return { title, sub: [scoreWords(w), sittingWords(w)].filter(Boolean).join(" ") };
}

function scoreWords(w: Week): string {
  if (w.score === null) return "";
  const score = Math.round(w.score);
  const { before, earlier, earlierCount } = w.comparison;
  const said = `Your score is ${score}`;
  const [other, whose] =
    before?.score != null
      ? [Math.round(before.score), "the week before"]
      : earlier?.score != null
        ? [
            Math.round(earlier.score),
            earlierCount === 1 ? "an earlier week" : `${earlierCount} earlier weeks together`,
          ]
        : [null, ""];
  if (other === null) return `${said}. There is no earlier week to compare it with yet.`;
  if (other === score) return `${said}, as in ${whose}.`;
  return `${said}, ${Math.abs(score - other)} ${score > other ? "above" : "below"} ${whose}.`;
}

/** A week that goes on has sat less than a whole one: that says nothing. */
function sittingWords(w: Week): string {
  const before = w.comparison.before;
  if (!w.over || !before || w.sitting < least) return "";
  const more = w.sitting - before.sitting;
  if (Math.abs(more) < Math.max(900, 0.03 * before.sitting)) return "You sat about as long as then.";
  return `You sat ${hours(Math.abs(more))} ${more > 0 ? "longer" : "less"} than ${
    before.score === null || w.score === null ? "the week before" : "then"
  }.`;
}

export interface Key {
  label: string;
  value: string;
  note: string;
}

/** The figures at a glance, each beside the week before where there is one. */
export function keyFigures(w: Week): Key[] {
  const b = w.comparison.before;
  const was = (value: string | null): string => (value ? `${value} the week before` : "");
  const share = (s: Summary | null) => (s?.uprightShare == null ? null : percent(s.uprightShare));
  return [
    { label: "Sat", value: hours(w.sitting), note: was(b && hours(b.sitting)) },
    { label: "Upright", value: orDash(w.uprightShare, percent), note: was(share(b)) },
    { label: "Score", value: orDash(w.score, whole), note: was(b?.score == null ? null : whole(b.score)) },
    {
      label: "Breaks",
      value: String(w.breaks.taken),
      note: w.breaks.due === 0 ? "none suggested" : `${w.breaks.due} suggested`,
    },
    {
      label: "Longest stretch",
      value: orDash(w.longestBout, minutes),
      note: longestDay(w) && `on ${longestDay(w)}`,
    },
    {
      label: "Could be judged",
      value: orDash(w.coverage, percent),
      note: w.coverage === null ? "" : "of the time you were there",
    },
  ];
}

/** The day of the longest stretch of sitting. */
function longestDay(w: Week): string {
  const day = w.days.find((d) => d.longestBout !== null && d.longestBout === w.longestBout);
  return day ? dayLong(day.date) : "";
}

/** How much there is to go by, said plainly. */
export function coverageWords(w: Figures): string {
  const all = `Sitwell watched for ${hours(w.watched)}`;
  const there = w.watched - w.away;
  if (there < least) return `${all}, and nobody was there.`;
  const judged =
    w.coverage === null || w.judged < least
      ? "in none of it posture could be judged"
      : `you were there for ${hours(there)}, and posture could be judged in ${percent(w.coverage)} of that`;
  const unseen =
    w.unobservable >= worthSaying ? ` For ${hours(w.unobservable)} the camera could not make you out.` : "";
  return `${all}; ${judged}.${unseen}`;
}

const count = (n: number, one: string, more = `${one}s`): string =>
  n === 0 ? `no ${one}` : n === 1 ? `one ${one}` : `${n} ${more}`;
const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

/** Breaks taken against those suggested; what was passed over is no fault. */
export function breakWords(w: Week): string[] {
  const { taken, full, due, debt } = w.breaks;
  const out: string[] = [];
  const long =
    taken === 0 || full === 0
      ? ""
      : full === taken
        ? taken === 1
          ? ", of five minutes or more"
          : ", all of five minutes or more"
        : `, ${full} of them of five minutes or more`;
  out.push(`${capital(count(taken, "break"))} taken${long}.`);
  if (due === 0) out.push("None was suggested.");
  else {
    const open =
      debt === 0 ? "all were made up for" : `${debt} ${debt === 1 ? "was" : "were"} not made up for`;
    out.push(due === 1 && debt === 0 ? "One was suggested." : `${due} suggested; ${open}.`);
  }
  if (w.longestBout !== null) {
    const day = longestDay(w);
    out.push(`You sat ${minutes(w.longestBout)} at a stretch at most${day && `, on ${day}`}.`);
  }
  return out;
}

/** Slouches and how long they were. */
export function episodeWords(w: Figures): string[] {
  const e = w.episodes;
  if (e.count === 0) return ["No slouch that lasted."];
  if (e.count === 1) return [`One slouch, of ${duration(e.total)}.`];
  const out = [`${e.count} slouches, ${duration(e.total)} in all.`];
  if (e.median !== null && e.longest !== null) {
    out.push(`Half of them were over within ${duration(e.median)}; the longest took ${duration(e.longest)}.`);
  }
  return out;
}

/** Alerts, and what came of them. */
export function alertWords(w: Figures): string[] {
  const a = w.alerts;
  if (a.total === 0) return ["No alert came."];
  const strong =
    a.strong === 0 ? "" : `, ${a.strong === a.total ? "of the stronger kind" : `${a.strong} a stronger one`}`;
  const out = [`${capital(count(a.total, "alert"))} came${strong}.`];
  if (a.corrected > 0 && a.correction !== null) {
    out.push(
      a.corrected === 1
        ? `Once you sat upright again after it, within ${duration(a.correction)}.`
        : `${a.corrected} times you sat upright again, half of them within ${duration(a.correction)}.`,
    );
  }
  const away = [
    a.dismissed > 0 ? `${a.dismissed} put away` : "",
    a.wrong > 0 ? `${a.wrong} called wrong` : "",
  ].filter(Boolean);
  if (away.length > 0) out.push(`${capital(away.join(", "))}.`);
  return out;
}

/** What an insight rests on: how many, and how much was judged. */
export function insightBasis(i: Insight): string {
  const n: Record<string, readonly [one: string, more: string]> = {
    changed: ["earlier week", "earlier weeks"],
    time_of_day: ["day", "days"],
    onset: ["stretch of sitting", "stretches of sitting"],
    after_break: ["break", "breaks"],
    best_day: ["day", "days"],
  };
  const [one, more] = Object.hasOwn(n, i.rule) ? n[i.rule]! : ["case", "cases"];
  const what = i.rule === "onset" ? "of sitting" : "that could be judged";
  return `It rests on ${i.n === 1 ? `one ${one}` : `${i.n} ${more}`} and ${hours(i.seconds)} ${what}.`;
}

const figureNames: Record<string, string> = {
  upright_share: "Upright",
  upright_share_before: "Upright before",
  upright_share_after: "Upright after",
  upright_share_else: "Upright on the others",
  lowest_before: "Lowest week before",
  highest_before: "Highest week before",
  hour: "Hour from",
  slouch_share: "Slouching then",
  slouch_share_else: "Slouching in other hours",
  days: "Days",
  days_above: "Days with more then",
  hour_s: "Judged then",
  else_s: "Judged otherwise",
  day_s: "Judged that day",
  after_s: "Judged after",
  before_s: "Judged before",
  breaks: "Breaks",
  breaks_alike: "Breaks alike",
  minutes: "Within",
  bouts: "Stretches",
  bouts_by_then: "With a slouch by then",
  bouts_in_half_an_hour: "With one in half an hour",
  weekday: "Day",
};

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** A figure that an insight names, in words. */
function figureValue(name: string, v: number): string {
  if (name === "weekday") return weekdays[Math.round(v) - 1] ?? String(v);
  if (name === "hour") return `${String(Math.round(v)).padStart(2, "0")}:00`;
  if (name === "minutes") return `${v} min`;
  if (name.endsWith("_s")) return minutes(v);
  if (/share|lowest|highest/.test(name)) return percent(v);
  return String(Math.round(v * 100) / 100);
}

export const insightFigures = (i: Insight): { label: string; value: string }[] =>
  Object.entries(i.figures).map(([name, v]) => ({
    label: Object.hasOwn(figureNames, name) ? figureNames[name]! : plain(name),
    value: figureValue(name, v),
  }));

/** The mean tension of an area: "4.5 of 10". */
export const tension = (mean: number): string => String(Math.round(mean * 10) / 10);

/** The areas known here in their order, then those of a newer service. */
export const areasOf = (all: readonly Area[]): Area[] => [...new Set<Area>([...areas, ...all])];

/** The signals known here in their order, then those of a newer service. */
export const signalsOf = (all: Readonly<Record<string, number>>): string[] =>
  Object.keys(all).length === 0 ? [] : [...new Set<string>([...signals, ...Object.keys(all)])];

/** Which week has something, for whoever came to an empty one; null when none has. */
export function nearestWeek(w: Week, first: string | null, last: string | null): string | null {
  const before = w.comparison.weeks.findLast((b) => b.summary !== null)?.week;
  if (!first || !last) return before ?? null;
  if (last < w.first) return weekOf(last);
  if (first > w.last) return weekOf(first);
  if (before) return before;
  return [last, first].map(weekOf).find((id) => id !== w.week) ?? null;
}
