// What the service tells the page: the answers under /api/v1 and the messages of
// /ws. Every one is checked before anything is drawn from it: fields that this
// page does not know are let through unread, a known field of the wrong kind
// refuses the whole message. Signals, kinds of event and the like may grow with
// a newer service: a word that is not known here is let through as a word.

export const states = [
  "upright",
  "slouching",
  "leaning_in",
  "leaning_aside",
  "looking_down",
  "turned",
  "standing",
  "away",
  "unknown",
] as const;
export type State = (typeof states)[number];

export const signals = [
  "head_drop",
  "head_forward",
  "sink",
  "upper_back",
  "lean_in",
  "lean_aside",
  "head_pitch",
] as const;
/** One of the signals, or the name of one that this page does not know yet. */
export type Signal = Open<(typeof signals)[number]>;

/** A word of a list that may grow. */
type Open<T extends string> = T | (string & {});

export const eventKinds = [
  "baseline",
  "bout_start",
  "bout_end",
  "episode_start",
  "episode_end",
  "alert",
  "recovered",
  "camera_lost",
  "camera_back",
  "paused",
  "resumed",
  "baseline_used",
  "camera_moved",
  "camera_kept",
  "slouch_pose",
  "break",
  "break_due",
  "static_hold",
  "day_end",
  "dismissed",
  "wrong",
  "wrong_off",
  "snoozed",
  "snooze_end",
  "check_in",
  "exercise",
] as const;
export type EventKind = Open<(typeof eventKinds)[number]>;

/** Where a person may feel tension, in the order in which it is asked and told. */
export const areas = ["upper_back", "lower_back", "overall"] as const;
export type Area = Open<(typeof areas)[number]>;

/** Tension goes from 0, none, to this, the worst that can be thought of. */
export const maxTension = 10;

/** How loudly the present posture is told, rising. */
export const levels = ["none", "ambient", "alert", "strong"] as const;
export type Level = Open<(typeof levels)[number]>;

/** Why no alert would come now. */
export const silences = ["snoozed", "quiet_hours", "exercise", "cooldown", "hour_cap", "day_cap"] as const;
export type Silence = Open<(typeof silences)[number]>;

/** How a person works at the desk; each way has baselines of its own. */
export const ways = ["sitting", "standing"] as const;
export type Way = (typeof ways)[number];

/** What a calibration takes. */
export const poses = ["upright", "slouch"] as const;
export type Pose = (typeof poses)[number];

/** What is offered: one thing in the chair, a break, a longer one, or a last routine of the day. */
export const offerKinds = ["micro", "break", "full_break", "day_end"] as const;
export type OfferKind = (typeof offerKinds)[number];

/** What of a break under way is seen: nobody is in the picture, or they stand. */
export const breakWays = ["left", "stood"] as const;
export type BreakWay = (typeof breakWays)[number];

/** The parts of a calibration's quality. */
export const checks = ["stillness", "visibility", "light", "framing"] as const;

export const sourceStatuses = [
  "opening",
  "live",
  "lost",
  "busy",
  "no_camera",
  "stalled",
  "frozen",
  "failed",
  "ended",
  "paused",
  "degraded",
] as const;
export type SourceStatus = (typeof sourceStatuses)[number];

export const calibrationStatuses = ["idle", "countdown", "running", "done", "failed"] as const;
export type CalibrationStatus = (typeof calibrationStatuses)[number];

/** What a coach sees the person do. */
export const coachPhases = ["getting_ready", "resting", "moving", "holding", "not_seen"] as const;
export type CoachPhase = (typeof coachPhases)[number];

/** The person's own sides. */
export const sides = ["left", "right"] as const;
export type Side = (typeof sides)[number];

/** Points of a figure: BlazePose's 33. */
export const landmarkCount = 33;

/** What one signal took from the score. */
export interface Part {
  signal: Signal;
  deviation: number;
  /** 0 to 100. */
  points: number;
}

