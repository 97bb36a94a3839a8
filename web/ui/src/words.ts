// Everything the page says, in one place: plain words, no diagnosis, and what
// to do when something is wrong.

import type {
  Angles,
  Area,
  areas,
  Breaks,
  Check,
  Event,
  Live,
  Signal,
  signals,
  Source,
  SourceStatus,
  State,
  StoredBaseline,
  Way,
  WhatIf,
} from "./contract";
import { maxTension } from "./contract";

/** A length of time as a person says it: "24 s", "1 min 20 s", "42 min", "1 h 5 min". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 5) return s % 60 === 0 ? `${min} min` : `${min} min ${s % 60} s`;
  return minutes(s);
}

/** The same in whole minutes: "under a minute", "42 min", "1 h 5 min". */
export function minutes(seconds: number): string {
  const min = Math.max(0, Math.floor(seconds / 60));
  if (min < 1) return "under a minute";
  if (min < 60) return `${min} min`;
  return min % 60 === 0 ? `${min / 60} h` : `${Math.floor(min / 60)} h ${min % 60} min`;
}

/** A length of time as short as an axis wants it: "24 s", "2 min", "1:30 min". */
export function ago(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min`;
}

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const clockSecondsFormat = new Intl.DateTimeFormat(undefined, {
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
});
const dayFormat = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
});

const dateFormat = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});

/** Local date and time, for what may be long ago. */
export const date = (ms: number): string => dateFormat.format(ms);

/** Local time of day. */
export const clock = (ms: number): string => clockFormat.format(ms);
export const clockSeconds = (ms: number): string => clockSecondsFormat.format(ms);

/** Local time, with the weekday when it was not within the last 18 hours before `now`. */
export const when = (ms: number, now: number): string =>
  (Math.abs(now - ms) > 18 * 3600e3 ? dayFormat : clockFormat).format(ms);

/** A state as a short label. */
export const stateLabel: Record<State, string> = {
  upright: "Upright",
  slouching: "Slouching",
  leaning_in: "Leaning in",
  leaning_aside: "Leaning aside",
  looking_down: "Looking down",
  turned: "Turned",
  standing: "Standing",
  away: "Nobody there",
  unknown: "Not seen",
};

const stateSentence: Record<State, string> = {
  upright: "Sitting upright",
  slouching: "Slouching",
  leaning_in: "Leaning in",
  leaning_aside: "Leaning to one side",
  looking_down: "Looking down",
  turned: "Turned away",
  standing: "Standing",
  away: "Nobody there",
  unknown: "I can’t see you",
};

/** A name from a newer service as words: "upper_back" is "Upper back". */
export function plain(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The words for a name of a list that may have grown. */
const look = (words: Record<string, string>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;

/** What each signal is called, and how it is worded as the cause of a slouch. */
const signalLabels: Record<(typeof signals)[number], string> = {
  head_drop: "Head sunk",
  head_forward: "Head forward",
  sink: "Sunk in the chair",
  upper_back: "Upper back rounded",
  lean_in: "Leaning in",
  lean_aside: "Leaning aside",
  head_pitch: "Face down",
};

export const signalLabel = (s: Signal): string => look(signalLabels, s) ?? plain(s);

const areaLabels: Record<(typeof areas)[number], string> = {
  upper_back: "Upper back",
  lower_back: "Lower back",
  overall: "All in all",
};

export const areaLabel = (a: Area): string => look(areaLabels, a) ?? plain(a);

/** What a signal compares, for whoever wants to know more; empty for one that is not known. */
export const signalMeaning = (s: Signal): string => look(signalMeanings, s) ?? "";

const signalMeanings: Record<(typeof signals)[number], string> = {
  head_drop: "Head sunk between the shoulders: the neck looks shorter",
  head_forward: "Head further in front of the shoulders",
  sink: "Head and shoulders lower in the picture",
  upper_back: "Upper back rounder, as far as it can be estimated from in front",
  lean_in: "Nearer to the screen, from the hips",
  lean_aside: "Head and shoulders off to one side",
  head_pitch: "Face pointing further down",
};

/** Why nothing can be judged: a sentence, and what to do. */
const reasons: Record<string, readonly [title: string, todo: string]> = {
  starting: ["Starting", "The first look takes a moment."],
  dark: ["I can’t see you: it is too dark", "Switch on a light in front of you, or turn towards a window."],
  covered: ["I can’t see you: the camera is covered", "Open its shutter or take the cover off."],
  blurred: ["The picture is blurred", "Wipe the lens, or turn its focus ring. More light helps too."],
  nobody: ["Nobody there", ""],
  unclear: ["I can’t make you out", "Sit in the middle of the picture with both shoulders in it."],
  frozen: [
    "The camera’s picture stands still",
    "It is being opened again. If that lasts, unplug it and plug it in again.",
  ],
  "face not visible": [
    "I can’t see your face",
    "Turn the camera towards you, or come back into the picture.",
  ],
  "shoulders not visible": [
    "I can’t see your shoulders",
    "Move the camera back or tilt it down until both shoulders are in the picture.",
  ],
  exercise: ["You are doing an exercise", "Your posture isn’t judged meanwhile."],
  "too near the camera": ["You are too near the camera", "Move back a little, or move the camera away."],
  "landmarks make no sense": ["I can’t make you out", "More light, or a plainer background, may help."],
  "seen from the side": ["I see you from the side", "Turn the camera, or yourself, so that it faces you."],
  "too unlike the calibration": [
    "You look too different from your upright",
    "If the camera or the chair is another now, take your upright again.",
  ],
  "camera moved": ["The camera has moved", "Nothing is held against you until you take your upright again."],
  "no baseline fits": [
    "None of your uprights fits",
    "The camera or you are in a new place. Take your upright again.",
  ],
  "the picture's shape is not the baseline's": [
    "Another camera, another baseline",
    "The picture’s shape has changed since your upright was taken. Take it again.",
  ],
};

const sources: Record<Exclude<SourceStatus, "live">, readonly [title: string, todo: string]> = {
  opening: ["Opening the camera", "This takes a second or two."],
  lost: ["The camera has gone", "Plug it in again: it is looked for every few seconds."],
  busy: ["The camera is in use elsewhere", "Another program has it. Watching goes on as soon as it is free."],
  no_camera: ["No camera found", "Plug one in: it is looked for every few seconds."],
  stalled: [
    "The camera does not answer",
    "It is being started again. If that lasts, unplug it and plug it in again.",
  ],
  frozen: [
    "The camera’s picture stands still",
    "It is being opened again. If that lasts, unplug it and plug it in again.",
  ],
  failed: ["The camera can’t be read", "It is tried again every few seconds."],
  ended: ["The recording is over", "Start again to watch it once more."],
  paused: ["Paused", "The camera is off. Nothing is watched and nothing is counted."],
  degraded: [
    "Watching keeps failing",
    "The part that reads the camera has stopped too often. It is tried again later.",
  ],
};

/** How the source is doing, when it is not simply live: null then. */
export function sourceTrouble(s: Source): { title: string; todo: string } | null {
  if (s.status === "live") return null;
  const [title, todo] = sources[s.status];
  return { title, todo: s.status === "paused" ? todo : s.message || todo };
}

/** The state in a sentence, and what there is to do about it. */
export function stateWords(live: Live): { title: string; todo: string } {
  if (live.state === "unknown") {
    if (live.reason === "no baseline") {
      const { status, progress } = live.calibration;
      if (status === "running") {
        return {
          title: "Learning your upright",
          todo: `Sit comfortably upright. ${percent(progress)} done.`,
        };
      }
      return {
        title: "No baseline yet",
        todo: "Sit the way that is upright and comfortable for you, then press the button. It takes about 15 seconds.",
      };
    }
    if (live.ask?.kind === "camera_moved") {
      return { title: "Did the camera move?", todo: "Nothing is held against you until you have answered." };
    }
    const known = Object.hasOwn(reasons, live.reason) ? reasons[live.reason] : undefined;
    if (known) return { title: known[0], todo: known[1] };
    return { title: live.reason ? `I can’t tell: ${live.reason}` : "I can’t see you", todo: "" };
  }
  if (live.state === "slouching" && live.poor >= 1) {
    return { title: `Slouching for ${duration(live.poor)}`, todo: mostly(live) };
  }
  return { title: stateSentence[live.state], todo: live.state === "slouching" ? mostly(live) : "" };
}

/** Names the signal that took most from the score. */
function mostly(live: Live): string {
  const worst = live.parts.reduce<{ signal: Signal; points: number } | null>(
    (w, p) => (p.points >= 1 && (!w || p.points > w.points) ? p : w),
    null,
  );
  return worst ? `Mostly: ${signalLabel(worst.signal).toLowerCase()}.` : "";
}

/** Since when, from the service's own times: "since 14:02", with the length from a minute on. */
export function sinceWords(live: Live): string {
  if (live.since === null) return "";
  const s = live.time === null ? 0 : (live.time - live.since) / 1000;
  const from = `since ${clock(live.since)}`;
  return s >= 60 && live.state !== "slouching" ? `${from}, for ${minutes(s)}` : from;
}

export const percent = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 100)} %`;

/** Where the pictures come from, and how often. */
export function sourceWords(live: Live): { name: string; figures: string } {
  const s = live.source;
  const name = s.demo ? "Demo clip" : s.card || s.name || "Camera";
  if (s.status !== "live") return { name, figures: "" };
  const parts: string[] = [];
  if (s.width && s.height) parts.push(`${s.width} × ${s.height}`);
  if (live.rates.target)
    parts.push(`${rate(live.rates.observed)} of ${rate(live.rates.target)} looks a second`);
  if (live.rates.modelMs) parts.push(`${Math.round(live.rates.modelMs)} ms each`);
  return { name, figures: parts.join(" · ") };
}

const rate = (hz: number): string =>
  hz >= 9.95 ? Math.round(hz).toString() : (Math.round(hz * 10) / 10).toString();

/** What the demo is: the service's own words, which know why it plays. */
export function demoWords(live: Live): string {
  if (live.source.message) return live.source.message;
  const alerts = live.policy.shortened ? ` Alerts come after ${duration(live.policy.alertAfter)}.` : "";
  return `A built-in clip plays.${alerts} None of it goes into your history.`;
}

/** An event as a line of the list. */
export function eventWords(e: Event): string {
  const long = e.seconds >= 1 ? duration(e.seconds) : "";
  const doing = e.state ? stateLabel[e.state].toLowerCase() : "slouching";
  switch (e.kind) {
    case "baseline":
      return "Your upright was taken";
    case "baseline_used":
      return "Compared with another of your uprights";
    case "slouch_pose":
      return "Your slouch was shown";
    case "bout_start":
      return "Sat down";
    case "bout_end":
      return long ? `Sitting ended after ${long}` : "Sitting ended";
    case "break":
      return breakWords(e);
    case "break_due":
      return "A break was suggested";
    case "static_hold":
      return long ? `One posture for ${long}` : "One posture for long";
    case "day_end":
      return "The end of the day was announced";
    case "episode_start":
      return `Began ${doing}`;
    case "episode_end":
      return long ? `Stopped ${doing} after ${long}` : `Stopped ${doing}`;
    case "alert":
      return `${e.level >= 2 ? "Second alert" : "Alert"}: ${doing}${long && ` for ${long}`}`;
    case "recovered":
      return "Upright again";
    case "dismissed":
      return "Alert put away";
    case "wrong":
      return "Alert called wrong";
    case "wrong_off":
      return "“That was wrong” taken back";
    case "snoozed":
      return e.seconds >= 1 ? `Snoozed until ${clock(e.time + e.seconds * 1000)}` : "Snoozed";
    case "snooze_end":
      return "Snooze ended";
    case "check_in":
      return `${e.area ? areaLabel(e.area) : "Tension"}: ${e.level} of ${maxTension}`;
    case "exercise":
      return exerciseWords(e);
    case "camera_lost":
      return "Camera gone";
    case "camera_back":
      return "Camera back";
    case "camera_moved":
      return "The camera seems to have moved";
    case "camera_kept":
      return "Your upright still holds";
    case "paused":
      return "Paused";
    case "resumed":
      return "Watching again";
    default:
      return plain(e.kind);
  }
}

/** How long somebody is out of the chair by now: "Away for 1 min 20 s". With care nothing is said of feet. */
export const awayWords = (b: Breaks, careful: boolean): string =>
  `${b.how !== "stood" ? "Away" : careful ? "Not sitting" : "On your feet"} for ${duration(b.away)}`;

/** A break's level from which it is one. */
export const realBreak = 2;

/** How a break was seen to be one, after its length; empty when that is not known. */
function breakHow(e: Event): string {
  if (e.exercise) return " of exercises";
  if (e.state === "standing") return " on your feet";
  return e.state === "away" ? " away from the chair" : "";
}

function breakWords(e: Event): string {
  const long = duration(e.seconds);
  if (e.level < realBreak) return e.state === "standing" ? `On your feet for ${long}` : `Away for ${long}`;
  return `${e.level > realBreak ? "A full break" : "A break"} of ${long}${breakHow(e)}`;
}

/** What is said of a break once it is over; from is how many seconds make one. */
export function breakPraise(e: Event, from: number): string {
  const long = e.seconds < 60 ? duration(e.seconds) : minutes(e.seconds);
  if (e.level >= realBreak) {
    return `That was a ${e.level > realBreak ? "full break" : "break"}: ${long}${breakHow(e) || " away from the chair"}.`;
  }
  return `Back after ${long}: it counts as a break from ${duration(from)}.`;
}

/** An exercise that was done: "Chin tuck, 48 s, 10 times". */
function exerciseWords(e: Event): string {
  const long = e.seconds >= 1 ? duration(e.seconds) : "";
  if (!e.text) return long ? `An exercise for ${long}` : "An exercise";
  return [e.text, long, e.level > 1 ? `${e.level} times` : ""].filter(Boolean).join(", ");
}

/** Why an alert does not come now, and until when. */
export function silenceWords(live: Live, lately: number): string {
  const at = live.silentUntil;
  const until = at === null ? "" : ` until ${when(at, live.time ?? at)}`;
  const next = at === null ? "" : ` The next can come from ${when(at, live.time ?? at)} on.`;
  const came = `${lately} ${lately === 1 ? "alert" : "alerts"} came`;
  switch (live.silence) {
    case "":
      return "";
    case "snoozed":
      return `Snoozed${until}.`;
    case "quiet_hours":
      return `Quiet hours${until}.`;
    case "exercise":
      return `None while you exercise${until}.`;
    case "cooldown":
      return `One came a short while ago.${next}`;
    case "hour_cap":
      return `${lately > 0 ? `${came} within the hour` : "Enough alerts for this hour"}: that will do.${next}`;
    case "day_cap":
      return `Enough alerts for today.${next}`;
    default:
      return `Kept back: ${plain(live.silence).toLowerCase()}${until}.`;
  }
}

export const wayLabel: Record<Way, string> = { sitting: "Sitting", standing: "Standing" };

const checkLabels: Record<string, string> = {
  stillness: "Stillness",
  visibility: "Face and shoulders",
  light: "Light",
  framing: "Place in the picture",
};

export const checkLabel = (c: Check): string => look(checkLabels, c.name) ?? plain(c.name);

/** A calibration's quality is refused under a half. */
export const qualityWord = (q: number): "good" | "fair" | "poor" =>
  q >= 0.75 ? "good" : q >= 0.5 ? "fair" : "poor";

/** What each angle is called, and its two directions. */
const angleWords: readonly [key: keyof Angles, label: string, plus: string, minus: string][] = [
  ["thoracic", "Upper back", "more rounded", "straighter"],
  ["neck", "Neck", "further forward", "further back"],
  ["trunk", "Trunk", "further forward", "further back"],
  ["lateral", "Sideways", "to your left", "to your right"],
  ["pitch", "Face", "further down", "further up"],
];

export interface AngleRow {
  label: string;
  value: string;
  /** It differs by more than its own error. */
  tells: boolean;
}

/** Degrees against the person's upright, each with its error band: never one without. */
export function angleRows(a: Angles): AngleRow[] {
  return angleWords.map(([key, label, plus, minus]) => {
    const { degrees, band } = a[key];
    const size = Math.round(Math.abs(degrees));
    const error = `(±${Math.max(1, Math.round(band))}°)`;
    const tells = size > 0 && Math.abs(degrees) > band;
    const value = tells
      ? `about ${size}° ${degrees > 0 ? plus : minus} ${error}`
      : `as in your upright ${error}`;
    return { label, value, tells };
  });
}

const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

/** A day of "2026-03-04" as people write it; what is no such day stays as it is. */
export function dayLabel(day: string): string {
  const t = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T12:00:00`) : NaN;
  return Number.isNaN(t) ? day : weekday.format(t);
}

/** What other settings would have done, in sentences. */
export function whatIfWords(w: WhatIf): string {
  if (w.watched <= 0) {
    return "There are no measurements of these days yet, so nothing can be said. They gather while you are watched.";
  }
  const alerts = (n: number) => (n === 0 ? "no alert" : n === 1 ? "one alert" : `${n} alerts`);
  const came = `In the last ${w.days} days ${alerts(w.was)} came; with these settings it would have been ${alerts(w.would)}.`;
  const left = w.leftOut ? ` Some of them could not be read: ${w.leftOut}.` : "";
  return `${came} Told from ${minutes(w.watched)} of measurements.${left}`;
}

/** Where a stored upright comes from and how good it is. */
export function baselineWords(b: StoredBaseline): string {
  const parts = [b.camera || "unknown camera", `quality ${percent(b.quality)}`];
  if (b.provisional) parts.push("a first guess");
  if (b.sharpened) parts.push("sharpened by your slouch");
  if (b.stale) parts.push(`not used: ${b.stale}`);
  return parts.join(" · ");
}
