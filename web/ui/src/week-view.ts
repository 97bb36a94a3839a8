// From a week to what its charts show: plain values, and for each chart the
// table that says the same.

import { clockOf, dayAndDate, dayLong, wallClock, weekWords } from "./calendar";
import { states, type Area } from "./contract";
import {
  daysInWeek,
  hoursInDay,
  type Bout,
  type Day,
  type Exposure,
  type Figures,
  type Summary,
  type Week,
} from "./week-contract";
import { areasOf, orDash, signalsOf, strain, tension, whole } from "./week-words";
import { areaLabel, duration, minutes, percent, plain, signalLabel, stateLabel } from "./words";

/** A chart as a table; the first cell of each row heads it. */
export interface Table {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The hours that are shown even without data. */
const usualFrom = 8;
const usualTo = 18;

/** The hours of the day that have data, and those of a usual day at work: from the first to before the second. */
export function hourRange(w: Week): [from: number, to: number] {
  let [from, to] = [usualFrom, usualTo];
  for (let day = 0; day < daysInWeek; day++) {
    for (let hour = 0; hour < hoursInDay; hour++) {
      if (w.heat.judged[day]![hour]! <= 0 && w.heat.sitting[day]![hour]! <= 0) continue;
      from = Math.min(from, hour);
      to = Math.max(to, hour + 1);
    }
  }
  for (const d of w.days) {
    for (const p of stretches(d)) {
      from = Math.min(from, Math.floor(p.from));
      to = Math.max(to, Math.ceil(p.to));
    }
  }
  return [from, to];
}

/** Steps of the score as the heat map colours them, the lowest first; each is told by its number too. */
export const heatSteps = [0, 50, 65, 80, 90] as const;

/** Which step a score is in. */
export const heatStep = (score: number): number =>
  heatSteps.findLastIndex((least) => Math.round(score) >= least);

/** Less of an hour judged says too little to colour a whole field, in seconds. */
export const fullField = 1200;

export interface HeatCell {
  day: number;
  hour: number;
  score: number | null;
  step: number;
  /** 0 to 1: how much of a field is filled, by how much of the hour was judged. */
  fill: number;
  words: string;
}

export function heatCells(w: Week): HeatCell[] {
  const [from, to] = hourRange(w);
  const out: HeatCell[] = [];
  for (const [day, d] of w.days.entries()) {
    for (let hour = from; hour < to; hour++) {
      const score = w.heat.score[day]![hour]!;
      const judged = w.heat.judged[day]![hour]!;
      const at = `${dayLong(d.date)}, ${clockOf(hour * 3600)} to ${clockOf((hour + 1) * 3600)}`;
      out.push({
        day,
        hour,
        score,
        step: score === null ? -1 : heatStep(score),
        fill: score === null ? 0 : Math.min(1, Math.max(0.3, Math.sqrt(judged / fullField))),
        words:
          score === null
            ? `${at}: nothing judged`
            : `${at}: score ${whole(score)}, ${minutes(judged)} judged`,
      });
    }
  }
  return out;
}

export function heatTable(w: Week): Table {
  const [from, to] = hourRange(w);
  const hours = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    caption: "Score by hour and day",
    head: ["Hour", ...w.days.map((d) => dayAndDate(d.date))],
    rows: hours.map((h) => [
      `${clockOf(h * 3600)} to ${clockOf((h + 1) * 3600)}`,
      ...w.days.map((_, day) => orDash(w.heat.score[day]![h]!, whole)),
    ]),
  };
}

/** The states as a bar shows them: those that differ little are one. */
export const groups = ["upright", "other", "slouching", "standing", "unseen", "away"] as const;
export type Group = (typeof groups)[number];

export const groupLabel: Record<Group, string> = {
  upright: "Upright",
  other: "Other sitting",
  slouching: "Slouching",
  standing: "Standing",
  unseen: "Not seen",
  away: "Away",
};

