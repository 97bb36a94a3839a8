// Everything the page says, in one place: plain words, no diagnosis, and what
// to do when something is wrong.

import type { Event, Live, Signal, Source, SourceStatus, State } from "./contract";

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

/** What each signal means, and how it is worded as the cause of a slouch. */
export const signalLabel: Record<Signal, string> = {
  head_drop: "Head sunk",
  head_forward: "Head forward",
  sink: "Sunk in the chair",
  lean_in: "Leaning in",
  lean_aside: "Leaning aside",
  head_pitch: "Face down",
};

/** What a signal compares, for whoever wants to know more. */
export const signalMeaning: Record<Signal, string> = {
  head_drop: "Ears nearer to the shoulders than in your upright",
  head_forward: "Face larger against the shoulders than in your upright",
  sink: "Head lower in the picture than in your upright",
  lean_in: "Nearer to the screen than in your upright",
  lean_aside: "Head and shoulders off to one side",
  head_pitch: "Face pointing further down than in your upright",
};

/** Why nothing can be judged: a sentence, and what to do. */
const reasons: Record<string, readonly [title: string, todo: string]> = {
  starting: ["Starting", "The first look takes a moment."],
  dark: ["I can’t see you: it is too dark", "Switch on a light in front of you, or turn towards a window."],
  covered: ["I can’t see you: the camera is covered", "Open its shutter or take the cover off."],
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
  "too near the camera": ["You are too near the camera", "Move back a little, or move the camera away."],
  "landmarks make no sense": ["I can’t make you out", "More light, or a plainer background, may help."],
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
    const known = reasons[live.reason];
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
  return worst ? `Mostly: ${signalLabel[worst.signal].toLowerCase()}.` : "";
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
    case "bout_start":
      return "Sat down";
    case "bout_end":
      return long ? `Sitting ended after ${long}` : "Sitting ended";
    case "episode_start":
      return `Began ${doing}`;
    case "episode_end":
      return long ? `Stopped ${doing} after ${long}` : `Stopped ${doing}`;
    case "alert":
      return long ? `Alert: ${doing} for ${long}` : `Alert: ${doing}`;
    case "recovered":
      return "Upright again";
    case "camera_lost":
      return "Camera gone";
    case "camera_back":
      return "Camera back";
    case "paused":
      return "Paused";
    case "resumed":
      return "Watching again";
  }
}
