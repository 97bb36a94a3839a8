// From what the page knows to what it shows: plain values, so that a component
// is drawn again only when one of them has changed.

import { signals, type Event, type Live, type Offer, type Signal } from "./contract";
import type { App } from "./store";
import {
  angleRows,
  awayWords,
  clock,
  duration,
  silenceWords,
  type AngleRow,
  minutes,
  signalLabel,
  sinceWords,
  sourceTrouble,
  stateLabel,
  stateWords,
  when,
} from "./words";

/** The colour of the page: calm, or warmer the longer a slouch lasts, or grey when there is nothing to say. */
export type Mood = "calm" | "poor" | "alert" | "quiet";

/** While there is a picture, no live message for so long is said, in milliseconds. */
export const staleAfter = 10_000;

export function moodOf(live: Live | null): Mood {
  if (!live || sourceTrouble(live.source)) return "quiet";
  switch (live.state) {
    case "unknown":
    case "away":
      return "quiet";
  }
  if (live.alert) return "alert";
  switch (live.level) {
    case "ambient":
      return "poor";
    case "alert":
    case "strong":
      return "alert";
    default:
      return "calm";
  }
}

export interface Now {
  mood: Mood;
  title: string;
  todo: string;
  since: string;
  score: string;
  /** What 100 is. */
  scoreNote: string;
  /** The score in words, for who can't see it. */
  scoreLabel: string;
  /** The page's title. */
  tab: string;
  /** What the button for a calibration is for. */
  calibrate: "first" | "again" | "better";
}

/** The headline: what is so now; while the connection is gone what was so last, greyed. */
export function now(app: App): Now {
  const v = headline(app);
  return app.live && isStale(app) ? { ...v, mood: "quiet", tab: "Not connected – Sitwell" } : v;
}

/** The most important thing first. */
function headline(app: App): Now {
  const live = app.live;
  const blank: Now = {
    mood: "quiet",
    title: "Connecting",
    todo: "",
    since: "",
    score: "–",
    scoreNote: "",
    scoreLabel: "No score",
    tab: "Sitwell",
    calibrate: "again",
  };
  if (!live) {
    if (app.link.status !== "lost") return blank;
    return {
      ...blank,
      title: "Sitwell does not answer",
      todo: "Is the service running? This page tries again by itself.",
      tab: "Not connected – Sitwell",
    };
  }
  const trouble = sourceTrouble(live.source);
  if (trouble) {
    const at = live.source.since;
    return {
      ...blank,
      title: trouble.title,
      todo: trouble.todo,
      since: at === null || live.source.status === "opening" ? "" : `since ${clock(at)}`,
      tab: `${trouble.title} – Sitwell`,
    };
  }
  const words = stateWords(live);
  const scored = app.shownScore !== null && live.state !== "unknown" && live.state !== "away";
  return {
    mood: moodOf(live),
    title: words.title,
    todo: [words.todo, keptBack(app)].filter(Boolean).join(" "),
    since: live.reason === "starting" || live.reason === "no baseline" ? "" : sinceWords(live),
    score: scored ? String(app.shownScore) : "–",
    scoreNote: scoreNote(live, scored),
    scoreLabel: scored ? `Score ${app.shownScore} of 100` : "No score",
    tab: `${live.state === "unknown" ? words.title : stateLabel[live.state]} – Sitwell`,
    calibrate: calibrateFor(live),
  };
}

function calibrateFor(live: Live): Now["calibrate"] {
  if (live.calibration.status === "running") return "again";
  const b = live.baseline;
  if (b === null || (b.stale !== "" && live.ask === null)) return "first";
  return b.provisional ? "better" : "again";
}

/** What 100 is, or why there is no score although somebody is there. */
function scoreNote(live: Live, scored: boolean): string {
  const b = live.baseline;
  if (!scored && (live.ask?.kind === "camera_moved" || b?.stale)) return "Not judged: the camera moved";
  if (!b || b.time === null) return "";
  if (b.provisional) return "100 is a first guess at your upright, so it is judged with caution";
  const whose = b.way === "standing" ? "your upright when standing" : "your upright";
  return `100 is ${whose} of ${when(b.time, live.time ?? 0)}`;
}

