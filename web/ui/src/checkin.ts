// When the live page may ask how the back feels: rarely, and never in the midst of work.

import { today } from "./calendar";
import type { App } from "./store";
import { isStale } from "./view";
import { realBreak } from "./words";

/** What was asked on a day, by the times of what it was asked about. */
export interface Asks {
  day: string;
  asked: readonly number[];
  /** Not again on that day. */
  off: boolean;
}

/** How often a day it may be asked. */
export const mostAsks = 2;
/** How long after coming back from a break, and from when on a bout is long over, in milliseconds. */
export const askWithin = 3 * 60e3;
export const longOver = 2 * 3600e3;
/** What is said of several areas within so long is said at once, in milliseconds. */
const atOnce = 5 * 60e3;

/** The asks that count on a day. */
export const asksOf = (kept: Asks | null, day: string): Asks =>
  kept?.day === day ? kept : { day, asked: [], off: false };

/** Whether the camera sees somebody. */
export const somebody = ({ live }: Pick<App, "live">): boolean =>
  live !== null && live.state !== "away" && live.state !== "unknown";

/** Whether the day is about to end: the question stands beside what is offered then. */
export const dayEnds = (app: App): boolean => app.live?.offer?.kind === "day_end";

/** What there is to ask about now, by its time; null when there is nothing, or when it was asked enough. */
export function occasion(app: App, kept: Asks | null): number | null {
  const { live, events } = app;
  if (!live?.time || app.link.status !== "open" || isStale(app)) return null;
  // The demo's back is nobody's.
  if (live.source.demo || live.source.status !== "live" || live.alert) return null;
  const day = today(live.time);
  const asks = asksOf(kept, day);
  if (asks.off) return null;
  const said = events.filter((e) => e.kind === "check_in" && today(e.time) === day).map((e) => e.time);
  if (said.filter((t, i) => i === 0 || t - said[i - 1]! > atOnce).length >= mostAsks) return null;
  const at = backFromBreak(app, live.time) ?? (dayEnds(app) ? live.offer!.since : bouts(app, live.time));
  if (at === null || today(at) !== day || said.some((t) => t >= at)) return null;
  return asks.asked.includes(at) || asks.asked.length < mostAsks ? at : null;
}

/** When the break ended from which somebody has just come back. */
function backFromBreak({ live, events }: App, now: number): number | null {
  if (live!.breaks.away > 0 || !somebody({ live })) return null;
  const e = events.findLast((e) => e.kind === "break");
  // After a routine it was asked at its end.
  if (e?.exercise) return null;
  return e && e.level >= realBreak && now - e.time >= 0 && now - e.time <= askWithin ? e.time : null;
}

/** When the last bout ended, if that is long ago and nobody sits. */
function bouts({ live, events }: App, now: number): number | null {
  if (live!.sitting > 0 || live!.state !== "away") return null;
  const e = events.findLast((e) => e.kind === "bout_start" || e.kind === "bout_end");
  return e?.kind === "bout_end" && now - e.time >= longOver ? e.time : null;
}

/** Reads what was kept; what is not understood was not asked. */
export function readAsks(v: unknown): Asks | null {
  if (typeof v !== "object" || v === null) return null;
  const { day, asked, off } = v as Record<string, unknown>;
  if (typeof day !== "string" || typeof off !== "boolean" || !Array.isArray(asked)) return null;
  return asked.every((t) => typeof t === "number") ? { day, asked, off } : null;
}
