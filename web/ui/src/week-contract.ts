// A week as GET /api/v1/weeks/2026-W47 tells it, read as strictly as the rest of
// the contract. Seconds are seconds, shares 0 to 1, scores 0 to 100, exposure
// minutes; what has no data is null.

import { isDate, mondayOf, stamp, type Stamp } from "./calendar";
import {
  fail,
  fields,
  flag,
  list,
  maxTension,
  number,
  openWord,
  orNull,
  text,
  type Area,
  type Fields,
} from "./contract";

export interface Span {
  from: Stamp;
  /** The first instant after it. */
  to: Stamp;
}

export interface Episodes {
  count: number;
  total: number;
  median: number | null;
  longest: number | null;
}

/** Breaks of two minutes and more, against those suggested. */
export interface Breaks {
  taken: number;
  /** Those of five minutes and more. */
  full: number;
  due: number;
  /** What of those due was not made up for. */
  debt: number;
}

export interface Alerts {
  total: number;
  strong: number;
  dismissed: number;
  wrong: number;
  /** Episodes with an alert after which the person sat upright again, and the median seconds until then. */
  corrected: number;
  correction: number | null;
}

/** Strain by area, in minutes of a posture that only just is a slouch. */
export interface Exposure {
  upperBack: number | null;
  /** Long sitting and leaning: the camera can't see the lower back. */
  lowerBack: number | null;
  overall: number | null;
  longSitting: number | null;
  signals: Readonly<Record<string, number>>;
  /** What must stand wherever the lower back's figure does. */
  note: string;
}

/** What was said of the tension in one area. */
export interface CheckIns {
  area: Area;
  count: number;
  mean: number;
  highest: number;
}

/** What a day, a week and the weeks before it have in common. */
interface Times {
  watched: number;
  sitting: number;
  standing: number;
  away: number;
  unobservable: number;
  judged: number;
  slouching: number;
  coverage: number | null;
  score: number | null;
  uprightShare: number | null;
  /** Seconds sat at a stretch. */
  longestBout: number | null;
  exposure: Exposure;
  checkIns: readonly CheckIns[];
}

/** What a day or a week comes to. */
export interface Figures extends Times {
  /** Seconds by state. */
  states: Readonly<Record<string, number>>;
  episodes: Episodes;
  breaks: Breaks;
  alerts: Alerts;
  /** Exercises of the programme that were done, the one done most often first. */
  exercises: readonly { exercise: string; times: number; total: number }[];
}

/** What of a week is compared; of several weeks the mean. */
export interface Summary extends Times {
  episodes: number;
  alerts: number;
  breaksTaken: number;
  breaksDue: number;
}

/** An hour of the local clock, in the order lived: one that comes twice is two. */
export interface Hour extends Span {
  hour: number;
}

/** An unbroken stretch of sitting, or the part of one that is in a day. */
export interface Bout extends Span {
  sat: number;
  /** Its end is not known: it goes on, or the program was killed. */
  open: boolean;
}

export interface Day extends Figures {
  date: string;
  zone: string;
  /** None when the date never was, two when it was lived twice. */
  spans: readonly Span[];
  hours: readonly Hour[];
  bouts: readonly Bout[];
}

/** A week by day, from Monday, and hour, from 0. */
export interface Heat {
  score: readonly (readonly (number | null)[])[];
  judged: readonly (readonly number[])[];
  sitting: readonly (readonly number[])[];
}

export interface WeekBefore {
  week: string;
  /** Null when nothing was watched. */
  summary: Summary | null;
}

export interface Comparison {
  this: Summary;
  before: Summary | null;
  /** The mean of those of the four weeks before that with data, and how many they are. */
  earlier: Summary | null;
  earlierCount: number;
  /** The five weeks before, oldest first. */
  weeks: readonly WeekBefore[];
}

/** A plain sentence that is true by a stated rule, and what it rests on. */
export interface Insight {
  rule: string;
  text: string;
  figures: Readonly<Record<string, number>>;
  n: number;
  seconds: number;
}

export interface Week extends Figures {
  week: string;
  first: string;
  last: string;
  from: Stamp | null;
  to: Stamp | null;
  /** False while the week goes on or is still to come. */
  over: boolean;
  /** Seven, from Monday. */
  days: readonly Day[];
  heat: Heat;
  comparison: Comparison;
  insights: readonly Insight[];
}

