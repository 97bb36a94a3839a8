// What the service tells the page: GET /api/v1/live, /api/v1/events and the
// messages of /ws. Every message is checked before anything is drawn from it:
// fields that this page does not know are let through unread, a known field of
// the wrong kind refuses the whole message.

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

export const signals = ["head_drop", "head_forward", "sink", "lean_in", "lean_aside", "head_pitch"] as const;
export type Signal = (typeof signals)[number];

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
] as const;
export type EventKind = (typeof eventKinds)[number];

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
  state: State | null;
  signal: Signal | null;
  seconds: number;
  text: string;
}

export interface Alert {
  since: Time;
  signal: Signal | null;
  seconds: number;
  text: string;
}

export interface Calibration {
  status: CalibrationStatus;
  /** Seconds left of the count-down. */
  remaining: number;
  /** 0 to 1. */
  progress: number;
  quality: number;
  message: string;
}

export interface Baseline {
  id: number;
  time: Time;
  quality: number;
}

export type Point = readonly [x: number, y: number, visibility: number];

/** Points as the camera sees them, 0 to 1 of the picture's width and height. */
export interface Figure {
  aspect: number;
  points: readonly Point[];
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
  alert: Alert | null;
  calibration: Calibration;
  baseline: Baseline | null;
  figure: Figure | null;
  people: number;
  source: Source;
  rates: Rates;
  policy: { alertAfter: number; shortened: boolean };
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

type Fields = Record<string, unknown>;

function fail(path: string, want: string, got: unknown): never {
  const kind = got === null ? "null" : Array.isArray(got) ? "an array" : typeof got;
  throw new ContractError(`${path}: want ${want}, got ${kind === "string" ? JSON.stringify(got) : kind}`);
}

function fields(v: unknown, path: string): Fields {
  if (typeof v !== "object" || v === null || Array.isArray(v)) fail(path, "an object", v);
  return v as Fields;
}

function number(o: Fields, key: string, path: string, optional = false): number {
  const v = o[key];
  if (optional && v === undefined) return 0;
  if (typeof v !== "number" || !Number.isFinite(v)) fail(`${path}.${key}`, "a number", v);
  return v;
}

function text(o: Fields, key: string, path: string, optional = true): string {
  const v = o[key];
  if (optional && (v === undefined || v === null)) return "";
  if (typeof v !== "string") fail(`${path}.${key}`, "a string", v);
  return v;
}

function flag(o: Fields, key: string, path: string): boolean {
  const v = o[key];
  if (v === undefined) return false;
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

/** A time that the service has not set yet is of the year 1. */
function time(o: Fields, key: string, path: string): Time {
  const v = o[key];
  if (v === undefined) return null;
  const t = typeof v === "string" ? Date.parse(v) : NaN;
  if (Number.isNaN(t)) fail(`${path}.${key}`, "a time", v);
  return t <= 0 ? null : t;
}

function list(v: unknown, path: string): readonly unknown[] {
  if (v === undefined || v === null) return [];
  if (!Array.isArray(v)) fail(path, "an array", v);
  return v;
}

function orNull<T>(v: unknown, read: (v: unknown) => T): T | null {
  return v === undefined || v === null ? null : read(v);
}

function part(v: unknown, path: string): Part {
  const o = fields(v, path);
  return {
    signal: word(o, "signal", path, signals),
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
    alert: orNull(o["alert"], (v) => {
      const a = fields(v, `${path}.alert`);
      return {
        since: time(a, "since", `${path}.alert`),
        signal: maybeWord(a, "signal", `${path}.alert`, signals),
        seconds: number(a, "seconds", `${path}.alert`, true),
        text: text(a, "text", `${path}.alert`),
      };
    }),
    calibration: calibration(o["calibration"], `${path}.calibration`),
    baseline: orNull(o["baseline"], (v) => {
      const b = fields(v, `${path}.baseline`);
      return {
        id: number(b, "id", `${path}.baseline`),
        time: time(b, "time", `${path}.baseline`),
        quality: number(b, "quality", `${path}.baseline`, true),
      };
    }),
    figure: orNull(o["figure"], (v) => figure(v, `${path}.figure`)),
    people: number(o, "people", path, true),
    source: source(o["source"], `${path}.source`),
    rates: {
      target: number(rates, "target_hz", `${path}.rates`, true),
      observed: number(rates, "observed_hz", `${path}.rates`, true),
      grabbed: number(rates, "grabbed_hz", `${path}.rates`, true),
      dropped: number(rates, "dropped", `${path}.rates`, true),
      modelMs: number(rates, "model_ms", `${path}.rates`, true),
    },
    policy: {
      alertAfter: number(policy, "alert_after_s", `${path}.policy`),
      shortened: flag(policy, "shortened", `${path}.policy`),
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
    kind: word(o, "kind", path, eventKinds),
    time: at,
    state: maybeWord(o, "state", path, states),
    signal: maybeWord(o, "signal", path, signals),
    seconds: number(o, "seconds", path, true),
    text: text(o, "text", path),
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
