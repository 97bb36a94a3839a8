// Weeks as the service would tell them, made up from their names: the same name
// gives the same week. A person in Berlin who works at a desk.

import { addDays, addWeeks, dayLong, midnight, mondayOf, weekday, weekOf } from "../src/calendar";
import { signals, states } from "../src/contract";
import type { Wire } from "./scenes";

/** When the weeks are looked at: the Wednesday of this week, after lunch. */
export const weekNow = Date.parse("2026-11-25T13:40:00Z");

/** The first and the last day of the history, and its zone. */
export const first = "2021-01-04";
export const last = "2026-11-25";
const zone = "Europe/Berlin";

export const lowerBackNote =
  "The camera can't see the lower back: its figure is reckoned from long unbroken sitting and from leaning, nothing else.";

const hour = 3600e3;

/** Berlin's offset from UTC, in hours. */
function offset(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  const sunday = (month: string) => {
    let day = `${year}-${month}-31`;
    while (weekday(day) !== 6) day = addDays(day, -1);
    return midnight(day) + hour;
  };
  return ms >= sunday("03") && ms < sunday("10") ? 2 : 1;
}

/** An instant with Berlin's offset of then. */
export function local(ms: number): string {
  const by = offset(ms);
  return `${new Date(ms + by * hour).toISOString().slice(0, 19)}+0${by}:00`;
}

/** When Berlin's clock shows midnight of a date. */
function begins(date: string): number {
  const at = midnight(date) - hour;
  return at - (offset(at - 1) - 1) * hour;
}