/** The days of a week and the hours of a day. */
export const daysInWeek = 7;
export const hoursInDay = 24;

/** A number within bounds; everything that is drawn has them. */
function between(o: Fields, key: string, path: string, least: number, most: number): number {
  const v = number(o, key, path);
  if (v < least || v > most) fail(`${path}.${key}`, `${least} to ${most}`, v);
  return v;
}

/** More than any figure here can be: seconds of a thousand years. */
const huge = 3.2e10;

const amount = (o: Fields, key: string, path: string): number => between(o, key, path, 0, huge);

function maybe(o: Fields, key: string, path: string, most = huge): number | null {
  return o[key] === null || o[key] === undefined ? null : between(o, key, path, 0, most);
}

function date(o: Fields, key: string, path: string): string {
  const v = text(o, key, path, false);
  if (!isDate(v)) fail(`${path}.${key}`, "a date", v);
  return v;
}

function week(o: Fields, key: string, path: string): string {
  const v = text(o, key, path, false);
  if (mondayOf(v) === null) fail(`${path}.${key}`, "an ISO week", v);
  return v;
}

function time(o: Fields, key: string, path: string): Stamp {
  const v = o[key];
  const at = typeof v === "string" ? stamp(v) : null;
  return at ?? fail(`${path}.${key}`, "a time", v);
}

const maybeTime = (o: Fields, key: string, path: string): Stamp | null =>
  o[key] === null || o[key] === undefined ? null : time(o, key, path);

function span(o: Fields, path: string): Span {
  const s = { from: time(o, "from", path), to: time(o, "to", path) };
  if (s.to.ms < s.from.ms) fail(`${path}.to`, "a time after from", o["to"]);
  return s;
}

/** Each of a list, with its place in the path. */
function each<T>(o: Fields, key: string, path: string, read: (o: Fields, path: string) => T): T[] {
  const at = `${path}.${key}`;
  return list(o[key], at).map((v, i) => read(fields(v, `${at}[${i}]`), `${at}[${i}]`));
}

/** Numbers by words of a list that may grow. */
function byWord(o: Fields, key: string, path: string): Record<string, number> {
  const at = `${path}.${key}`;
  const map = fields(o[key], at);
  const out: Record<string, number> = {};
  for (const k of Object.keys(map)) out[openWord({ k }, "k", at)] = amount(map, k, at);
  return out;
}

function exposure(o: Fields, path: string): Exposure {
  return {
    upperBack: maybe(o, "upper_back", path),
    lowerBack: maybe(o, "lower_back", path),
    overall: maybe(o, "overall", path),
    longSitting: maybe(o, "long_sitting", path),
    signals: byWord(o, "signals", path),
    note: text(o, "note", path, false),
  };
}

function times(o: Fields, path: string): Times {
  return {
    watched: amount(o, "watched_s", path),
    sitting: amount(o, "sitting_s", path),
    standing: amount(o, "standing_s", path),
    away: amount(o, "away_s", path),
    unobservable: amount(o, "unobservable_s", path),
    judged: amount(o, "judged_s", path),
    slouching: amount(o, "slouching_s", path),
    coverage: maybe(o, "coverage", path, 1),
    score: maybe(o, "score", path, 100),
    uprightShare: maybe(o, "upright_share", path, 1),
    longestBout: maybe(o, "longest_bout_s", path),
    exposure: exposure(fields(o["exposure"], `${path}.exposure`), `${path}.exposure`),
    checkIns: each(o, "check_ins", path, (c, at) => ({
      area: openWord(c, "area", at),
      count: amount(c, "count", at),
      mean: between(c, "mean", at, 0, maxTension),
      highest: between(c, "highest", at, 0, maxTension),
    })),
  };
}