/** Times are milliseconds since the Unix epoch, null when the service has none yet. */
export type Time = number | null;

export interface Event {
  /** Rising; 0 while the event is not on disk. */
  id: number;
  kind: EventKind;
  time: number;
  /** The posture it speaks of; of a break whether the person was away or stood. */
  state: State | null;
  signal: Signal | null;
  seconds: number;
  text: string;
  /**
   * An alert's: 1, or 2 for the stronger one. A break's: 1 interruption, 2
   * break, 3 full break. A check-in's: the tension. An exercise's: how often.
   */
  level: number;
  /** The event or the baseline that it speaks of, 0 for none. */
  ref: number;
  /** Where a check-in's tension is. */
  area: Area | null;
  /** The exercise that was done; of a break that was a routine in the chair its last one. */
  exercise: string | null;
}

export interface Alert {
  since: Time;
  signal: Signal | null;
  seconds: number;
  text: string;
  /** 1, or 2 for the second, stronger one. */
  level: number;
}

/** A question that the watch can't answer itself. */
export interface Ask {
  kind: Open<"camera_moved" | "calibrate">;
  text: string;
}

/** What would do good now; it stands until it is taken, put off or out of date. */
export interface Offer {
  kind: OfferKind;
  since: Time;
  /** How long a routine that fits is, 0 for one thing. */
  minutes: number;
  text: string;
}

/** How sitting and breaks stand. */
export interface Breaks {
  due: boolean;
  /** Seconds of sitting left until a break is suggested. */
  dueIn: number;
  /** Of today. */
  taken: number;
  debt: number;
  /** Seconds of the present absence from sitting, and what it amounts to: 0 to 3. */
  away: number;
  level: number;
  /** What of it is seen; null while there is none. */
  how: BreakWay | null;
}

/** An estimate in degrees; two times in three the truth is within the band. */
export interface Angle {
  degrees: number;
  band: number;
}

/** Changes from the person's own upright. */
export interface Angles {
  /** The upper back, + more rounded. */
  thoracic: Angle;
  /** + further forward. */
  neck: Angle;
  /** + further forward. */
  trunk: Angle;
  /** + to the person's own left. */
  lateral: Angle;
  /** + further down. */
  pitch: Angle;
}

export interface Check {
  name: Open<(typeof checks)[number]>;
  /** 0 to 1; under a half the calibration is refused. */
  quality: number;
  message: string;
}

export interface Calibration {
  status: CalibrationStatus;
  /** Seconds left of the count-down. */
  remaining: number;
  /** 0 to 1. */
  progress: number;
  quality: number;
  message: string;
  pose: Pose;
  way: Way;
  checks: readonly Check[];
}

export interface Baseline {
  id: number;
  time: Time;
  quality: number;
  way: Way;
  /** Nobody asked for it: a first guess. */
  provisional: boolean;
  /** Why it is not used, empty when it may be. */
  stale: string;
  /** The person's own slouch is known too. */
  sharpened: boolean;
}

/** One of all the stored baselines. */
export interface StoredBaseline extends Baseline {
  camera: string;
  inUse: boolean;
}

/** Hours of each day as "HH:MM"; they may pass midnight. */
export interface QuietHours {
  from: string;
  to: string;
}

/** What the person may change while the service runs; times are in seconds. */
export interface Settings {
  /** 1, least, to 5 by signal; a signal that is missing has 3. */
  sensitivity: Readonly<Record<string, number>>;
  /** How often "that was wrong" eased a signal. */
  eased: Readonly<Record<string, number>>;
  alertAfter: number;
  cooldown: number;
  perHour: number;
  perDay: number;
  breakEvery: number;
  /** 0 for never. */
  staticAfter: number;
  /** When the working day ends, for a last offer: "auto", as it usually does, "off", or "HH:MM". */
  dayEnd: string;
  quiet: readonly QuietHours[];
}

