// The relief programme, the choice from it and what a person said of themselves,
// as /api/v1/relief and below tell them, read as strictly as the rest of the
// contract. Times are in seconds.

import { fail, fields, flag, list, number, openWord, orNull, text, type Area, type Fields } from "./contract";

/** Where a statement comes from. */
export interface Source {
  name: string;
  /** Common use or a single leaflet, rather than a health service's advice or a study. */
  weak: boolean;
}

/** Why tension comes. */
export interface Cause {
  id: string;
  /** What it feels like. */
  feel: string;
  name: string;
  why: string;
  /** The techniques that ease it. */
  eased: readonly string[];
  source: Source;
}

/** What to offer for an area; what to begin with comes first. */
export interface AreaAdvice {
  area: Area;
  name: string;
  techniques: readonly string[];
  exercises: readonly string[];
}

/** A way to ease tension that is no single exercise. */
export interface Technique {
  id: string;
  name: string;
  areas: readonly Area[];
  how: string;
  with: readonly string[];
  caution: string;
  source: Source;
}

/** How much of an exercise makes one round. */
export interface Dose {
  repetitions: number;
  /** The upper end of the range, 0 when there is one number. */
  most: number;
  /** Seconds, 0 for a movement without a hold. */
  hold: number;
  holdMost: number;
  sets: number;
  /** 2 when each side is done. */
  sides: number;
  often: string;
}

export interface Exercise {
  id: string;
  name: string;
  /** The first is its own. */
  areas: readonly Area[];
  kind: string;
  place: string;
  /** What it is good for, in a sentence. */
  does: string;
  kit: readonly string[];
  /** One of the kit is enough. */
  anyOf: boolean;
  dose: Dose;
  /** Seconds that a repetition takes beside its hold. */
  pace: number;
  steps: readonly string[];
  caution: string;
  /** Limits that rule it out, and what others change. */
  not: readonly string[];
  adapt: Readonly<Record<string, string>>;
  eases: readonly string[];
  /** What the coach calls it when the camera can follow it; empty when it is timed. */
  seen: string;
  source: Source;
}

/** Something that does harm. */
export interface Avoided {
  id: string;
  name: string;
  why: string;
  rather: string;
  moment: string;
  source: Source;
}

/** A sign at which advice stops. */
export interface RedFlag {
  id: string;
  sign: string;
  urgency: Urgency;
  /** It matters with pain in the neck. */
  neck: boolean;
  source: Source;
}

/** How soon somebody must be seen: an emergency, or a doctor in the next days. */
export type Urgency = "at_once" | "soon";

/** Asked once, before the first routine. */
export interface Question {
  limit: string;
  ask: string;
  /** What a yes changes. */
  then: string;
  /** Routines wait for professional advice. */
  waits: boolean;
  /** What to tick once that was given; empty when nothing waits. */
  cleared: string;
}

/** A question about chair, desk and screen. */
export interface WorkplaceCheck {
  id: string;
  ask: string;
  area: Area;
  answers: readonly WorkplaceAnswer[];
  source: Source;
}

export interface WorkplaceAnswer {
  id: string;
  text: string;
  /** What to change; empty when it is well as it is. */
  advice: string;
}

/** All there is to read. */
export interface Programme {
  disclaimer: string;
  manner: string;
  /** When a professional is advised though no sign is there. */
  lasting: string;
  causes: readonly Cause[];
  areas: readonly AreaAdvice[];
  techniques: readonly Technique[];
  exercises: readonly Exercise[];
  avoid: readonly Avoided[];
  redFlags: readonly RedFlag[];
  questions: readonly Question[];
  kits: readonly string[];
  minutes: readonly number[];
  workplace: readonly WorkplaceCheck[];
}

/** What a person said of themselves, once, and may change at will. */
export interface Profile {
  answered: boolean;
  limits: readonly string[];
  /** The limits for which a professional has agreed to exercises. */
  cleared: readonly string[];
  /** Null when it was not said yet. */
  kit: readonly string[] | null;
  redFlags: readonly string[];
  /** When the signs were asked last, in milliseconds; null for never. */
  checkedAt: number | null;
  /** The answers to the workplace's questions, by the questions. */
  workplace: Readonly<Record<string, string>>;
  /** A distance from the camera that they measured; null for none. */
  measured: Measured | null;
}

/** A distance in centimetres, and what the camera saw then, as a [Distance] tells it. */
export interface Measured {
  cm: number;
  apart: number;
}

/** What of a profile changes; what is left out stays as it is. */
export type ProfileChange = Partial<Omit<Profile, "checkedAt">> & { checkedAt?: number };