/** A slouch that would be told if nothing kept it back says what does. */
function keptBack(app: App): string {
  const live = app.live;
  if (!live || live.state !== "slouching" || live.alert || live.poor < live.policy.alertAfter) return "";
  const began = (live.time ?? 0) - live.poor * 1000;
  if (app.events.some((e) => e.kind === "alert" && e.time >= began)) return ""; // it came and was put away
  const why = silence(app);
  return why && `No alert comes: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
}

/** Why no alert would come now, in words; empty when one may. */
export function silence(app: App): string {
  const live = app.live;
  if (!live) return "";
  const now = live.time ?? 0;
  const lately = app.events.filter((e) => e.kind === "alert" && now - e.time < 3600e3 && e.time <= now);
  return silenceWords(live, lately.length);
}

/** What is offered; an alert comes first. */
export const offer = (app: App): Offer | null => (app.live?.alert ? null : (app.live?.offer ?? null));

/** The alerts that the person called wrong and has not taken back. */
export function wrongAlerts(events: readonly Event[]): ReadonlySet<number> {
  const wrong = new Set<number>();
  for (const e of events) {
    if (e.kind === "wrong") wrong.add(e.ref);
    if (e.kind === "wrong_off") wrong.delete(e.ref);
  }
  return wrong;
}

/** The event of the alert that stands: what "that was wrong" speaks of; null when it is not on disk. */
export function standingAlert(app: App): number | null {
  const alert = app.live?.alert;
  if (!alert) return null;
  // The picture comes before the event: the newest alert in the list may be
  // an older one.
  const e = app.events.findLast((e) => e.kind === "alert" && e.time === alert.since);
  return e && e.id > 0 && !wrongAlerts(app.events).has(e.id) ? e.id : null;
}

export interface Bar {
  signal: Signal;
  label: string;
  points: number;
  /** Length of the bar, 0 to 1. */
  share: number;
}

/** Points at which a bar is full: the whole score. */
const fullBar = 100;

/** What each signal took, always in the same order so that nothing jumps; null when there is no score. */
export function bars(live: Live | null): Bar[] | null {
  if (!live || live.score === null || live.state === "unknown" || live.state === "away") return null;
  if (sourceTrouble(live.source)) return null;
  const more = live.parts.map((p) => p.signal).filter((s) => !(signals as readonly Signal[]).includes(s));
  return [...signals, ...more].map((signal) => {
    const points = Math.round(live.parts.find((p) => p.signal === signal)?.points ?? 0);
    return { signal, label: signalLabel(signal), points, share: Math.min(1, points / fullBar) };
  });
}

/** Degrees against the upright; null when they can't be told. */
export function degrees(app: App): AngleRow[] | null {
  if (!app.shownAngles || bars(app.live) === null) return null;
  return angleRows(app.shownAngles);
}

export interface Sitting {
  /** "42 min", or "–" when nobody sits. */
  length: string;
  since: string;
  /** Whole minutes, for the ruler, and at which a break is suggested; 0 when that is not known. */
  minutes: number;
  breakAt: number;
  /** When the next break is due, or what the present one amounts to. */
  next: string;
  due: boolean;
  /** Today's breaks. */
  today: string;
}

/** How long the present bout of sitting has lasted, and how it stands with breaks. */
export function sitting(app: App): Sitting {
  const live = app.live;
  const sits = live !== null && live.sitting >= 1;
  const bout = app.events.findLast((e) => e.kind === "bout_start" || e.kind === "bout_end");
  const b = live?.breaks;
  return {
    length: sits ? minutes(live.sitting) : "–",
    since: sits && bout?.kind === "bout_start" ? `since ${clock(bout.time)}` : "",
    minutes: sits ? Math.floor(live.sitting / 60) : 0,
    breakAt: sits && b && b.dueIn > 0 ? Math.round((live.sitting + b.dueIn) / 60) : 0,
    next: live ? nextBreak(live, sits) : "",
    due: b?.due ?? false,
    today: live ? breaksToday(live) : "",
  };
}

function nextBreak(live: Live, sits: boolean): string {
  const b = live.breaks;
  if (b.away >= 1 && b.level >= 1) {
    const what = ["", "an interruption", "a break", "a full break"][Math.min(3, b.level)]!;
    return `${awayWords(b, live.policy.careful)}: ${what}.`;
  }
  // What is offered says it better, in its own place.
  if (b.due && live.offer) return "A break is due.";
  if (b.due && live.policy.careful) return "A break from sitting would do you good, as is easy for you.";
  if (b.due) return "A break would do you good: two or three minutes on your feet.";
  if (!sits || b.dueIn <= 0) return "";
  return b.dueIn < 60 ? "A break is due in under a minute." : `Next break in ${minutes(b.dueIn)}.`;
}

/** Breaks are told as they are; one that was passed over is no fault. */
function breaksToday(live: Live): string {
  const { taken, debt } = live.breaks;
  if (taken === 0 && debt === 0) return "No break yet today.";
  const had = taken === 0 ? "No break" : taken === 1 ? "One break" : `${taken} breaks`;
  const open = debt === 0 ? "" : debt === 1 ? ", one still open" : `, ${debt} still open`;
  return `${had} today${open}.`;
}

/** Whether what is shown may be out of date: the connection is gone, or the service is silent. */
export const isStale = (app: App): boolean => app.link.status === "lost" || app.silent;

/** What is wrong with the connection, and how old the picture is. */
export function linkWords(app: App, at: number): string {
  if (app.link.locked) return "Sitwell asks for its token. Open the address that it printed when it started.";
  const age = app.liveAt === null ? "" : ` What you see is ${duration((at - app.liveAt) / 1000)} old.`;
  if (app.link.status !== "lost") return `No news from Sitwell.${age}`;
  const left = app.link.retryAt === null ? 0 : Math.ceil((app.link.retryAt - at) / 1000);
  const again = left >= 1 ? ` Trying again in ${left} s.` : " Trying again now.";
  return `The connection to Sitwell is lost.${age}${again}`;
}