/** The settings in effect, and those that hold where the person changed nothing. */
export interface AllSettings {
  settings: Settings;
  defaults: Settings;
  /** What "auto" for the end of the day comes to now, as "HH:MM"; null while too few days are known. */
  usualDayEnd: string | null;
}

/** Alerts of one day: those that came, and those that would have come. */
export interface WhatIfDay {
  day: string;
  was: number;
  would: number;
  /** Seconds; 0 when nothing was watched that day. */
  watched: number;
}

/** What would have happened under other settings. */
export interface WhatIf {
  days: number;
  /** Seconds of measurements that it rests on. */
  watched: number;
  was: number;
  would: number;
  perDay: readonly WhatIfDay[];
  /** What couldn't be read, empty when all could. */
  leftOut: string;
}

export type Point = readonly [x: number, y: number, visibility: number];

/** Points as the camera sees them, 0 to 1 of the picture's width and height. */
export interface Figure {
  aspect: number;
  points: readonly Point[];
}

/** How the exercise goes that the camera follows. */
export interface Coaching {
  /** The coach's own name of it. */
  exercise: string;
  phase: CoachPhase;
  /** Why the person is not seen, or what is waited for. */
  reason: string;
  side: Side | null;
  /** Repetitions counted, and those of each side. */
  repetitions: number;
  left: number;
  right: number;
  /** How many make it complete, 0 for no end. */
  target: number;
  complete: boolean;
  /** Seconds: how long the far end is being held, should be, and was at the last repetition. */
  hold: number;
  holdTarget: number;
  lastHold: number;
  /** How far the movement goes: 1 is the person's own comfortable range; null while that is not known. */
  range: number | null;
  overstretched: boolean;
  /** By how much, as a share of the comfortable range. */
  over: number;
  /** Counts may be off. */
  doubtful: boolean;
  hint: string;
}

export interface Source {
  status: SourceStatus;
  name: string;
  card: string;
  demo: boolean;
  width: number;
  height: number;
  fps: number;
  message: string;
  since: Time;
}

export interface Rates {
  target: number;
  observed: number;
  grabbed: number;
  dropped: number;
  modelMs: number;
}

export interface Live {
  time: Time;
  state: State;
  since: Time;
  reason: string;
  score: number | null;
  parts: readonly Part[];
  sitting: number;
  poor: number;
  level: Level;
  alert: Alert | null;
  silence: Silence | "";
  silentUntil: Time;
  ask: Ask | null;
  offer: Offer | null;
  angles: Angles | null;
  breaks: Breaks;
  /** Seconds that the present posture has been held without a change. */
  held: number;
  calibration: Calibration;
  baseline: Baseline | null;
  figure: Figure | null;
  people: number;
  source: Source;
  /** Null while no exercise is followed. */
  coach: Coaching | null;
  rates: Rates;
  policy: {
    /** Seconds. */
    alertAfter: number;
    breakAfter: number;
    /** Both are short, so that a demo shows them. */
    shortened: boolean;
    /** What the person said of their health is against telling them to move in a certain way. */
    careful: boolean;
  };
  version: string;
  storeError: string;
}

export interface Mirror {
  /** JPEG in base64. */
  jpeg: string;
  width: number;
  height: number;
}

export type Message =
  | { type: "live"; live: Live }
  | { type: "event"; event: Event }
  /** Null when the picture has been switched off. */
  | { type: "mirror"; mirror: Mirror | null };

/** Says which field of a message is not what was agreed. */
export class ContractError extends Error {}

// The readers below are what every part of the contract is read with: each takes
// a field of an object, or refuses it by its path.

export type Fields = Record<string, unknown>;

export function fail(path: string, want: string, got: unknown): never {
  const kind = got === null ? "null" : Array.isArray(got) ? "an array" : typeof got;
  throw new ContractError(`${path}: want ${want}, got ${kind === "string" ? JSON.stringify(got) : kind}`);
}

export function fields(v: unknown, path: string): Fields {
  if (typeof v !== "object" || v === null || Array.isArray(v)) fail(path, "an object", v);
  return v as Fields;
}