const groupOf: Record<string, Group> = {
  upright: "upright",
  slouching: "slouching",
  standing: "standing",
  away: "away",
  unknown: "unseen",
};

export type DayBar = Record<Group, number> & { total: number };

/** A day's seconds by group; a state that is not known here is another way of sitting. */
export function dayBar(d: Figures): DayBar {
  const out: DayBar = { upright: 0, other: 0, slouching: 0, standing: 0, unseen: 0, away: 0, total: 0 };
  for (const [state, seconds] of Object.entries(d.states)) {
    out[Object.hasOwn(groupOf, state) ? groupOf[state]! : "other"] += seconds;
    out.total += seconds;
  }
  return out;
}

export function dayWords(d: Day): string {
  const bar = dayBar(d);
  const parts = groups.flatMap((g) =>
    bar[g] >= 60 ? [`${groupLabel[g].toLowerCase()} ${minutes(bar[g])}`] : [],
  );
  return `${dayLong(d.date)}: ${parts.length > 0 ? parts.join(", ") : "nothing watched"}`;
}

/** All states, and how much of the day could be judged. */
export function dayTable(w: Week): Table {
  const more = [...new Set(w.days.flatMap((d) => Object.keys(d.states)))].filter(
    (s) => !(states as readonly string[]).includes(s),
  );
  const all: string[] = [...states, ...more];
  const label = (s: string) =>
    Object.hasOwn(stateLabel, s) ? stateLabel[s as keyof typeof stateLabel] : plain(s);
  const cells = (f: Figures): string[] => [
    ...all.map((s) => lengthOrDash(f.states[s] ?? 0)),
    orDash(f.coverage, percent),
    orDash(f.score, whole),
    orDash(f.uprightShare, percent),
  ];
  return {
    caption: "Time in each state by day",
    head: ["Day", ...all.map(label), "Could be judged", "Score", "Upright share"],
    rows: [...w.days.map((d) => [dayAndDate(d.date), ...cells(d)]), ["The week", ...cells(w)]],
  };
}

const lengthOrDash = (seconds: number): string => (seconds < 1 ? "–" : duration(seconds));

/** A stretch of sitting by the clock on the wall, in hours since midnight. */
export interface Stretch {
  from: number;
  to: number;
  bout: Bout;
}

/**
 * Where a day's bouts lie by the clock on the wall. They are laid hour by hour
 * as the day was lived, so that a clock that is changed within one moves what
 * comes after it and nothing else.
 */
export function stretches(d: Day): Stretch[] {
  const out: Stretch[] = [];
  for (const bout of d.bouts) {
    for (const h of d.hours) {
      const from = Math.max(bout.from.ms, h.from.ms);
      const to = Math.min(bout.to.ms, h.to.ms);
      if (to <= from) continue;
      const begins = h.from.wall / 3600;
      const piece = {
        from: begins + (from - h.from.ms) / 3600e3,
        to: Math.min(hoursInDay, begins + (to - h.from.ms) / 3600e3),
        bout,
      };
      const last = out.at(-1);
      if (last?.bout === bout && Math.abs(last.to - piece.from) < 1e-6) last.to = piece.to;
      else out.push(piece);
    }
  }
  return out;
}

export function boutWords(d: Day, b: Bout): string {
  const until = b.open ? "still open" : `to ${endClock(b)}`;
  return `${dayLong(d.date)}, ${wallClock(b.from)} ${until}: sat for ${minutes(b.sat)}`;
}

/** Midnight ends the day before. */
const endClock = (b: Bout): string => (b.to.wall === 0 && b.to.ms > b.from.ms ? "24:00" : wallClock(b.to));

export function boutTable(w: Week): Table {
  return {
    caption: "Stretches of sitting",
    head: ["Day", "From", "To", "Sat"],
    rows: w.days.flatMap((d) =>
      d.bouts.map((b) => [
        dayAndDate(d.date),
        wallClock(b.from),
        b.open ? "open" : endClock(b),
        duration(b.sat),
      ]),
    ),
  };
}

