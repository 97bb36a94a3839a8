// What the pages that look back ask of the service.

import { ask, type Answer } from "./api";
import { parseCheckIns, type Area, type Event } from "./contract";
import { parseGone, parseKept, whatQuery, type Counts, type Kept, type What } from "./kept";
import { parseWeek, type Week } from "./week-contract";

export const loadWeek = (id: string): Promise<Answer<Week>> =>
  ask("GET", `/weeks/${encodeURIComponent(id)}`, parseWeek);

/** What is kept, counted within a range of days or in all. */
export const loadKept = (range?: { from: string; to: string }): Promise<Answer<Kept>> =>
  ask("GET", range ? `/history?${whatQuery(range)}` : "/history", parseKept);

/** Deletes for good; resolves to how much is gone. */
export const deleteHistory = (what: What): Promise<Answer<Counts>> =>
  ask("DELETE", `/history?${whatQuery(what)}`, parseGone);

/** Writes down how the back feels, 0 to 10 by area. */
export const checkIn = (tension: Partial<Record<Area, number>>): Promise<Answer<Event[]>> =>
  ask("POST", "/check-ins", parseCheckIns, { tension });

/** The address of the report of a week. */
export const reportPath = (week: string, format: "html" | "md" | "json"): string =>
  `/api/v1/weeks/${encodeURIComponent(week)}/report?format=${format}`;

/** The address of an export: of some days, or of everything. */
export function exportPath(format: "csv" | "json", range?: { from: string; to: string }): string {
  const query = new URLSearchParams({ ...range, format });
  return `/api/v1/export?${query.toString()}`;
}