export function number(o: Fields, key: string, path: string, optional = false): number {
  const v = o[key];
  if (optional && v === undefined) return 0;
  if (typeof v !== "number" || !Number.isFinite(v)) fail(`${path}.${key}`, "a number", v);
  return v;
}

export function text(o: Fields, key: string, path: string, optional = true): string {
  const v = o[key];
  if (optional && (v === undefined || v === null)) return "";
  if (typeof v !== "string") fail(`${path}.${key}`, "a string", v);
  return v;
}

export function flag(o: Fields, key: string, path: string, optional = true): boolean {
  const v = o[key];
  if (optional && v === undefined) return false;
  if (typeof v !== "boolean") fail(`${path}.${key}`, "true or false", v);
  return v;
}

function word<T extends string>(o: Fields, key: string, path: string, words: readonly T[]): T {
  const v = o[key];
  if (typeof v !== "string" || !(words as readonly string[]).includes(v)) {
    fail(`${path}.${key}`, `one of ${words.join(", ")}`, v);
  }
  return v as T;
}

function maybeWord<T extends string>(o: Fields, key: string, path: string, words: readonly T[]): T | null {
  return o[key] === undefined || o[key] === "" ? null : word(o, key, path, words);
}

/** A word of a list that may have grown since this page was made. */
export function openWord(o: Fields, key: string, path: string): string {
  const v = o[key];
  if (typeof v !== "string" || !/^[a-z][a-z0-9_]{0,40}$/.test(v)) fail(`${path}.${key}`, "a word", v);
  return v;
}

function maybeOpenWord(o: Fields, key: string, path: string): string | null {
  return o[key] === undefined || o[key] === "" ? null : openWord(o, key, path);
}

/** A time that the service has not set yet is of the year 1. */
function time(o: Fields, key: string, path: string): Time {
  const v = o[key];
  if (v === undefined) return null;
  const t = typeof v === "string" ? Date.parse(v) : NaN;
  if (Number.isNaN(t)) fail(`${path}.${key}`, "a time", v);
  return t <= 0 ? null : t;
}

export function list(v: unknown, path: string): readonly unknown[] {
  if (v === undefined || v === null) return [];
  if (!Array.isArray(v)) fail(path, "an array", v);
  return v;
}

export function orNull<T>(v: unknown, read: (v: unknown) => T): T | null {
  return v === undefined || v === null ? null : read(v);
}

function part(v: unknown, path: string): Part {
  const o = fields(v, path);
  return {
    signal: openWord(o, "signal", path),
    deviation: number(o, "deviation", path, true),
    points: number(o, "points", path),
  };
}

function figure(v: unknown, path: string): Figure {
  const o = fields(v, path);
  const aspect = number(o, "aspect", path);
  if (aspect <= 0) fail(`${path}.aspect`, "a positive number", aspect);
  const points = list(o["points"], `${path}.points`).map((p, i): Point => {
    const at = `${path}.points[${i}]`;
    const c = list(p, at);
    if (c.length !== 3 || !c.every((n) => typeof n === "number" && Number.isFinite(n))) {
      fail(at, "three numbers", p);
    }
    return c as unknown as Point;
  });
  if (points.length !== landmarkCount) fail(`${path}.points`, `${landmarkCount} points`, points);
  return { aspect, points };
}

function calibration(v: unknown, path: string): Calibration {
  const o = fields(v, path);
  return {
    status: word(o, "status", path, calibrationStatuses),
    remaining: number(o, "remaining_s", path, true),
    progress: number(o, "progress", path, true),
    quality: number(o, "quality", path, true),
    message: text(o, "message", path),
    pose: maybeWord(o, "pose", path, poses) ?? "upright",
    way: maybeWord(o, "way", path, ways) ?? "sitting",
    checks: list(o["checks"], `${path}.checks`).map((v, i) => {
      const at = `${path}.checks[${i}]`;
      const c = fields(v, at);
      return {
        name: openWord(c, "name", at),
        quality: number(c, "quality", at),
        message: text(c, "message", at),
      };
    }),
  };
}