/** 0 to 1, by name. */
function dice(name: string): number {
  let h = 2166136261;
  for (const c of name) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

const tidy = (v: number): number => Math.round(v * 1e3) / 1e3;
const ratio = (a: number, b: number): number | null => (b > 0 ? tidy(a / b) : null);

interface Sum {
  states: Record<string, number>;
  judged: number;
  score: number;
  episodes: number[];
  longest: number;
  taken: number;
  full: number;
  due: number;
  debt: number;
  alerts: number;
  dismissed: number;
  wrong: number;
  corrected: number[];
  longSitting: number;
  signals: Record<string, number>;
  checkIns: Said[];
}

const zero = (): Sum => ({
  states: Object.fromEntries(states.map((s) => [s, 0])),
  judged: 0,
  score: 0,
  episodes: [],
  longest: 0,
  taken: 0,
  full: 0,
  due: 0,
  debt: 0,
  alerts: 0,
  dismissed: 0,
  wrong: 0,
  corrected: [],
  longSitting: 0,
  signals: Object.fromEntries(signals.map((s) => [s, 0])),
  checkIns: [],
});

function add(a: Sum, b: Sum): void {
  for (const s of states) a.states[s]! += b.states[s]!;
  for (const s of signals) a.signals[s]! += b.signals[s]!;
  for (const k of [
    "judged",
    "score",
    "taken",
    "full",
    "due",
    "debt",
    "alerts",
    "dismissed",
    "wrong",
  ] as const)
    a[k] += b[k];
  a.longSitting += b.longSitting;
  a.longest = Math.max(a.longest, b.longest);
  a.episodes.push(...b.episodes);
  a.corrected.push(...b.corrected);
  a.checkIns.push(...b.checkIns);
}

const sitting = ["upright", "slouching", "leaning_in", "leaning_aside", "looking_down", "turned"];
const of = (s: Sum, names: readonly string[]) => names.reduce((n, k) => n + s.states[k]!, 0);
const median = (v: number[]) =>
  v.length === 0 ? null : tidy([...v].sort((a, b) => a - b)[Math.floor((v.length - 1) / 2)]!);

function common(s: Sum): Wire {
  const watched = of(s, states);
  const upper = ["head_drop", "head_forward", "sink", "upper_back", "head_pitch"].reduce(
    (n, k) => n + s.signals[k]!,
    0,
  );
  const lean = s.signals["lean_in"]! + s.signals["lean_aside"]!;
  return {
    watched_s: tidy(watched),
    sitting_s: tidy(of(s, sitting)),
    standing_s: tidy(s.states["standing"]!),
    away_s: tidy(s.states["away"]!),
    unobservable_s: tidy(s.states["unknown"]!),
    judged_s: tidy(s.judged),
    slouching_s: tidy(s.states["slouching"]!),
    coverage: ratio(s.judged, watched - s.states["away"]!),
    score: ratio(s.score, s.judged),
    upright_share: ratio(Math.min(s.judged, s.states["upright"]!), s.judged),
    longest_bout_s: s.longest > 0 ? tidy(s.longest) : null,
    exposure: {
      upper_back: s.judged > 0 ? tidy(upper) : null,
      lower_back: watched > 0 ? tidy(lean + s.longSitting) : null,
      overall: watched > 0 ? tidy(upper + lean + s.longSitting) : null,
      long_sitting: watched > 0 ? tidy(s.longSitting) : null,
      signals:
        s.judged > 0 ? Object.fromEntries(Object.entries(s.signals).map(([k, v]) => [k, tidy(v)])) : {},
      unit: "min",
      note: lowerBackNote,
    },
    check_ins: ["upper_back", "lower_back", "overall"].flatMap((area) => {
      const levels = s.checkIns.flatMap((c) => (c.area === area ? [c.level] : []));
      if (levels.length === 0) return [];
      const mean = tidy(levels.reduce((a, b) => a + b, 0) / levels.length);
      return [{ area, count: levels.length, mean, highest: Math.max(...levels) }];
    }),
  };
}

function figures(s: Sum): Wire {
  const total = tidy(s.episodes.reduce((a, b) => a + b, 0));
  return {
    ...common(s),
    states_s: Object.fromEntries(states.map((k) => [k, tidy(s.states[k]!)])),
    episodes: {
      count: s.episodes.length,
      total_s: total,
      median_s: median(s.episodes),
      longest_s: s.episodes.length > 0 ? Math.max(...s.episodes) : null,
    },
    breaks: { taken: s.taken, full: s.full, due: s.due, debt: s.debt },
    alerts: {
      total: s.alerts,
      strong: Math.floor(s.alerts / 6),
      dismissed: s.dismissed,
      wrong: s.wrong,
      corrected: s.corrected.length,
      median_correction_s: median(s.corrected),
    },
    exercises:
      s.checkIns.length > 0
        ? [
            { exercise: "chin_tuck", area: "upper_back", times: 3, total_s: 150 },
            { exercise: "walk", area: "overall", times: 1, total_s: 120 },
          ]
        : [],
  };
}

const summary = (s: Sum): Wire => ({
  ...common(s),
  episodes: s.episodes.length,
  alerts: s.alerts,
  breaks_taken: s.taken,
  breaks_due: s.due,
});

interface MadeDay {
  wire: Wire;
  sum: Sum;
  hours: { hour: number; sum: Sum }[];
}

/** How a week was: a usual one, one with hardly anything, one in which nothing was watched. */
export type Kind = "full" | "sparse" | "empty";

/** Weeks that are not usual ones. */
const kinds: Record<string, Kind> = {
  "2026-W45": "empty",
  "2026-W42": "sparse",
};
const kindOf = (id: string): Kind => {
  const monday = mondayOf(id)!;
  return addDays(monday, 6) < first || monday > last ? "empty" : (kinds[id] ?? "full");
};

/** The stretches of sitting of a day, as hours by the clock on the wall. */
function plan(date: string, kind: Kind): [from: number, to: number][] {
  const d = (n: number) => dice(`${date} ${n}`);
  if (kind === "empty") return [];
  const day = weekday(date);
  if (kind === "sparse") return day === 1 ? [[14, 14.6]] : [];
  if (day === 6) return date === "2026-10-25" ? [[1.5, 3.2]] : [];
  if (day === 5) return d(0) > 0.5 ? [[10.3, 11.4]] : [];
  const out: [number, number][] = [];
  let at = 8.4 + d(1) * 0.9;
  const end = 17 + d(2) * 1.2;
  for (let n = 3; at < end; n++) {
    const long = 0.35 + d(n) * 1.1;
    if (at < 12.6 && at + long > 12.4) {
      out.push([at, 12.4]);
      at = 13.05 + d(n + 40) * 0.3;
      continue;
    }
    out.push([at, Math.min(end, at + long)]);
    at += long + 0.05 + d(n + 80) * 0.22;
  }
  return out;
}

function makeDay(date: string, kind: Kind, now: number): MadeDay {
  const [from, to] = [begins(date), begins(addDays(date, 1))];
  const d = (n: number | string) => dice(`${date} ${n}`);
  const sum = zero();
  const hours: MadeDay["hours"] = [];
  const wire: Wire[] = [];
  const progress = (midnight(date) - midnight("2026-09-01")) / 86400e3 / 900;
  // By the wall clock, at the offset of the day's beginning; nobody sits through a change but once.
  const bouts = plan(date, kind)
    .map(([a, b]) => [from + a * hour, Math.min(now, from + b * hour)] as const)
    .filter(([a, b]) => b - a > 60e3);
  const open = bouts.length > 0 && bouts.at(-1)![1] === now;
  for (let at = from; at < to; at += hour) {
    const wall = Math.floor(((at + offset(at) * hour) % 86400e3) / hour);
    const s = zero();
    for (const [a, b] of bouts) {
      const sat = Math.max(0, Math.min(b, at + hour) - Math.max(a, at)) / 1000;
      if (sat <= 0) continue;
      const tired = (wall >= 14 && wall < 16 ? 0.16 : 0) + d(`h${wall}`) * 0.14;
      const unseen = sat * (0.03 + 0.12 * d(`u${wall}`));
      const slouch = (sat - unseen) * Math.max(0.02, 0.2 + tired * 1.6 - progress - d(`m${wall}`) * 0.22);
      const other = (sat - unseen) * (0.05 + 0.06 * d(`o${wall}`));
      s.states["unknown"]! += unseen;
      s.states["slouching"]! += slouch;
      s.states["leaning_in"]! += other * 0.6;
      s.states["looking_down"]! += other * 0.3;
      s.states["turned"]! += other * 0.1;
      s.states["upright"]! += sat - unseen - slouch - other;
      s.judged += sat - unseen;
      s.score += (sat - unseen) * (97 - 82 * (slouch / (sat - unseen)) - 8 * d(`s${wall}`));
      const min = slouch / 24;
      s.signals["head_drop"]! += min * 0.5;
      s.signals["head_forward"]! += min * 0.35;
      s.signals["upper_back"]! += min * 0.3;
      s.signals["sink"]! += min * 0.15;
      s.signals["lean_in"]! += other / 240;
      s.signals["lean_aside"]! += min * 0.08;
      s.signals["head_pitch"]! += other / 500;
    }
    // Awake from the first stretch to the last: who does not sit is away, or stands for a while.
    const day = bouts.length > 0 ? ([bouts[0]![0], bouts.at(-1)![1]] as const) : null;
    if (day) {
      const there = Math.max(0, Math.min(day[1], at + hour) - Math.max(day[0], at)) / 1000;
      const gone = Math.max(0, there - of(s, states));
      const stood = wall >= 14 ? gone * 0.3 : 0;
      s.states["standing"]! += stood;
      s.states["away"]! += gone - stood;
    }
    hours.push({ hour: wall, sum: s });
    wire.push({
      hour: wall,
      from: local(at),
      to: local(at + hour),
      watched_s: tidy(of(s, states)),
      judged_s: tidy(s.judged),
      sitting_s: tidy(of(s, sitting)),
      slouching_s: tidy(s.states["slouching"]!),
      score: ratio(s.score, s.judged),
    });
    add(sum, s);
  }
  for (const [i, [a, b]] of bouts.entries()) {
    const sat = (b - a) / 1000;
    sum.longest = Math.max(sum.longest, sat);
    sum.longSitting += (Math.max(0, Math.min(sat, 1800) - 1200) / 2 + Math.max(0, sat - 1800)) / 60;
    const due = Math.floor(sat / 1800);
    sum.due += due;
    const next = bouts[i + 1];
    const pays = next ? (next[0] - b >= 300e3 ? 2 : 1) : 0;
    if (next) {
      sum.taken++;
      if (pays === 2) sum.full++;
    }
    sum.debt = Math.max(0, sum.debt + due - pays);
  }
  const slouches = Math.round(of(sum, ["slouching"]) / 110);
  for (let i = 0; i < slouches; i++) sum.episodes.push(Math.round(18 + 160 * d(`e${i}`) ** 2));
  sum.alerts = Math.round(slouches / 7);
  for (let i = 0; i < sum.alerts; i++)
    if (d(`c${i}`) > 0.3) sum.corrected.push(Math.round(6 + 40 * d(`t${i}`)));
  sum.dismissed = d("x") > 0.7 ? 1 : 0;
  sum.wrong = sum.alerts > 1 && d("w") > 0.8 ? 1 : 0;
  if (bouts.length > 2 && d("said") > 0.25) {
    const felt = (lift: number, n: string) => Math.min(10, Math.round(lift + 3 * d(n)));
    sum.checkIns.push(
      { area: "upper_back", level: felt(2, "ub") },
      { area: "lower_back", level: felt(1, "lb") },
    );
    if (d("all") > 0.5) sum.checkIns.push({ area: "overall", level: felt(1, "ov") });
  }
  return {
    sum,
    hours,
    wire: {
      date,
      zone,
      from: local(from),
      to: local(to),
      spans: [{ from: local(from), to: local(to) }],
      ...figures(sum),
      hours: wire,
      bouts: bouts.map(([a, b], i) => ({
        from: local(a),
        to: local(b),
        sat_s: tidy((b - a) / 1000),
        open: open && i === bouts.length - 1,
      })),
    },
  };
}

function makeDays(id: string, now: number): MadeDay[] {
  const monday = mondayOf(id)!;
  return Array.from({ length: 7 }, (_, i) => makeDay(addDays(monday, i), kindOf(id), now));
}

function sumOf(days: readonly MadeDay[]): Sum {
  const all = zero();
  for (const d of days) add(all, d.sum);
  return all;
}

/** What was said of the tension in an area. */
export interface Said {
  area: string;
  level: number;
}

const told = new Map<string, Wire>();

/**
 * What GET /api/v1/weeks/ID answers; now is when it is asked, said what was said
 * just before. Made once: the real service is quicker than this.
 */
export function week(id: string, now = weekNow, said: readonly Said[] = []): Wire {
  const key = JSON.stringify([id, now, said]);
  const have = told.get(key) ?? make(id, now, said);
  told.set(key, have);
  return have;
}

function make(id: string, now: number, said: readonly Said[]): Wire {
  const monday = mondayOf(id)!;
  const days = makeDays(id, now);
  const today = days.find((d) => d.wire["date"] === local(now).slice(0, 10));
  if (today) {
    today.sum.checkIns.push(...said);
    Object.assign(today.wire, figures(today.sum));
  }
  const all = sumOf(days);
  const before = [5, 4, 3, 2, 1].map((n) => {
    const name = addWeeks(id, -n)!;
    const sum = sumOf(makeDays(name, now));
    return { week: name, sum, has: of(sum, states) > 0 };
  });
  const earlier = before.slice(0, 4).filter((b) => b.has);
  const mean = zero();
  for (const b of earlier) add(mean, b.sum);
  const lastWeek = before[4]!;
  const to = begins(addDays(monday, 7));
  const grid = (f: (s: Sum) => number | null, nothing: number | null) =>
    days.map((d) =>
      Array.from({ length: 24 }, (_, h) => {
        const s = zero();
        for (const one of d.hours) if (one.hour === h) add(s, one.sum);
        return of(s, states) > 0 ? f(s) : nothing;
      }),
    );
  return {
    week: id,
    first: monday,
    last: addDays(monday, 6),
    from: local(begins(monday)),
    to: local(to),
    over: now >= to,
    ...figures(all),
    days: days.map((d) => d.wire),
    heat: {
      score: grid((s) => ratio(s.score, s.judged), null),
      judged_s: grid((s) => tidy(s.judged), 0),
      sitting_s: grid((s) => tidy(of(s, sitting)), 0),
    },
    comparison: {
      this: summary(all),
      week_before: lastWeek.has ? summary(lastWeek.sum) : null,
      four_before: earlier.length > 0 ? summary(mean) : null,
      four_before_with_data: earlier.length,
      weeks: before.map((b) => ({ week: b.week, summary: b.has ? summary(b.sum) : null })),
    },
    insights: kindOf(id) === "full" ? insights(monday, all) : [],
  };
}

function insights(monday: string, s: Sum): Wire[] {
  return [
    {
      rule: "time_of_day",
      text: "From 14:00 to 15:00 slouching took 31 % of the time judged, in the other hours 17 %; it was more then on four of five days.",
      figures: {
        hour: 14,
        slouch_share: 0.31,
        slouch_share_else: 0.172,
        days: 5,
        days_above: 4,
        hour_s: 14_230,
        else_s: tidy(s.judged - 14_230),
      },
      n: 5,
      seconds: tidy(s.judged),
    },
    {
      rule: "after_break",
      text: "Within an hour after a break you were upright 79 % of the time judged, in as long before it 66 %; it was more after 14 of 18 breaks.",
      figures: {
        upright_share_after: 0.79,
        upright_share_before: 0.66,
        breaks: 18,
        breaks_alike: 14,
        after_s: 31_000,
        before_s: 29_400,
      },
      n: 18,
      seconds: 60_400,
    },
    {
      rule: "best_day",
      text: `${dayLong(addDays(monday, 1))} was your most upright day: 84 % of the time judged, against 71 % on the other four days.`,
      figures: {
        upright_share: 0.84,
        upright_share_else: 0.71,
        days: 5,
        weekday: 2,
        day_s: 22_000,
        else_s: 88_000,
      },
      n: 5,
      seconds: 110_000,
    },
  ];
}

/** The sentence of the service for a name that is no week; empty for one that is. */
export function weekRefused(id: string): string {
  if (mondayOf(id)) return "";
  const m = /^(\d{4})-W\d\d$/.exec(id);
  if (!m) return `week is "${id}": want a year and an ISO week as in "2026-W47"`;
  return `week is "${id}": ${m[1]} has weeks W01 to ${weekOf(`${m[1]}-12-28`).slice(5)}`;
}

/** What GET /api/v1/history answers. */
export const kept = {
  first,
  last,
  zone,
  bytes: 61_840_384,
  events: 48_210,
  minutes: 612_480,
  measurements: 118_400,
  demo: false,
  keep: { minutes: "730d", events: "forever", measurements: "14d" },
};
