// Days and weeks as names, without any zone: "2026-11-20", "2026-W47". And the
// service's times, which carry the zone's offset of then: what the clock on the
// wall showed is read off them, never reckoned by this browser's own zone.

/** An instant, and what the clock on the wall showed at it. */
export interface Stamp {
  /** Milliseconds since the Unix epoch. */
  ms: number;
  /** "2026-11-20". */
  date: string;
  /** Seconds since midnight by the clock on the wall. */
  wall: number;
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Reads a time of RFC 3339; null when it is none. */
export function stamp(text: string): Stamp | null {
  const m = rfc3339.exec(text);
  const ms = m ? Date.parse(text) : NaN;
  if (!m || Number.isNaN(ms) || !isDate(m[1]!)) return null;
  const wall = Number(m[2]) * 3600 + Number(m[3]) * 60 + Number(m[4]) + Number(m[5] ?? 0);
  return { ms, date: m[1]!, wall };
}

/** "14:05", as the clock on the wall showed it. */
export const wallClock = (t: Stamp): string => clockOf(t.wall);

/** Seconds since midnight as "14:05"; the end of a day is "24:00". */
export function clockOf(seconds: number): string {
  const min = Math.floor(seconds / 60);
  return `${two(Math.floor(min / 60))}:${two(min % 60)}`;
}

const two = (n: number): string => String(n).padStart(2, "0");
const four = (n: number): string => String(n).padStart(4, "0");

const day = 86_400_000;

/** Midnight of a date where there are no zones, in milliseconds; NaN when there is no such date. */
export function midnight(date: string): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return NaN;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // 31 February is no March here.
  return !Number.isNaN(ms) && dateOf(ms) === date ? ms : NaN;
}

export const isDate = (date: string): boolean => !Number.isNaN(midnight(date));

const dateOf = (ms: number): string => {
  const d = new Date(ms);
  return `${four(d.getUTCFullYear())}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
};

/** The date n days later. */
export const addDays = (date: string, n: number): string => dateOf(midnight(date) + n * day);

/** Monday is 0. */
export const weekday = (date: string): number => (new Date(midnight(date)).getUTCDay() + 6) % 7;

/** The date that this browser's clock shows. */
export function today(now: number): string {
  const d = new Date(now);
  return `${four(d.getFullYear())}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** The ISO 8601 week that a date is in, as "2026-W47". */
export function weekOf(date: string): string {
  const thursday = addDays(date, 3 - weekday(date));
  const year = thursday.slice(0, 4);
  const n = Math.floor((midnight(thursday) - midnight(`${year}-01-01`)) / (7 * day)) + 1;
  return `${year}-W${two(n)}`;
}

/** The Monday of a week; null when the name is none of a week. */
export function mondayOf(week: string): string | null {
  const m = /^(\d{4})-W(\d\d)$/.exec(week);
  if (!m) return null;
  const first = `${m[1]}-01-04`; // always in the first week
  const monday = addDays(first, 7 * (Number(m[2]) - 1) - weekday(first));
  return weekOf(monday) === week ? monday : null;
}

/** The week n weeks later; null when the name is none of a week. */
export function addWeeks(week: string, n: number): string | null {
  const monday = mondayOf(week);
  return monday && weekOf(addDays(monday, 7 * n));
}

const format = (o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { ...o, timeZone: "UTC" });
const shortDay = format({ weekday: "short" });
const longDay = format({ weekday: "long" });
const dayMonth = format({ day: "numeric", month: "long" });
const full = format({ day: "numeric", month: "long", year: "numeric" });

// The page speaks English; days are named as its sentences are.

/** "Fri". */
export const dayShort = (date: string): string => shortDay.format(midnight(date));
/** "Friday". */
export const dayLong = (date: string): string => longDay.format(midnight(date));
/** "20", the day of the month. */
export const dayNumber = (date: string): string => String(Number(date.slice(8)));
/** "20 November". */
export const dayAndMonth = (date: string): string => dayMonth.format(midnight(date));
/** "20 November 2026". */
export const fullDate = (date: string): string => full.format(midnight(date));
/** "Friday 20 November". */
export const dayAndDate = (date: string): string => `${dayLong(date)} ${dayAndMonth(date)}`;

/** "16 to 22 November 2026", naming month and year once where they are the same. */
export function rangeWords(first: string, last: string): string {
  if (first === last) return fullDate(first);
  if (first.slice(0, 4) !== last.slice(0, 4)) return `${fullDate(first)} to ${fullDate(last)}`;
  if (first.slice(0, 7) !== last.slice(0, 7)) return `${dayAndMonth(first)} to ${fullDate(last)}`;
  return `${dayNumber(first)} to ${fullDate(last)}`;
}

/** "Week 47". */
export const weekWords = (week: string): string => `Week ${Number(week.slice(6))}`;