function angles(v: unknown, path: string): Angles {
  const o = fields(v, path);
  const angle = (key: string): Angle => {
    const a = fields(o[key], `${path}.${key}`);
    return { degrees: number(a, "deg", `${path}.${key}`), band: number(a, "band_deg", `${path}.${key}`) };
  };
  return {
    thoracic: angle("thoracic_flexion"),
    neck: angle("neck_inclination"),
    trunk: angle("trunk_inclination"),
    lateral: angle("lateral_lean"),
    pitch: angle("head_pitch"),
  };
}

function breaks(v: unknown, path: string): Breaks {
  const o = fields(v ?? {}, path);
  return {
    due: flag(o, "due", path),
    dueIn: number(o, "due_in_s", path, true),
    taken: number(o, "taken", path, true),
    debt: number(o, "debt", path, true),
    away: number(o, "away_s", path, true),
    level: number(o, "level", path, true),
    how: maybeWord(o, "how", path, breakWays),
  };
}

function offer(v: unknown, path: string): Offer {
  const o = fields(v, path);
  return {
    kind: word(o, "kind", path, offerKinds),
    since: time(o, "since", path),
    minutes: count(o, "minutes", path),
    text: text(o, "text", path, false),
  };
}

function baseline(v: unknown, path: string): Baseline {
  const o = fields(v, path);
  return {
    id: number(o, "id", path),
    time: time(o, "time", path),
    quality: number(o, "quality", path, true),
    way: maybeWord(o, "way", path, ways) ?? "sitting",
    provisional: flag(o, "provisional", path),
    stale: text(o, "stale", path),
    sharpened: flag(o, "sharpened", path),
  };
}

function source(v: unknown, path: string): Source {
  const o = fields(v, path);
  return {
    status: word(o, "status", path, sourceStatuses),
    name: text(o, "name", path),
    card: text(o, "card", path),
    demo: flag(o, "demo", path),
    width: number(o, "width", path, true),
    height: number(o, "height", path, true),
    fps: number(o, "fps", path, true),
    message: text(o, "message", path),
    since: time(o, "since", path),
  };
}

/** A number of something: none of them is below 0. */
function amount(o: Fields, key: string, path: string): number {
  const v = number(o, key, path);
  return v >= 0 ? v : fail(`${path}.${key}`, "0 or more", v);
}

function count(o: Fields, key: string, path: string): number {
  const v = amount(o, key, path);
  return Number.isInteger(v) ? v : fail(`${path}.${key}`, "a whole number", v);
}

function coaching(v: unknown, path: string): Coaching {
  const o = fields(v, path);
  return {
    exercise: openWord(o, "exercise", path),
    phase: word(o, "phase", path, coachPhases),
    reason: text(o, "reason", path),
    side: maybeWord(o, "side", path, sides),
    repetitions: count(o, "repetitions", path),
    left: count(o, "left", path),
    right: count(o, "right", path),
    target: count(o, "target", path),
    complete: flag(o, "complete", path),
    hold: amount(o, "hold_s", path),
    holdTarget: amount(o, "hold_target_s", path),
    lastHold: amount(o, "last_hold_s", path),
    range: orNull(o["range"], () => number(o, "range", path)),
    overstretched: flag(o, "overstretched", path),
    over: amount(o, "over", path),
    doubtful: flag(o, "doubtful", path),
    hint: text(o, "hint", path),
  };
}