/** The day in a few words, for the end of its line. */
export const boutCount = (d: Day): string =>
  d.bouts.length === 0 ? "" : d.bouts.length === 1 ? "1 stretch" : `${d.bouts.length} stretches`;

/** A week of the trend; null where nothing was watched. */
export interface TrendPoint {
  week: string;
  summary: Summary | null;
  /** It is the week shown, and goes on. */
  running: boolean;
  here: boolean;
}

/** The five weeks before and this one, oldest first. */
export function trend(w: Week): TrendPoint[] {
  const before = w.comparison.weeks.map((b) => ({ ...b, running: false, here: false }));
  const summary = w.watched >= 1 ? w.comparison.this : null;
  return [...before, { week: w.week, summary, running: !w.over, here: true }];
}

export function trendWords(p: TrendPoint): string {
  const s = p.summary;
  const name = `${weekWords(p.week)}${p.running ? ", so far" : ""}`;
  if (!s) return `${name}: nothing watched`;
  const upright = s.uprightShare === null ? "not judged" : `upright ${percent(s.uprightShare)}`;
  const score = s.score === null ? "" : `, score ${whole(s.score)}`;
  return `${name}: ${upright}${score}, sat ${minutes(s.sitting)}`;
}

export function trendTable(w: Week): Table {
  return {
    caption: "This week beside the five before",
    head: ["Week", "Upright", "Score", "Sat", "Slouches", "Alerts", "Breaks", "Longest stretch", "Judged"],
    rows: trend(w).map(({ week, summary: s, running }) => [
      `${weekWords(week)}, ${week.slice(0, 4)}${running ? ", so far" : ""}`,
      ...(s
        ? [
            orDash(s.uprightShare, percent),
            orDash(s.score, whole),
            lengthOrDash(s.sitting),
            whole(s.episodes),
            whole(s.alerts),
            `${whole(s.breaksTaken)} of ${whole(s.breaksDue)} suggested`,
            orDash(s.longestBout, minutes),
            orDash(s.coverage, percent),
          ]
        : Array.from({ length: 8 }, () => "–")),
    ]),
  };
}

export function breakDayWords(d: Day): string {
  const { taken, full, due, debt } = d.breaks;
  if (taken === 0 && due === 0) return `${dayLong(d.date)}: no breaks, none suggested`;
  const long = full > 0 ? ` (${full} of five minutes or more)` : "";
  return `${dayLong(d.date)}: ${taken} taken${long}, ${due} suggested, ${debt} not made up for`;
}

/** Breaks, slouches and alerts by day. */
export function restTable(w: Week): Table {
  const cells = (f: Figures): string[] => [
    String(f.breaks.taken),
    String(f.breaks.full),
    String(f.breaks.due),
    String(f.breaks.debt),
    orDash(f.longestBout, minutes),
    String(f.episodes.count),
    orDash(f.episodes.median, duration),
    orDash(f.episodes.longest, duration),
    String(f.alerts.total),
    String(f.alerts.dismissed),
    String(f.alerts.wrong),
    orDash(f.alerts.correction, duration),
  ];
  return {
    caption: "Breaks, slouches and alerts by day",
    head: [
      "Day",
      "Breaks",
      "of 5 min or more",
      "suggested",
      "not made up for",
      "Longest stretch",
      "Slouches",
      "half within",
      "longest",
      "Alerts",
      "put away",
      "called wrong",
      "upright again, half within",
    ],
    rows: [...w.days.map((d) => [dayAndDate(d.date), ...cells(d)]), ["The week", ...cells(w)]],
  };
}

/** A bar of strain, in minutes; of the lower back's the part of long sitting apart. */
export interface StrainRow {
  label: string;
  minutes: number | null;
  /** The part of it that comes of long sitting. */
  sitting: number;
  before: number | null;
  words: string;
}

const areaStrain = (e: Exposure, a: Area): number | null =>
  a === "upper_back" ? e.upperBack : a === "lower_back" ? e.lowerBack : a === "overall" ? e.overall : null;