/** An exercise as this person is to do it now. */
export interface Suggestion {
  exercise: string;
  name: string;
  repetitions: number;
  /** Seconds of each, which may be more than its dose has to be. */
  hold: number;
  seconds: number;
  /** What a limit changes; empty when nothing. */
  adapt: string;
  why: string;
  /** It is not for the area that was asked for, but for the rest. */
  forRest: boolean;
}

/** How an exercise of the programme stands with this person now. */
export interface Fit {
  exercise: string;
  repetitions: number;
  hold: number;
  seconds: number;
  /** What a limit changes; empty when nothing. */
  adapt: string;
  /** Why it is not for them now; empty when nothing is against it. */
  against: string;
  /** What it needs and was not said to be at hand; empty when nothing. */
  missing: string;
}

/** Advice stops, and this is where to turn. */
export interface Stop {
  urgency: Urgency;
  signs: readonly string[];
  text: string;
}

export interface Choice {
  stop: Stop | null;
  askSafety: boolean;
  /** Why the signs are asked for, or empty; until they were there is no exercise. */
  askRedFlags: string;
  /** Why to see a professional though there is no sign; empty when there is no reason. */
  seeProfessional: string;
  /** Empty when advice stops. */
  area: Area | "";
  why: string;
  now: Suggestion | null;
  routine: readonly Suggestion[];
  /** All of the programme. */
  exercises: readonly Fit[];
  seconds: number;
  /** Why the routine is shorter than was asked for; empty when it is not. */
  short: string;
  leftOut: string;
  techniques: readonly string[];
  /** What of the workplace is worth a change. */
  support: readonly string[];
  avoid: string;
  disclaimer: string;
}

/** How far somebody sits from the camera. */
export interface Distance {
  cm: number;
  low: number;
  high: number;
  /** Nearer or further than a screen should be, whatever the error; empty when that is open. */
  verdict: "" | "near" | "far";
  /** How far apart the pupils are in the picture, in widths of the frame. */
  apart: number;
  /** It was reckoned from what the person measured. */
  measured: boolean;
  /** Says it with its error, and the verdict. */
  text: string;
}

/** By how much more something changed than in like moments without, with bounds when there are enough days. */
export interface Change {
  /** The days that could be compared, and those that they were compared with. */
  n: number;
  comparable: number;
  mean: number | null;
  low: number | null;
  high: number | null;
}

/** What followed an exercise. */
export interface Effect {
  exercise: string;
  area: Area;
  times: number;
  /** In how many of them nothing else was done. */
  alone: number;
  /** Tension was lower after the last time that is known of. */
  lastEased: boolean;
  /** In points, below 0 it eased; and in shares of the time, above 0 more of it was upright. */
  tension: Change;
  upright: Change;
  enough: boolean;
}

export interface Effects {
  /** What is surely better comes first, what is not known well enough last. */
  effects: readonly Effect[];
  days: number;
}

/** No exercise is longer, nor more often repeated: what is beyond is a mistake. */
const longest = 3600;
const mostOften = 1000;

function within(o: Fields, key: string, path: string, least: number, most: number): number {
  const v = number(o, key, path);
  if (v < least || v > most) fail(`${path}.${key}`, `${least} to ${most}`, v);
  return v;
}

function whole(o: Fields, key: string, path: string, least: number, most: number): number {
  const v = within(o, key, path, least, most);
  return Number.isInteger(v) ? v : fail(`${path}.${key}`, "a whole number", v);
}

/** A number that is left out when it is nothing. */
const maybe = (o: Fields, key: string, path: string, most: number): number =>
  o[key] === undefined ? 0 : within(o, key, path, 0, most);

/** A sentence or a name that must be there. */
function said(o: Fields, key: string, path: string): string {
  const v = text(o, key, path, false);
  return v.trim() ? v : fail(`${path}.${key}`, "words", v);
}

function each<T>(o: Fields, key: string, path: string, read: (o: Fields, path: string) => T): T[] {
  const at = `${path}.${key}`;
  return list(o[key], at).map((v, i) => read(fields(v, `${at}[${i}]`), `${at}[${i}]`));
}

/** Names of a list that may grow. */
const words = (o: Fields, key: string, path: string): string[] =>
  list(o[key], `${path}.${key}`).map((v, i) => openWord({ [i]: v }, String(i), `${path}.${key}`));

const sentences = (o: Fields, key: string, path: string): string[] =>
  list(o[key], `${path}.${key}`).map((v, i) => said({ [i]: v }, String(i), `${path}.${key}`));

function urgency(o: Fields, path: string): Urgency {
  const v = text(o, "urgency", path, false);
  return v === "at_once" || v === "soon" ? v : fail(`${path}.urgency`, "at_once or soon", v);
}

function source(o: Fields, path: string): Source {
  const s = fields(o["source"], `${path}.source`);
  return { name: said(s, "name", `${path}.source`), weak: flag(s, "weak", `${path}.source`) };
}