/** Reads the answer of GET /api/v1/live, also the body of a live message. */
export function parseLive(v: unknown, path = "live"): Live {
  const o = fields(v, path);
  const rates = fields(o["rates"], `${path}.rates`);
  const policy = fields(o["policy"], `${path}.policy`);
  return {
    time: time(o, "time", path),
    state: word(o, "state", path, states),
    since: time(o, "since", path),
    reason: text(o, "reason", path),
    score: orNull(o["score"], () => number(o, "score", path)),
    parts: list(o["parts"], `${path}.parts`).map((p, i) => part(p, `${path}.parts[${i}]`)),
    sitting: number(o, "sitting_s", path),
    poor: number(o, "poor_s", path),
    level: maybeOpenWord(o, "level", path) ?? "none",
    alert: orNull(o["alert"], (v) => {
      const a = fields(v, `${path}.alert`);
      return {
        since: time(a, "since", `${path}.alert`),
        signal: maybeOpenWord(a, "signal", `${path}.alert`),
        seconds: number(a, "seconds", `${path}.alert`, true),
        text: text(a, "text", `${path}.alert`),
        level: number(a, "level", `${path}.alert`, true),
      };
    }),
    silence: maybeOpenWord(o, "silence", path) ?? "",
    silentUntil: time(o, "silent_until", path),
    ask: orNull(o["ask"], (v) => {
      const a = fields(v, `${path}.ask`);
      return { kind: openWord(a, "kind", `${path}.ask`), text: text(a, "text", `${path}.ask`) };
    }),
    offer: orNull(o["offer"], (v) => offer(v, `${path}.offer`)),
    angles: orNull(o["angles"], (v) => angles(v, `${path}.angles`)),
    breaks: breaks(o["breaks"], `${path}.breaks`),
    held: number(o, "held_s", path, true),
    calibration: calibration(o["calibration"], `${path}.calibration`),
    baseline: orNull(o["baseline"], (v) => baseline(v, `${path}.baseline`)),
    figure: orNull(o["figure"], (v) => figure(v, `${path}.figure`)),
    people: number(o, "people", path, true),
    source: source(o["source"], `${path}.source`),
    coach: orNull(o["coach"], (v) => coaching(v, `${path}.coach`)),
    rates: {
      target: number(rates, "target_hz", `${path}.rates`, true),
      observed: number(rates, "observed_hz", `${path}.rates`, true),
      grabbed: number(rates, "grabbed_hz", `${path}.rates`, true),
      dropped: number(rates, "dropped", `${path}.rates`, true),
      modelMs: number(rates, "model_ms", `${path}.rates`, true),
    },
    policy: {
      alertAfter: number(policy, "alert_after_s", `${path}.policy`),
      breakAfter: number(policy, "break_after_s", `${path}.policy`),
      shortened: flag(policy, "shortened", `${path}.policy`),
      // Not to be told is no leave to tell anybody to move.
      careful: flag(policy, "careful", `${path}.policy`, false),
    },
    version: text(o, "version", path),
    storeError: text(o, "store_error", path),
  };
}

/** Reads one event. */
export function parseEvent(v: unknown, path = "event"): Event {
  const o = fields(v, path);
  const at = time(o, "time", path);
  if (at === null) fail(`${path}.time`, "a time", o["time"]);
  return {
    id: number(o, "id", path, true),
    kind: openWord(o, "kind", path),
    time: at,
    state: maybeWord(o, "state", path, states),
    signal: maybeOpenWord(o, "signal", path),
    seconds: number(o, "seconds", path, true),
    text: text(o, "text", path),
    level: number(o, "level", path, true),
    ref: number(o, "ref", path, true),
    area: maybeOpenWord(o, "area", path),
    exercise: maybeOpenWord(o, "exercise", path),
  };
}

function mirror(v: unknown): Mirror {
  const o = fields(v, "mirror");
  return {
    jpeg: text(o, "jpeg", "mirror", false),
    width: number(o, "width", "mirror"),
    height: number(o, "height", "mirror"),
  };
}

/** Reads the answer of GET /api/v1/events. */
export function parseEvents(v: unknown): Event[] {
  const o = fields(v, "answer");
  return list(o["events"], "events").map((e, i) => parseEvent(e, `events[${i}]`));
}

