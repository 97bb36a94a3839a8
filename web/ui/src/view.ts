// From what the page knows to what it shows: plain values, so that a component
// is drawn again only when one of them has changed.

import { signals, type Live, type Signal } from "./contract";
import type { App } from "./store";
import {
  clock,
  duration,
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

/** A slouch shorter than this changes no colour, in seconds. */
export const poorAfter = 10;

/** While there is a picture, no live message for so long is said, in milliseconds. */
export const staleAfter = 10_000;

export function moodOf(live: Live | null): Mood {
  if (!live || sourceTrouble(live.source)) return "quiet";
  switch (live.state) {
    case "unknown":
    case "away":
      return "quiet";
    case "slouching":
      if (live.alert) return "alert";
      return live.poor >= poorAfter ? "poor" : "calm";
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
  askBaseline: boolean;
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
    askBaseline: false,
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
    todo: words.todo,
    since: live.reason === "starting" || live.reason === "no baseline" ? "" : sinceWords(live),
    score: scored ? String(app.shownScore) : "–",
    scoreNote: live.baseline?.time
      ? `100 is your upright of ${when(live.baseline.time, live.time ?? 0)}`
      : "",
    scoreLabel: scored ? `Score ${app.shownScore} of 100` : "No score",
    tab: `${live.state === "unknown" ? words.title : stateLabel[live.state]} – Sitwell`,
    askBaseline: live.baseline === null && live.calibration.status !== "running",
  };
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
  return signals.map((signal) => {
    const points = Math.round(live.parts.find((p) => p.signal === signal)?.points ?? 0);
    return { signal, label: signalLabel[signal], points, share: Math.min(1, points / fullBar) };
  });
}

export interface Sitting {
  /** "42 min", or "–" when nobody sits. */
  length: string;
  since: string;
  /** Whole minutes, for the ruler. */
  minutes: number;
}

/** How long the present bout of sitting has lasted, and since when. */
export function sitting(app: App): Sitting {
  const live = app.live;
  if (!live || live.sitting < 1) return { length: "–", since: "", minutes: 0 };
  const bout = app.events.findLast((e) => e.kind === "bout_start" || e.kind === "bout_end");
  return {
    length: minutes(live.sitting),
    since: bout?.kind === "bout_start" ? `since ${clock(bout.time)}` : "",
    minutes: Math.floor(live.sitting / 60),
  };
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