function figures(o: Fields, path: string): Figures {
  const part = (key: string): [Fields, string] => [fields(o[key], `${path}.${key}`), `${path}.${key}`];
  const [e, inEpisodes] = part("episodes");
  const [b, inBreaks] = part("breaks");
  const [a, inAlerts] = part("alerts");
  return {
    ...times(o, path),
    states: byWord(o, "states_s", path),
    episodes: {
      count: amount(e, "count", inEpisodes),
      total: amount(e, "total_s", inEpisodes),
      median: maybe(e, "median_s", inEpisodes),
      longest: maybe(e, "longest_s", inEpisodes),
    },
    breaks: {
      taken: amount(b, "taken", inBreaks),
      full: amount(b, "full", inBreaks),
      due: amount(b, "due", inBreaks),
      debt: amount(b, "debt", inBreaks),
    },
    alerts: {
      total: amount(a, "total", inAlerts),
      strong: amount(a, "strong", inAlerts),
      dismissed: amount(a, "dismissed", inAlerts),
      wrong: amount(a, "wrong", inAlerts),
      corrected: amount(a, "corrected", inAlerts),
      correction: maybe(a, "median_correction_s", inAlerts),
    },
    exercises: each(o, "exercises", path, (e, at) => ({
      exercise: text(e, "exercise", at, false),
      times: amount(e, "times", at),
      total: amount(e, "total_s", at),
    })),
  };
}

function summary(v: unknown, path: string): Summary {
  const o = fields(v, path);
  return {
    ...times(o, path),
    episodes: amount(o, "episodes", path),
    alerts: amount(o, "alerts", path),
    breaksTaken: amount(o, "breaks_taken", path),
    breaksDue: amount(o, "breaks_due", path),
  };
}

function day(o: Fields, path: string): Day {
  return {
    ...figures(o, path),
    date: date(o, "date", path),
    zone: text(o, "zone", path, false),
    spans: each(o, "spans", path, span),
    hours: each(o, "hours", path, (h, at) => ({
      ...span(h, at),
      hour: between(h, "hour", at, 0, hoursInDay - 1),
    })),
    bouts: each(o, "bouts", path, (b, at) => ({
      ...span(b, at),
      sat: amount(b, "sat_s", at),
      open: flag(b, "open", at),
    })),
  };
}

/** Seven rows of 24. */
function grid<T>(
  o: Fields,
  key: string,
  path: string,
  read: (row: Fields, hour: string, at: string) => T,
): T[][] {
  const rows = list(o[key], `${path}.${key}`);
  if (rows.length !== daysInWeek) fail(`${path}.${key}`, `${daysInWeek} days`, rows);
  return rows.map((v, i) => {
    const at = `${path}.${key}[${i}]`;
    const row = list(v, at);
    if (row.length !== hoursInDay) fail(at, `${hoursInDay} hours`, row);
    return row.map((_, hour) => read(row as unknown as Fields, String(hour), at));
  });
}

function comparison(o: Fields, path: string): Comparison {
  const one = (key: string): Summary | null => orNull(o[key], (v) => summary(v, `${path}.${key}`));
  return {
    this: summary(o["this"], `${path}.this`),
    before: one("week_before"),
    earlier: one("four_before"),
    earlierCount: amount(o, "four_before_with_data", path),
    weeks: each(o, "weeks", path, (w, at) => ({
      week: week(w, "week", at),
      summary: orNull(w["summary"], (v) => summary(v, `${at}.summary`)),
    })),
  };
}

/** Reads the answer of GET /api/v1/weeks/ID. */
export function parseWeek(v: unknown): Week {
  const path = "week";
  const o = fields(v, path);
  const days = each(o, "days", path, day);
  if (days.length !== daysInWeek) fail(`${path}.days`, `${daysInWeek} days`, days);
  const heat = fields(o["heat"], `${path}.heat`);
  return {
    ...figures(o, path),
    week: week(o, "week", path),
    first: date(o, "first", path),
    last: date(o, "last", path),
    from: maybeTime(o, "from", path),
    to: maybeTime(o, "to", path),
    over: flag(o, "over", path),
    days,
    heat: {
      score: grid(heat, "score", `${path}.heat`, (row, hour, at) => maybe(row, hour, at, 100)),
      judged: grid(heat, "judged_s", `${path}.heat`, amount),
      sitting: grid(heat, "sitting_s", `${path}.heat`, amount),
    },
    comparison: comparison(fields(o["comparison"], `${path}.comparison`), `${path}.comparison`),
    insights: each(o, "insights", path, (i, at) => {
      const named = fields(i["figures"], `${at}.figures`);
      return {
        rule: openWord(i, "rule", at),
        text: text(i, "text", at, false),
        figures: Object.fromEntries(
          Object.keys(named).map((k) => [openWord({ k }, "k", at), number(named, k, `${at}.figures`)]),
        ),
        n: amount(i, "n", at),
        seconds: amount(i, "seconds", at),
      };
    }),
  };
}