/** Reads the answer of GET /api/v1/baselines, newest first. */
export function parseBaselines(v: unknown): StoredBaseline[] {
  const o = fields(v, "answer");
  return list(o["baselines"], "baselines").map((v, i) => {
    const path = `baselines[${i}]`;
    const b = fields(v, path);
    return { ...baseline(b, path), camera: text(b, "camera", path), inUse: flag(b, "in_use", path) };
  });
}

function steps(v: unknown, path: string): Record<string, number> {
  const o = fields(v ?? {}, path);
  return Object.fromEntries(Object.keys(o).map((k) => [k, number(o, k, path)]));
}

/** A time of day as "HH:MM". */
const isClock = (v: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(v);

function dayEnd(o: Fields, path: string): string {
  const v = text(o, "day_end", path, false);
  return v === "auto" || v === "off" || isClock(v)
    ? v
    : fail(`${path}.day_end`, '"auto", "off" or "HH:MM"', v);
}

function settings(v: unknown, path: string): Settings {
  const o = fields(v, path);
  return {
    sensitivity: steps(o["sensitivity"], `${path}.sensitivity`),
    eased: steps(o["eased"], `${path}.eased`),
    alertAfter: number(o, "alert_after_s", path),
    cooldown: number(o, "alert_cooldown_s", path),
    perHour: number(o, "alerts_per_hour", path),
    perDay: number(o, "alerts_per_day", path),
    breakEvery: number(o, "break_every_s", path),
    staticAfter: number(o, "static_after_s", path),
    dayEnd: dayEnd(o, path),
    quiet: list(o["quiet"], `${path}.quiet`).map((v, i) => {
      const at = `${path}.quiet[${i}]`;
      const q = fields(v, at);
      return { from: text(q, "from", at, false), to: text(q, "to", at, false) };
    }),
  };
}

/** Reads the answer of GET and PATCH /api/v1/settings. */
export function parseSettings(v: unknown): AllSettings {
  const o = fields(v, "answer");
  return {
    settings: settings(o["settings"], "settings"),
    defaults: settings(o["defaults"], "defaults"),
    usualDayEnd: orNull(o["usual_day_end"], () => {
      const v = text(o, "usual_day_end", "answer", false);
      return isClock(v) ? v : fail("answer.usual_day_end", '"HH:MM"', v);
    }),
  };
}

/** Reads the answer of GET /api/v1/whatif. */
export function parseWhatIf(v: unknown): WhatIf {
  const o = fields(v, "whatif");
  return {
    days: number(o, "days", "whatif"),
    watched: number(o, "watched_s", "whatif", true),
    was: list(o["was"], "whatif.was").length,
    would: list(o["would"], "whatif.would").length,
    leftOut: text(o, "left_out", "whatif"),
    perDay: list(o["per_day"], "whatif.per_day").map((v, i) => {
      const path = `whatif.per_day[${i}]`;
      const d = fields(v, path);
      return {
        day: text(d, "day", path, false),
        was: number(d, "was", path),
        would: number(d, "would", path),
        watched: number(d, "watched_s", path, true),
      };
    }),
  };
}

/** Reads the answer of POST /api/v1/check-ins: the events that were written. */
export const parseCheckIns = parseEvents;

/** Reads the answer of POST /api/v1/snooze: when it ends, null for ended. */
export function parseUntil(v: unknown): Time {
  return time(fields(v, "snooze"), "until", "snooze");
}

/**
 * Reads one message of the socket. Throws a ContractError when it is not
 * what was agreed; a message of a type that this page does not know is null.
 */
export function parseMessage(data: string): Message | null {
  let v: unknown;
  try {
    v = JSON.parse(data);
  } catch {
    throw new ContractError("message: not JSON");
  }
  const o = fields(v, "message");
  switch (text(o, "type", "message", false)) {
    case "live":
      return { type: "live", live: parseLive(o["live"]) };
    case "event":
      return { type: "event", event: parseEvent(o["event"]) };
    case "mirror":
      return { type: "mirror", mirror: orNull(o["mirror"], mirror) };
    default:
      return null;
  }
}