const named = (o: Fields, path: string) => ({
  id: openWord(o, "id", path),
  name: said(o, "name", path),
  source: source(o, path),
});

function exercise(o: Fields, path: string): Exercise {
  const d = fields(o["dose"], `${path}.dose`);
  const at = `${path}.dose`;
  const adapt = fields(o["adapt"] ?? {}, `${path}.adapt`);
  const areas = words(o, "areas", path);
  if (areas.length === 0) fail(`${path}.areas`, "an area", areas);
  return {
    ...named(o, path),
    areas,
    kind: openWord(o, "kind", path),
    place: openWord(o, "place", path),
    does: said(o, "does", path),
    kit: words(o, "kit", path),
    anyOf: flag(o, "any_of", path),
    dose: {
      repetitions: whole(d, "repetitions", at, 0, mostOften),
      most: maybe(d, "most", at, mostOften),
      hold: maybe(d, "hold_s", at, longest),
      holdMost: maybe(d, "hold_most_s", at, longest),
      sets: whole(d, "sets", at, 0, 100),
      sides: whole(d, "sides", at, 0, 2),
      often: text(d, "often", at),
    },
    pace: within(o, "pace_s", path, 0, longest),
    steps: sentences(o, "steps", path),
    caution: said(o, "caution", path),
    not: words(o, "not", path),
    adapt: Object.fromEntries(
      Object.keys(adapt).map((k) => [openWord({ k }, "k", `${path}.adapt`), said(adapt, k, `${path}.adapt`)]),
    ),
    eases: words(o, "eases", path),
    seen: text(o, "seen", path),
    source: source(o, path),
  };
}

/** Reads the answer of GET /api/v1/relief/programme. */
export function parseProgramme(v: unknown): Programme {
  const path = "programme";
  const o = fields(v, path);
  return {
    disclaimer: said(o, "disclaimer", path),
    manner: said(o, "manner", path),
    lasting: said(o, "lasting", path),
    causes: each(o, "causes", path, (c, at) => ({
      ...named(c, at),
      feel: openWord(c, "feel", at),
      why: said(c, "why", at),
      eased: words(c, "eased", at),
    })),
    areas: each(o, "areas", path, (a, at) => ({
      area: openWord(a, "area", at),
      name: said(a, "name", at),
      techniques: words(a, "techniques", at),
      exercises: words(a, "exercises", at),
    })),
    techniques: each(o, "techniques", path, (t, at) => ({
      ...named(t, at),
      areas: words(t, "areas", at),
      how: said(t, "how", at),
      with: sentences(t, "with", at),
      caution: said(t, "caution", at),
    })),
    exercises: each(o, "exercises", path, exercise),
    avoid: each(o, "avoid", path, (a, at) => ({
      ...named(a, at),
      why: said(a, "why", at),
      rather: said(a, "rather", at),
      moment: openWord(a, "moment", at),
    })),
    redFlags: each(o, "red_flags", path, (f, at) => ({
      id: openWord(f, "id", at),
      sign: said(f, "sign", at),
      urgency: urgency(f, at),
      neck: flag(f, "neck", at),
      source: source(f, at),
    })),
    questions: each(o, "questions", path, (q, at) => ({
      limit: openWord(q, "limit", at),
      ask: said(q, "ask", at),
      then: said(q, "then", at),
      waits: flag(q, "waits", at),
      cleared: text(q, "cleared", at),
    })),
    kits: words(o, "kits", path),
    minutes: list(o["minutes"], `${path}.minutes`).map((m, i) =>
      whole({ [i]: m }, String(i), `${path}.minutes`, 1, 60),
    ),
    workplace: each(o, "workplace", path, (c, at) => ({
      id: openWord(c, "id", at),
      ask: said(c, "ask", at),
      area: openWord(c, "area", at),
      answers: each(c, "answers", at, (a, at) => ({
        id: openWord(a, "id", at),
        text: said(a, "text", at),
        advice: text(a, "advice", at),
      })),
      source: source(c, at),
    })),
  };
}

/** Reads the answer of GET and PATCH /api/v1/relief/profile. */
export function parseProfile(v: unknown): Profile {
  const path = "profile";
  const o = fields(v, path);
  const at = Date.parse(text(o, "checked_at", path, false));
  if (Number.isNaN(at)) fail(`${path}.checked_at`, "a time", o["checked_at"]);
  const desk = fields(o["workplace"] ?? {}, `${path}.workplace`);
  return {
    answered: flag(o, "answered", path),
    limits: words(o, "limits", path),
    cleared: words(o, "cleared", path),
    kit: orNull(o["kit"], () => words(o, "kit", path)),
    redFlags: words(o, "red_flags", path),
    checkedAt: at <= 0 ? null : at,
    workplace: Object.fromEntries(
      Object.keys(desk).map((k) => [
        openWord({ k }, "k", `${path}.workplace`),
        openWord(desk, k, `${path}.workplace`),
      ]),
    ),
    measured: orNull(o["measured"], (v) => {
      const m = fields(v, `${path}.measured`);
      const part = (key: string) => within(m, key, `${path}.measured`, 0, Infinity);
      return { cm: part("cm"), apart: part("apart") };
    }),
  };
}

