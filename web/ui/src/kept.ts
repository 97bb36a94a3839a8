// What is kept of the past, as GET and DELETE /api/v1/history tell it, and the
// words for it.

import { isDate, rangeWords } from "./calendar";
import { fail, fields, flag, number, text, type Fields } from "./contract";

/** How many of each kind there are. */
export interface Counts {
  events: number;
  minutes: number;
  measurements: number;
}

/** What is kept; the counts are of the range that was asked for. */
export interface Kept extends Counts {
  /** The first and the last day with anything, as "2026-11-25"; null when there is nothing. */
  first: string | null;
  last: string | null;
  zone: string;
  bytes: number;
  /** It is the demo's, not the person's. */
  demo: boolean;
  /** How long each kind is kept, as the configuration says it. */
  keep: { minutes: string; events: string; measurements: string };
}

function counts(o: Fields): Counts {
  return {
    events: number(o, "events", "history"),
    minutes: number(o, "minutes", "history"),
    measurements: number(o, "measurements", "history"),
  };
}

function maybeDay(o: Fields, key: string): string | null {
  if (o[key] === null || o[key] === undefined) return null;
  const v = text(o, key, "history", false);
  return isDate(v) ? v : fail(`history.${key}`, "a date", v);
}

/** Reads the answer of GET /api/v1/history. */
export function parseKept(v: unknown): Kept {
  const o = fields(v, "history");
  const keep = fields(o["keep"], "history.keep");
  const long = (key: string) => text(keep, key, "history.keep", false);
  return {
    ...counts(o),
    first: maybeDay(o, "first"),
    last: maybeDay(o, "last"),
    zone: text(o, "zone", "history"),
    bytes: number(o, "bytes", "history"),
    demo: flag(o, "demo", "history"),
    keep: { minutes: long("minutes"), events: long("events"), measurements: long("measurements") },
  };
}

/** Reads the answer of DELETE /api/v1/history. */
export const parseGone = (v: unknown): Counts => counts(fields(v, "history"));

/** How long a kind is kept: "730d" is "2 years". */
export function keepWords(keep: string): string {
  if (keep === "forever") return "kept for good";
  if (keep === "none") return "not kept";
  const days = /^(\d+)d$/.exec(keep)?.[1];
  if (!days) return `kept for ${keep}`;
  const n = Number(days);
  return n > 0 && n % 365 === 0 ? `kept for ${many(n / 365, "year")}` : `kept for ${many(n, "day")}`;
}

/** "1 event", "1,234 events". */
export const many = (n: number, one: string, more = `${one}s`): string =>
  `${n.toLocaleString("en-GB")} ${n === 1 ? one : more}`;

/** "12 MB"; under one with a tenth. */
export function sizeWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let n = Math.max(0, bytes);
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit > 0 && n < 9.95 ? n.toFixed(1) : Math.round(n)} ${units[unit]}`;
}

/** "56 events, 4,321 minutes and 7 measurements". */
export const countWords = (c: Counts): string =>
  `${many(c.events, "event")}, ${many(c.minutes, "minute")} and ${many(c.measurements, "measurement")}`;

/** Which days are to go: a range, or everything. */
export type What = { from: string; to: string } | "all";

/** The query that names them. */
export const whatQuery = (what: What): string =>
  what === "all" ? "all=true" : new URLSearchParams({ from: what.from, to: what.to }).toString();

export const whatWords = (what: What): string =>
  what === "all" ? "your whole history" : rangeWords(what.from, what.to);

/** Why a range can't be meant; empty when it can. */
export function rangeTrouble(from: string, to: string): string {
  if (!isDate(from) || !isDate(to)) return "Choose the first and the last day.";
  if (to < from) return "The last day is before the first one. Swap them.";
  return "";
}

/** What must be typed before everything is deleted. */
export const deleteWord = "delete";
