// What the page knows, and how messages change it. The reducer is pure: times
// come in with the actions, in milliseconds of a clock that never runs back.

import type { Angle, Angles, Event, Figure, Live, Mirror } from "./contract";
import { addSample, type Sample } from "./history";
import type { Draft } from "./settings";
import { breakPraise, realBreak } from "./words";

export type LinkStatus = "connecting" | "open" | "lost";

export interface Link {
  status: LinkStatus;
  /** When the status began; for a lost connection when it was lost. */
  since: number;
  /** When the next try is due, while lost. */
  retryAt: number | null;
  /** The service asks for its token: the printed address must be opened again. */
  locked: boolean;
}

export interface Praise {
  text: string;
  /** It remarks on something rather than praising it. */
  quiet: boolean;
  until: number;
}

/** What was just done, with what undoes it. */
export interface Toast {
  text: string;
  undo: { what: "wrong"; alert: number } | { what: "snooze" } | null;
  until: number;
}

export interface App {
  link: Link;
  live: Live | null;
  /** When the last live message came; null before the first. */
  liveAt: number | null;
  /** The connection stands but nothing has come for too long. */
  silent: boolean;
  /** The score as shown: it stays while the true one is within a point and a half. */
  shownScore: number | null;
  /** The degrees as shown, as steady as the score. */
  shownAngles: Angles | null;
  samples: readonly Sample[];
  /** Newest last, by ID; those not on disk yet by time. */
  events: readonly Event[];
  /** The person's figure when last seen upright, to compare with. */
  upright: Figure | null;
  praise: Praise | null;
  toast: Toast | null;
  mirror: { wanted: boolean; picture: Mirror | null; until: number };
  /** Something that was asked for and refused, with the reason. */
  notice: string;
  /** The dialog that is open. */
  dialog: "calibrate" | null;
  /** Settings that are changed and not saved yet; they outlast a look at the live page. */
  draft: Draft;
}

export const start: App = {
  link: { status: "connecting", since: 0, retryAt: null, locked: false },
  live: null,
  liveAt: null,
  silent: false,
  shownScore: null,
  shownAngles: null,
  samples: [],
  events: [],
  upright: null,
  praise: null,
  toast: null,
  mirror: { wanted: false, picture: null, until: 0 },
  notice: "",
  dialog: null,
  draft: {},
};

export type Action =
  | { type: "connecting"; at: number }
  | { type: "opened"; at: number }
  | { type: "lost"; at: number; retryAt: number; locked?: boolean }
  | { type: "live"; live: Live; at: number }
  | { type: "event"; event: Event; at: number }
  | { type: "events"; events: readonly Event[] }
  | { type: "forget" }
  | { type: "samples"; samples: readonly Sample[] }
  | { type: "mirror"; mirror: Mirror | null }
  | { type: "mirror-wanted"; on: boolean; at: number }
  | { type: "notice"; text: string }
  | { type: "toast"; text: string; undo?: Toast["undo"]; at: number }
  | { type: "toast-off" }
  | { type: "dialog"; open: App["dialog"] }
  | { type: "draft"; draft: Draft }
  | { type: "silent" }
  | { type: "tick"; at: number };

/** How many events the page keeps. */
export const maxEvents = 100;

/** An older event than this, against the live picture, is history: no praise and no notification, in milliseconds. */
export const freshTime = 15_000;

/** How long a recovery is praised and how long the camera's picture shows, in milliseconds. */
export const praiseTime = 10_000;
export const toastTime = 12_000;
export const mirrorTime = 60_000;

/** How much the score must move before the shown one does, in points; for angles in degrees. */
const deadband = 1.5;

/** A score that good is an upright worth comparing with. */
const goodScore = 88;

export function reduce(app: App, a: Action): App {
  switch (a.type) {
    case "connecting":
      return app.link.status === "lost"
        ? { ...app, link: { ...app.link, retryAt: null } }
        : { ...app, link: { status: "connecting", since: a.at, retryAt: null, locked: false } };
    case "opened":
      return { ...app, link: { status: "open", since: a.at, retryAt: null, locked: false } };
    case "lost": {
      const since = app.link.status === "lost" ? app.link.since : a.at;
      return {
        ...app,
        link: { status: "lost", since, retryAt: a.retryAt, locked: a.locked ?? false },
        mirror: start.mirror,
        praise: null,
      };
    }
    case "live":
      return withLive(app, a.live, a.at);
    case "event": {
      const events = addEvents(app.events, [a.event]);
      if (events === app.events) return app;
      return { ...app, events, praise: praiseAfter(app, a.event, a.at) };
    }
    case "events":
      return { ...app, events: addEvents(app.events, a.events) };
    case "forget": // history was deleted: what is left of it comes anew
      return { ...app, events: [] };
    case "samples":
      return app.samples.length === 0 ? { ...app, samples: a.samples } : app;
    case "mirror":
      return a.mirror
        ? app.mirror.wanted
          ? { ...app, mirror: { ...app.mirror, picture: a.mirror } }
          : app
        : { ...app, mirror: start.mirror };
    case "mirror-wanted":
      return {
        ...app,
        mirror: a.on ? { wanted: true, picture: null, until: a.at + mirrorTime } : start.mirror,
      };
    case "notice":
      return { ...app, notice: a.text };
    case "toast":
      return { ...app, notice: "", toast: { text: a.text, undo: a.undo ?? null, until: a.at + toastTime } };
    case "toast-off":
      return { ...app, toast: null };
    case "dialog":
      return { ...app, dialog: a.open };
    case "draft":
      return { ...app, draft: a.draft };
    case "silent":
      return { ...app, silent: true };
    case "tick": {
      const praise = app.praise && a.at >= app.praise.until ? null : app.praise;
      const toast = app.toast && a.at >= app.toast.until ? null : app.toast;
      return praise === app.praise && toast === app.toast ? app : { ...app, praise, toast };
    }
  }
}