export function strainRows(w: Week): { areas: StrainRow[]; signals: StrainRow[] } {
  const e = w.exposure;
  const b = w.comparison.before?.exposure ?? null;
  const row = (label: string, min: number | null, before: number | null, sitting = 0): StrainRow => ({
    label,
    minutes: min,
    sitting,
    before,
    words: `${label}: ${strain(min)}${sitting > 0 ? `, of it long sitting ${strain(sitting)}` : ""}${
      before === null ? "" : `; the week before ${strain(before)}`
    }`,
  });
  return {
    areas: (["upper_back", "lower_back", "overall"] as const).map((a) =>
      row(
        areaLabel(a),
        areaStrain(e, a),
        b && areaStrain(b, a),
        a === "upper_back" ? 0 : Math.min(e.longSitting ?? 0, areaStrain(e, a) ?? 0),
      ),
    ),
    signals: signalsOf(e.signals).map((s) => row(signalLabel(s), e.signals[s] ?? 0, b?.signals[s] ?? null)),
  };
}

export function strainTable(w: Week): Table {
  const { areas, signals } = strainRows(w);
  const sitting = w.exposure.longSitting;
  return {
    caption: "Strain in minutes, by area and by sign",
    head: ["Where", "This week", "The week before"],
    rows: [
      ...areas.map((r) => [r.label, strain(r.minutes), strain(r.before)]),
      [
        "Long sitting (part of the lower back)",
        strain(sitting),
        strain(w.comparison.before?.exposure.longSitting ?? null),
      ],
      ...signals.map((r) => [r.label, strain(r.minutes), strain(r.before)]),
    ],
  };
}

/** One area of the diary: for each day the strain and what was said. */
export interface DiaryRow {
  area: Area;
  label: string;
  days: readonly { strain: number | null; tension: number | null; count: number; words: string }[];
}

export function diary(w: Week): DiaryRow[] {
  return areasOf(w.checkIns.map((c) => c.area)).map((area) => ({
    area,
    label: areaLabel(area),
    days: w.days.map((d) => {
      const said = d.checkIns.find((c) => c.area === area);
      const min = d.watched >= 1 ? areaStrain(d.exposure, area) : null;
      const times = said && said.count > 1 ? ` (mean of ${said.count})` : "";
      const felt = said ? `tension ${tension(said.mean)} of 10${times}` : "tension not said";
      return {
        strain: min,
        tension: said?.mean ?? null,
        count: said?.count ?? 0,
        words: `${dayLong(d.date)}, ${areaLabel(area).toLowerCase()}: ${felt}, strain ${strain(min)}`,
      };
    }),
  }));
}

export function diaryTable(w: Week): Table {
  const rows = diary(w);
  return {
    caption: "Tension as you said it, beside the strain of the day",
    head: ["Day", ...rows.flatMap((r) => [`${r.label}: tension`, `${r.label}: strain`])],
    rows: w.days.map((d, i) => [
      dayAndDate(d.date),
      ...rows.flatMap((r) => [orDash(r.days[i]!.tension, tension), strain(r.days[i]!.strain)]),
    ]),
  };
}

/** What was odd about the days' clocks, in words. */
export function dayNotes(w: Week): string[] {
  const out: string[] = [];
  for (const d of w.days) {
    const long = d.spans.reduce((sum, s) => sum + s.to.ms - s.from.ms, 0) / 3600e3;
    const name = dayAndDate(d.date);
    if (d.spans.length === 0) out.push(`${name} was left out by your calendar.`);
    else if (d.spans.length > 1)
      out.push(`${name} came in parts: you changed the time zone over the date line.`);
    else if (long !== hoursInDay) {
      out.push(`${name} had ${Math.round(long * 100) / 100} hours: the clocks or the time zone changed.`);
    }
  }
  const zones = [...new Set(w.days.map((d) => d.zone))];
  if (zones.length > 1) out.push(`Times are those of your clock then: ${zones.join(", ")}.`);
  return out;
}
