// The settings as the page changes them: a draft lies over what is in effect
// until it is saved as a merge patch or dropped.

import type { AllSettings, Settings, Signal } from "./contract";
import { clock, duration, minutes } from "./words";

/** The five steps of a signal's sensitivity. */
export const minStep = 1;
export const usualStep = 3;
export const maxStep = 5;

const stepWords = ["least", "less", "usual", "more", "most"] as const;

/** A step in a word: 1 is least sensitive, 5 most. */
export const stepWord = (step: number): string =>
  stepWords[Math.min(maxStep, Math.max(minStep, Math.round(step))) - 1]!;

/** What is changed and not saved yet; a key that is missing is as in effect. */
export type Draft = Partial<Omit<Settings, "sensitivity" | "eased">> & {
  sensitivity?: Record<string, number>;
  eased?: Record<string, number>;
};

const names = {
  alertAfter: "alert_after_s",
  cooldown: "alert_cooldown_s",
  perHour: "alerts_per_hour",
  perDay: "alerts_per_day",
  breakEvery: "break_every_s",
  staticAfter: "static_after_s",
  dayEnd: "day_end",
  quiet: "quiet",
} as const;
type Key = keyof typeof names;
const keys = Object.keys(names) as Key[];

const step = (s: Settings, signal: Signal): number => s.sensitivity[signal] ?? usualStep;
const easedOf = (s: Settings, signal: Signal): number => s.eased[signal] ?? 0;

/** The settings as they would be when the draft is saved. */
export function drafted(s: Settings, d: Draft): Settings {
  return {
    ...s,
    ...d,
    sensitivity: { ...s.sensitivity, ...d.sensitivity },
    eased: { ...s.eased, ...d.eased },
  };
}

export const sensitivityOf = (s: Settings, signal: Signal): number => step(s, signal);

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The merge patch that saves a draft, and how many settings it changes. What is
 * put back to its default is sent as null, so that a later change of the
 * configuration file counts again.
 */
export function patchOf(all: AllSettings, d: Draft): { patch: Record<string, unknown>; changes: number } {
  const patch: Record<string, unknown> = {};
  let changes = 0;
  for (const key of keys) {
    const value = d[key];
    if (value === undefined || equal(value, all.settings[key])) continue;
    patch[names[key]] = equal(value, all.defaults[key]) ? null : value;
    changes++;
  }
  const maps: ["sensitivity" | "eased", (s: Settings, signal: Signal) => number][] = [
    ["sensitivity", step],
    ["eased", easedOf],
  ];
  for (const [key, read] of maps) {
    const map: Record<string, number | null> = {};
    for (const [signal, value] of Object.entries(d[key] ?? {})) {
      if (value === read(all.settings, signal)) continue;
      map[signal] = value === read(all.defaults, signal) ? null : value;
      changes++;
    }
    if (Object.keys(map).length > 0) patch[key] = map;
  }
  return { patch, changes };
}

/** The draft that puts everything back, "that was wrong" included. */
export function resetDraft(all: AllSettings): Draft {
  const { settings: s, defaults } = all;
  const back = (map: "sensitivity" | "eased", read: (s: Settings, signal: Signal) => number) =>
    Object.fromEntries(Object.keys(s[map]).map((signal) => [signal, read(defaults, signal)]));
  return { ...defaults, sensitivity: back("sensitivity", step), eased: back("eased", easedOf) };
}

/** How far back "what would have happened" looks. */
export const lookBack = 7;

/** The question to the service of what the draft would have changed; null when it changes nothing that alerts depend on. */
export function whatIfQuery(s: Settings, d: Draft): string | null {
  const after = d.alertAfter !== undefined && d.alertAfter !== s.alertAfter ? d.alertAfter : null;
  const changed = Object.entries(d.sensitivity ?? {}).filter(([signal, v]) => v !== step(s, signal));
  if (after === null && changed.length === 0) return null;
  const query = new URLSearchParams({ days: String(lookBack) });
  if (changed.length > 0) query.set("sensitivity", changed.map(([signal, v]) => `${signal}:${v}`).join(","));
  if (after !== null) query.set("alert_after", `${after}s`);
  return query.toString();
}

/** The choices of a list, with the value in effect among them when it is another. */
export function choices(usual: readonly number[], value: number): number[] {
  return usual.includes(value) ? [...usual] : [...usual, value].sort((a, b) => a - b);
}

export const alertAfterChoices = [30, 45, 60, 90, 120, 180, 300];
export const cooldownChoices = [5, 10, 15, 20, 30, 60].map((m) => m * 60);
export const perHourChoices = [1, 2, 3, 4, 6];
export const perDayChoices = [3, 5, 10, 15, 20];
export const staticChoices = [10, 15, 20, 30, 45, 60].map((m) => m * 60);
/** A break is suggested after 20 to 60 minutes of sitting. */
export const breakFrom = 20 * 60;
export const breakTo = 60 * 60;
export const breakStep = 5 * 60;
export const usualStatic = 20 * 60;

/** The end of the day when a time is chosen and none is known. */
export const someDayEnd = "17:30";

/** Whether the end of the day is spoken of, and by what. */
export const dayEndHow = (v: string): "auto" | "off" | "at" => (v === "auto" || v === "off" ? v : "at");

/** What "as I usually stop" comes to now. */
export const usualWords = (usual: string | null): string =>
  usual
    ? `That is about ${clock(Date.parse(`2000-01-01T${usual}`))} now.`
    : "Not known yet: it needs some days.";

/** Seconds as a choice says them. */
export const lengthWords = (seconds: number): string =>
  seconds === 0 ? "none" : seconds % 60 === 0 ? minutes(seconds) : duration(seconds);

/** How often "that was wrong" eased a signal, in words; empty for never. */
export function easedWords(times: number): string {
  if (times < 1) return "";
  const often = times === 1 ? "once" : times === 2 ? "twice" : `${times} times`;
  return `Eased ${often} by “that was wrong”.`;
}