/** A change as PATCH /api/v1/relief/profile takes it: a merge patch (RFC 7396) with those keys alone. */
export const profilePatch = (c: ProfileChange): object => ({
  answered: c.answered,
  limits: c.limits,
  cleared: c.cleared,
  kit: c.kit,
  red_flags: c.redFlags,
  checked_at: c.checkedAt === undefined ? undefined : new Date(c.checkedAt).toISOString(),
  workplace: c.workplace,
  measured: c.measured,
});

const fitted = (o: Fields, path: string) => ({
  exercise: openWord(o, "exercise", path),
  repetitions: whole(o, "repetitions", path, 0, mostOften),
  hold: within(o, "hold_s", path, 0, longest),
  seconds: within(o, "seconds", path, 0, longest),
  adapt: text(o, "adapt", path),
});

const suggestion = (o: Fields, path: string): Suggestion => ({
  ...fitted(o, path),
  name: said(o, "name", path),
  why: text(o, "why", path),
  forRest: flag(o, "for_rest", path),
});

const fit = (o: Fields, path: string): Fit => ({
  ...fitted(o, path),
  against: text(o, "against", path, false),
  missing: text(o, "missing", path, false),
});

/** Reads the answer of GET /api/v1/relief. */
export function parseChoice(v: unknown): Choice {
  const path = "choice";
  const o = fields(v, path);
  const stop = orNull(o["stop"], (v): Stop => {
    const at = `${path}.stop`;
    const s = fields(v, at);
    return { urgency: urgency(s, at), signs: sentences(s, "signs", at), text: said(s, "text", at) };
  });
  const none = stop !== null && !o["area"];
  return {
    stop,
    askSafety: flag(o, "ask_safety", path),
    askRedFlags: text(o, "ask_red_flags", path),
    seeProfessional: text(o, "see_professional", path, false),
    area: none ? "" : openWord(o, "area", path),
    why: text(o, "why", path),
    now: orNull(o["now"], (v) => suggestion(fields(v, `${path}.now`), `${path}.now`)),
    routine: each(o, "routine", path, suggestion),
    exercises: each(o, "exercises", path, fit),
    seconds: within(o, "seconds", path, 0, longest),
    short: text(o, "short", path, false),
    leftOut: text(o, "left_out", path),
    techniques: words(o, "techniques", path),
    support: sentences(o, "support", path),
    avoid: text(o, "avoid", path),
    disclaimer: said(o, "disclaimer", path),
  };
}

function change(v: unknown, path: string): Change {
  const o = fields(v, path);
  const bound = (key: string) => orNull(o[key], () => number(o, key, path));
  return {
    n: whole(o, "n", path, 0, Infinity),
    comparable: whole(o, "comparable", path, 0, Infinity),
    mean: bound("mean"),
    low: bound("low"),
    high: bound("high"),
  };
}

/** Reads the answer of GET /api/v1/relief/effects. */
export function parseEffects(v: unknown): Effects {
  const path = "answer";
  const o = fields(v, path);
  return {
    effects: each(o, "effects", path, (e, at) => ({
      exercise: openWord(e, "exercise", at),
      area: openWord(e, "area", at),
      times: whole(e, "times", at, 0, Infinity),
      alone: whole(e, "alone", at, 0, Infinity),
      lastEased: flag(e, "last_eased", at),
      tension: change(e["tension"], `${at}.tension`),
      upright: change(e["upright_share"], `${at}.upright_share`),
      enough: flag(e, "enough", at),
    })),
    days: whole(o, "days", path, 1, Infinity),
  };
}

function verdict(o: Fields, path: string): Distance["verdict"] {
  const v = text(o, "verdict", path, false);
  return v === "" || v === "near" || v === "far" ? v : fail(`${path}.verdict`, "near, far or nothing", v);
}

/** Reads the answer of GET /api/v1/relief/distance; null while no face looks at the camera. */
export function parseDistance(v: unknown): Distance | null {
  const o = fields(v, "answer");
  return orNull(o["distance"], (v) => {
    const path = "distance";
    const d = fields(v, path);
    return {
      cm: within(d, "cm", path, 0, Infinity),
      low: within(d, "low_cm", path, 0, Infinity),
      high: within(d, "high_cm", path, 0, Infinity),
      verdict: verdict(d, path),
      apart: within(d, "apart", path, 0, 1),
      measured: flag(d, "measured", path),
      text: said(d, "text", path),
    };
  });
}