/** What is said of an event: that it was heeded, or that it was a break. */
function praiseAfter(app: App, e: Event, at: number): Praise | null {
  const until = at + praiseTime;
  switch (e.kind) {
    case "recovered":
      if (!isFresh(app, e)) return app.praise;
      return { text: e.text || "Upright again. Well done.", quiet: false, until };
    case "break":
      if (!isFresh(app, e)) return app.praise;
      return {
        text: breakPraise(e, app.live?.policy.breakAfter ?? 0),
        quiet: e.level < realBreak,
        until,
      };
    case "episode_start":
    case "alert":
      return null;
  }
  return app.praise;
}

/** Whether an event is of now, not one that was missed while the connection was gone. */
export function isFresh(app: App, e: Event): boolean {
  const now = app.live?.time ?? null;
  return now === null || Math.abs(now - e.time) <= freshTime;
}

function withLive(app: App, live: Live, at: number): App {
  const before = app.live;
  // The demo and the person have histories of their own.
  const swapped = before !== null && before.source.demo !== live.source.demo;
  const moved =
    swapped || before?.baseline?.id !== live.baseline?.id || before?.source.name !== live.source.name;
  let upright = moved ? null : app.upright;
  if (live.state === "upright" && live.figure && (live.score ?? 0) >= goodScore) upright = live.figure;
  return {
    ...app,
    live,
    liveAt: at,
    silent: false,
    shownScore: steady(app.shownScore, live.score),
    shownAngles: steadyAngles(app.shownAngles, live.angles),
    samples: addSample(swapped ? [] : app.samples, live),
    events: swapped ? [] : app.events,
    upright,
    mirror: live.source.status === "paused" && app.mirror.wanted ? start.mirror : app.mirror,
  };
}

/** The score to show: a whole number that does not flicker between neighbours. */
export function steady(shown: number | null, score: number | null): number | null {
  if (score === null) return null;
  if (shown !== null && Math.abs(score - shown) < deadband) return shown;
  return Math.round(score);
}

/** The degrees to show, which do not flicker either. */
function steadyAngles(shown: Angles | null, angles: Angles | null): Angles | null {
  if (!shown || !angles) return angles;
  const keep = (old: Angle, a: Angle): Angle => {
    const still = Math.abs(a.degrees - old.degrees) < deadband && Math.abs(a.band - old.band) < deadband;
    return still ? old : a;
  };
  return {
    thoracic: keep(shown.thoracic, angles.thoracic),
    neck: keep(shown.neck, angles.neck),
    trunk: keep(shown.trunk, angles.trunk),
    lateral: keep(shown.lateral, angles.lateral),
    pitch: keep(shown.pitch, angles.pitch),
  };
}

const same = (a: Event, b: Event): boolean =>
  a.id !== 0 && b.id !== 0 ? a.id === b.id : a.kind === b.kind && a.time === b.time;

/** Joins events without doubles, in the order they happened, and keeps the newest. */
export function addEvents(have: readonly Event[], more: readonly Event[]): readonly Event[] {
  let out: Event[] | null = null;
  for (const e of more) {
    const at = (out ?? have).findIndex((h) => same(h, e));
    if (at >= 0 && ((out ?? have)[at]!.id !== 0 || e.id === 0)) continue;
    out ??= [...have];
    if (at >= 0) out[at] = e;
    else out.push(e);
  }
  if (!out) return have;
  out.sort((a, b) => (a.id && b.id ? a.id - b.id : a.time - b.time || a.id - b.id));
  return out.slice(-maxEvents);
}

/** The highest ID seen, to ask the service for what came after it. */
export const lastEventID = (events: readonly Event[]): number =>
  events.reduce((id, e) => Math.max(id, e.id), 0);

/** Holds the present App and tells listeners of a new one. */
export class Store {
  app: App = start;
  #listeners = new Set<() => void>();

  dispatch(a: Action): void {
    const next = reduce(this.app, a);
    if (next === this.app) return;
    this.app = next;
    for (const f of [...this.#listeners]) f();
  }

  /** Calls f after each change, until the returned function is called. */
  subscribe(f: () => void): () => void {
    this.#listeners.add(f);
    return () => void this.#listeners.delete(f);
  }
}
