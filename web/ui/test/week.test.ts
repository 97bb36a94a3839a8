import { describe, expect, test } from "vitest";
import {
  addDays,
  addWeeks,
  isDate,
  mondayOf,
  rangeWords,
  stamp,
  today,
  wallClock,
  weekday,
  weekOf,
} from "../src/calendar";
import { ContractError, states } from "../src/contract";
import { parseWeek, type Week } from "../src/week-contract";
import {
  boutTable,
  breakDayWords,
  dayBar,
  dayNotes,
  dayTable,
  dayWords,
  diary,
  diaryTable,
  groups,
  heatCells,
  heatStep,
  heatTable,
  hourRange,
  restTable,
  strainRows,
  strainTable,
  stretches,
  trend,
  trendTable,
  trendWords,
  type Table,
} from "../src/week-view";
import {
  alertWords,
  breakWords,
  coverageWords,
  doneWords,
  episodeWords,
  glued,
  headline,
  insightBasis,
  insightFigures,
  isEmpty,
  isToCome,
  keyFigures,
  nearestWeek,
  strain,
  weekName,
} from "../src/week-words";
import type { Wire } from "./scenes";
import { first, last, lowerBackNote, week, weekNow } from "./weeks";

const copy = (v: unknown): Wire => JSON.parse(JSON.stringify(v)) as Wire;
const read = (id: string): Week => parseWeek(copy(week(id)));

const full = read("2026-W47");
const running = read("2026-W48");
const empty = read("2026-W45");
const sparse = read("2026-W42");
const autumn = read("2026-W43");
const coming = read("2026-W50");

/** A week with something else in it. */
const but = (w: Week, over: Partial<Week>): Week => ({ ...w, ...over });

describe("the calendar", () => {
  test.each([
    ["2026-11-20", "2026-W47"],
    ["2026-11-23", "2026-W48"],
    ["2021-01-03", "2020-W53"],
    ["2021-01-04", "2021-W01"],
    ["2024-12-30", "2025-W01"],
    ["2027-01-03", "2026-W53"],
    ["1970-01-01", "1970-W01"],
  ])("%s is in %s", (date, name) => {
    expect(weekOf(date)).toBe(name);
    const monday = mondayOf(name)!;
    expect(weekday(monday)).toBe(0);
    expect(monday <= date && date <= addDays(monday, 6)).toBe(true);
  });
  test("every week of forty years is a week after the one before", () => {
    let name = "1999-W01";
    for (let monday = mondayOf(name)!; monday < "2040"; monday = addDays(monday, 7)) {
      expect(weekOf(addDays(monday, 6))).toBe(name);
      expect(addWeeks(addWeeks(name, 1)!, -1)).toBe(name);
      name = addWeeks(name, 1)!;
      expect(mondayOf(name)).toBe(addDays(monday, 7));
    }
  });
  test.each(["2026-W00", "2026-W54", "2021-W53", "2026-w47", "2026-W4", "26-W47", "2026-W471", "", "x"])(
    "%j is no week",
    (name) => {
      expect(mondayOf(name)).toBeNull();
      expect(addWeeks(name, 1)).toBeNull();
    },
  );
  test.each([
    ["2026-02-28", true],
    ["2026-02-29", false],
    ["2024-02-29", true],
    ["2026-13-01", false],
    ["2026-1-1", false],
    ["", false],
  ])("%j is a date: %s", (date, is) => expect(isDate(date)).toBe(is));
  test("ranges name month and year once", () => {
    expect(rangeWords("2026-11-16", "2026-11-22")).toBe("16 to 22 November 2026");
    expect(rangeWords("2026-10-26", "2026-11-01")).toBe("26 October to 1 November 2026");
    expect(rangeWords("2025-12-29", "2026-01-04")).toBe("29 December 2025 to 4 January 2026");
    expect(rangeWords("2026-11-16", "2026-11-16")).toBe("16 November 2026");
  });
  test("today is by this browser's clock", () => {
    const now = new Date(2026, 10, 5, 23, 59);
    expect(today(now.getTime())).toBe("2026-11-05");
  });
  test("a time shows the clock of its own offset", () => {
    const t = stamp("2026-11-20T08:05:09.5+13:00")!;
    expect(t.ms).toBe(Date.parse("2026-11-19T19:05:09.500Z"));
    expect([t.date, wallClock(t), t.wall]).toEqual(["2026-11-20", "08:05", 8 * 3600 + 5 * 60 + 9.5]);
    expect(stamp("2026-11-20T08:05:09.123456789Z")?.ms).toBe(Date.parse("2026-11-20T08:05:09.123Z"));
  });
  test.each(["2026-11-20", "2026-11-20T08:05:09", "2026-02-30T08:00:00Z", "2026-11-20T25:00:00Z", "now", ""])(
    "%j is no time",
    (text) => expect(stamp(text)).toBeNull(),
  );
});

describe("the contract of a week", () => {
  test("what the service tells is read", () => {
    expect(full.week).toBe("2026-W47");
    expect(full.over).toBe(true);
    expect(running.over).toBe(false);
    expect(full.days.map((d) => d.date)).toEqual(
      Array.from({ length: 7 }, (_, i) => addDays("2026-11-16", i)),
    );
    expect(full.comparison.weeks.map((w) => w.week)).toEqual([42, 43, 44, 45, 46].map((n) => `2026-W${n}`));
    expect(full.exposure.note).toBe(lowerBackNote);
    expect(full.insights[0]!.figures["hour"]).toBe(14);
  });
  test("what has no data is null", () => {
    expect([empty.score, empty.uprightShare, empty.coverage, empty.longestBout]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([empty.exposure.upperBack, empty.exposure.overall]).toEqual([null, null]);
    expect(full.comparison.weeks[3]!.summary).toBeNull();
  });
  test("a date that never was has no bounds", () => {
    const w = copy(week("2026-W47"));
    const day = (w["days"] as Wire[])[4]!;
    Object.assign(day, { from: null, to: null, spans: [], hours: [], bouts: [] });
    expect(parseWeek(w).days[4]!.spans).toEqual([]);
    w["from"] = w["to"] = null;
    expect(parseWeek(w).from).toBeNull();
  });
  test("words of a newer service are let through, and fields too", () => {
    const w = copy(week("2026-W47"));
    w["mood"] = "sunny";
    (w["states_s"] as Wire)["lying"] = 60;
    ((w["exposure"] as Wire)["signals"] as Wire)["left_knee"] = 3;
    (w["check_ins"] as Wire[]).push({ area: "left_knee", count: 1, mean: 2, highest: 2 });
    const got = parseWeek(w);
    expect(got.states["lying"]).toBe(60);
    expect(dayBar(got).other).toBeCloseTo(dayBar(full).other + 60);
    expect(strainRows(got).signals.at(-1)!.label).toBe("Left knee");
    expect(diary(got).at(-1)!.label).toBe("Left knee");
    expect(dayTable(got).head).not.toContain("Lying"); // no day had it
  });
  const set = (path: string, v: unknown): Wire => {
    const w = copy(week("2026-W47"));
    const keys = path.split(".");
    const end = keys.pop()!;
    const at = keys.reduce<Wire>((o, k) => o[k] as Wire, w);
    if (v === undefined) delete at[end];
    else at[end] = v;
    return w;
  };
  test.each<[path: string, v: unknown, message: string]>([
    ["week", "2026-W60", "week.week: want an ISO week"],
    ["first", "2026-02-30", "week.first: want a date"],
    ["from", "yesterday", "week.from: want a time"],
    ["over", "yes", "week.over: want true or false"],
    ["score", 101, "week.score: want 0 to 100"],
    ["score", "84", "week.score: want a number"],
    ["sitting_s", -1, "week.sitting_s: want 0 to"],
    ["sitting_s", undefined, "week.sitting_s: want a number"],
    ["coverage", 1.2, "week.coverage: want 0 to 1"],
    ["days", [], "week.days: want 7 days"],
    ["days.3.date", "Thursday", "week.days[3].date: want a date"],
    ["days.3.bouts.0.to", "2020-01-01T00:00:00Z", "week.days[3].bouts[0].to: want a time after from"],
    ["days.3.hours.2.hour", 24, "week.days[3].hours[2].hour: want 0 to 23"],
    ["heat.score", [[]], "week.heat.score: want 7 days"],
    ["heat.score.2", [1, 2], "week.heat.score[2]: want 24 hours"],
    ["heat.judged_s.2.8", null, "week.heat.judged_s[2].8: want a number"],
    ["comparison.this", null, "week.comparison.this: want an object"],
    ["comparison.weeks.0.week", "", "week.comparison.weeks[0].week: want an ISO week"],
    ["comparison.week_before.episodes", "few", "week.comparison.week_before.episodes: want a number"],
    ["insights.0.rule", "", "week.insights[0].rule: want a word"],
    ["insights.0.figures.hour", null, "week.insights[0].figures.hour: want a number"],
    ["exposure.note", undefined, "week.exposure.note: want a string"],
    ["states_s.Upright!", 1, "week.states_s.k: want a word"],
    [
      "check_ins",
      [{ area: "overall", count: 1, mean: 11, highest: 3 }],
      "week.check_ins[0].mean: want 0 to 10",
    ],
  ])("%s = %j is refused by name", (path, v, message) => {
    const w = set(path, v);
    expect(() => parseWeek(w)).toThrow(ContractError);
    expect(() => parseWeek(w)).toThrow(message);
  });
  test.each([null, undefined, 1, "week", [], {}, [[]], { days: null }, { heat: {} }])(
    "%j is refused",
    (v) => {
      expect(() => parseWeek(v)).toThrow(ContractError);
    },
  );
});

/** Everything that is drawn and said of a week. */
function everything(w: Week): unknown[] {
  const tables = [heatTable, dayTable, boutTable, trendTable, restTable, strainTable, diaryTable].map((f) =>
    f(w),
  );
  return [
    tables,
    hourRange(w),
    heatCells(w),
    w.days.map((d) => [dayBar(d), dayWords(d), stretches(d), breakDayWords(d)]),
    trend(w).map(trendWords),
    strainRows(w),
    diary(w),
    dayNotes(w),
    headline(w),
    keyFigures(w),
    breakWords(w),
    episodeWords(w),
    alertWords(w),
    coverageWords(w),
    w.insights.map((i) => [insightBasis(i), insightFigures(i)]),
    nearestWeek(w, first, last),
  ];
}

test("whatever comes, it is read or refused, and what is read can be drawn", { timeout: 120_000 }, () => {
  let seed = 7;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  const odd = [
    null,
    true,
    "",
    "x",
    -1,
    1e308,
    0.5,
    99,
    [],
    {},
    [[]],
    "2026-11-20T08:00:00+05:45",
    "2026-W01",
    0,
    undefined,
  ];
  const weeks = ["2026-W47", "2026-W48", "2026-W45", "2026-W43", "2026-W42"].map((id) =>
    JSON.stringify(week(id)),
  );
  let done = 0;
  let refused = 0;
  for (let i = 0; i < 1000; i++) {
    const w = JSON.parse(weeks[random(weeks.length)]!) as Wire;
    for (let n = random(3) + 1; n > 0; n--) {
      // Down to some depth, whatever is there.
      let at: Wire = w;
      let key = "";
      for (let depth = random(5) + 1; depth > 0; depth--) {
        const keys = Object.keys(at);
        key = keys[random(keys.length)] ?? "x";
        const next = at[key];
        if (depth === 1 || typeof next !== "object" || next === null) break;
        at = next as Wire;
      }
      const value = odd[random(odd.length)];
      if (value === undefined) delete at[key];
      else at[key] = value;
    }
    try {
      const got = parseWeek(copy(w));
      const said = JSON.stringify(everything(got));
      expect(said).not.toMatch(/NaN|undefined|Infinity|Invalid/);
      done++;
    } catch (e) {
      if (!(e instanceof ContractError)) throw e;
      refused++;
    }
  }
  expect(done).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});

describe("the hours shown", () => {
  test("are those of a usual day, and what has data beside", () => {
    expect(hourRange(empty)).toEqual([8, 18]);
    expect(hourRange(running)).toEqual([8, 18]);
    expect(hourRange(autumn)[0]).toBe(1);
  });
  test("an hour without data has no score and is no bad one", () => {
    const cells = heatCells(full);
    const sunday = cells.filter((c) => c.day === 6);
    expect(sunday.every((c) => c.score === null && c.step === -1 && c.fill === 0)).toBe(true);
    expect(sunday[0]!.words).toBe("Sunday, 08:00 to 09:00: nothing judged");
    const seen = cells.filter((c) => c.score !== null);
    expect(seen.length).toBeGreaterThan(30);
    expect(seen.every((c) => c.step >= 0 && c.fill > 0 && c.fill <= 1)).toBe(true);
  });
  test.each([
    [0, 0],
    [49.4, 0],
    [49.6, 1],
    [64, 1],
    [65, 2],
    [79.4, 2],
    [80, 3],
    [90, 4],
    [100, 4],
  ])("a score of %d is step %d", (score, step) => expect(heatStep(score)).toBe(step));
});

describe("days", () => {
  test("the groups of a bar are all its time", () => {
    for (const d of full.days) {
      const bar = dayBar(d);
      expect(groups.reduce((sum, g) => sum + bar[g], 0)).toBeCloseTo(bar.total, 6);
      expect(bar.total).toBeCloseTo(d.watched, 1);
    }
  });
  test("in words, without what is less than a minute", () => {
    const states = { upright: 7200, slouching: 59, away: 600, leaning_in: 90, turned: 60 };
    expect(dayWords({ ...full.days[0]!, states })).toBe(
      "Monday: upright 2 h, other sitting 2 min, away 10 min",
    );
    expect(dayWords(full.days[6]!)).toBe("Sunday: nothing watched");
  });
});

describe("the time line", () => {
  const bout = (from: string, to: string) => ({ from: stamp(from)!, to: stamp(to)!, sat: 60, open: false });
  const day = (date: string, bouts: ReturnType<typeof bout>[]) => {
    const d = [...autumn.days, ...full.days].find((d) => d.date === date)!;
    return stretches({ ...d, bouts }).map((s) => [s.from, s.to].map((h) => Math.round(h * 1000) / 1000));
  };
  test("stands by the clock on the wall", () => {
    expect(day("2026-11-16", [bout("2026-11-16T08:30:00+01:00", "2026-11-16T10:15:00+01:00")])).toEqual([
      [8.5, 10.25],
    ]);
  });
  test("on a day of 25 hours the hour that comes twice is drawn twice", () => {
    const d = autumn.days[6]!;
    expect(d.hours).toHaveLength(25);
    expect(day("2026-10-25", [bout("2026-10-25T01:30:00+02:00", "2026-10-25T04:00:00+01:00")])).toEqual([
      [1.5, 3],
      [2, 4],
    ]);
    expect(dayNotes(autumn)).toEqual([
      "Sunday 25 October had 25 hours: the clocks or the time zone changed.",
    ]);
  });
  test("on a day of 23 hours the hour left out is a gap", () => {
    const spring = parseWeek(copy(week("2026-W13")));
    const d = spring.days[6]!;
    expect(d.hours).toHaveLength(23);
    const b = bout("2026-03-29T01:00:00+01:00", "2026-03-29T04:00:00+02:00");
    expect(stretches({ ...d, bouts: [b] }).map((s) => [s.from, s.to])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(dayNotes(spring)).toEqual(["Sunday 29 March had 23 hours: the clocks or the time zone changed."]);
  });
  test("midnight ends the day", () => {
    const b = bout("2026-11-16T23:15:00+01:00", "2026-11-17T00:00:00+01:00");
    expect(day("2026-11-16", [b])).toEqual([[23.25, 24]]);
    const w = but(full, { days: [{ ...full.days[0]!, bouts: [b] }] });
    expect(boutTable(w).rows).toEqual([["Monday 16 November", "23:15", "24:00", "1 min"]]);
  });
  test("a day left out, one that came twice, and zones are said", () => {
    const span = full.days[0]!.spans[0]!;
    const days = full.days.map((d, i) =>
      i === 1 ? { ...d, spans: [] } : i === 2 ? { ...d, spans: [span, span], zone: "Pacific/Apia" } : d,
    );
    expect(dayNotes(but(full, { days }))).toEqual([
      "Tuesday 17 November was left out by your calendar.",
      "Wednesday 18 November came in parts: you changed the time zone over the date line.",
      "Times are those of your clock then: Europe/Berlin, Pacific/Apia.",
    ]);
    expect(dayNotes(full)).toEqual([]);
  });
});

describe("the trend", () => {
  test("has the five weeks before and this one, and gaps", () => {
    const points = trend(running);
    expect(points.map((p) => [p.week.slice(5), p.summary !== null])).toEqual([
      ["W43", true],
      ["W44", true],
      ["W45", false],
      ["W46", true],
      ["W47", true],
      ["W48", true],
    ]);
    expect(points.at(-1)).toMatchObject({ running: true, here: true });
    expect(trendWords(points[2]!)).toBe("Week 45: nothing watched");
    expect(trendWords(points[5]!)).toMatch(/^Week 48, so far: upright \d+ %, score \d+, sat 1\d h/);
    expect(trendTable(running).rows[2]).toEqual(["Week 45, 2026", ...Array.from({ length: 8 }, () => "–")]);
  });
});

test("each table has as many cells as heads, in every kind of week", () => {
  for (const w of [full, running, empty, sparse, autumn, coming]) {
    const tables: Table[] = [
      heatTable,
      dayTable,
      boutTable,
      trendTable,
      restTable,
      strainTable,
      diaryTable,
    ].map((f) => f(w));
    for (const t of tables) {
      for (const row of t.rows) expect(row.length, t.caption).toBe(t.head.length);
      expect(new Set(t.head).size, t.caption).toBe(t.head.length);
      expect(JSON.stringify(t)).not.toMatch(/NaN|undefined|null/);
    }
  }
  expect(dayTable(full).head.slice(1, 1 + states.length)).toHaveLength(states.length);
});

describe("the headline", () => {
  const title = (w: Week) => headline(w).title;
  test("of a week", () => {
    expect(title(full)).toMatch(/^You sat for 3\d h and were upright \d+ % of the time judged\.$/);
    expect(headline(full).sub).toMatch(
      /^Your score is \d+, \d+ (above|below) the week before\. You sat .* than then\.$/,
    );
  });
  test("of one that goes on compares no hours with a whole week", () => {
    expect(title(running)).toMatch(/^So far you sat for 1\d h/);
    expect(headline(running).sub).not.toMatch(/longer|less/);
  });
  test("when nothing could be judged", () => {
    const w = but(full, { judged: 0, uprightShare: null, score: null });
    expect(headline(w)).toEqual({
      title: expect.stringMatching(/^You sat for \d+ h\.$/),
      sub: "How you sat could not be judged.",
    });
  });
  test("of a week with little in it says so, and compares nothing", () => {
    expect(headline(sparse).sub).toMatch(/^That is little to go by: \d\d min\.$/);
  });
  test("of the very first minute", () => {
    const w = but(running, { watched: 50, sitting: 40, judged: 30, uprightShare: 1 });
    expect(headline(w)).toEqual({
      title: "So far you sat for under a minute and were upright 100 % of the time judged.",
      sub: "That is little to go by: under a minute.",
    });
  });
  test("when somebody stood, or nobody was there", () => {
    const stood = but(full, { sitting: 0, standing: 7200 });
    expect(title(stood)).toMatch(/^You stood for 2 h and were upright/);
    const nobody = { sitting: 0, standing: 0, judged: 0, uprightShare: null };
    expect(title(but(full, nobody))).toBe("Nobody sat here this week.");
    expect(title(but(running, nobody))).toBe("Nobody has sat here yet.");
  });
  const compare = (over: Partial<Week["comparison"]>) =>
    headline(but(full, { score: 84.4, comparison: { ...full.comparison, ...over } })).sub.split(
      /\.(?: |$)/,
    )[0];
  const summary = full.comparison.this;
  test.each([
    [84.4, "Your score is 84, as in the week before"],
    [80, "Your score is 84, 4 above the week before"],
    [87, "Your score is 84, 3 below the week before"],
  ])("beside a week with a score of %d", (score, words) => {
    expect(compare({ before: { ...summary, score } })).toBe(words);
  });
  test("beside earlier weeks when there is none just before, or none at all", () => {
    expect(compare({ before: null, earlier: { ...summary, score: 80 }, earlierCount: 3 })).toBe(
      "Your score is 84, 4 above 3 earlier weeks together",
    );
    expect(compare({ before: null, earlier: { ...summary, score: 80 }, earlierCount: 1 })).toBe(
      "Your score is 84, 4 above an earlier week",
    );
    expect(compare({ before: null, earlier: null, earlierCount: 0 })).toBe("Your score is 84");
    expect(
      headline(but(full, { comparison: { ...full.comparison, before: null, earlier: null } })).sub,
    ).toMatch(/There is no earlier week to compare it with yet\.$/);
  });
  test("keeps numbers and their units together", () => {
    expect(glued("You sat 31 h, 5 min, 20 s and 74 % of 3 hours")).toBe(
      "You sat 31\u00a0h, 5\u00a0min, 20\u00a0s and 74\u00a0% of 3 hours",
    );
  });
});

describe("the week's other sentences", () => {
  const breaks = (taken: number, full_: number, due: number, debt: number) =>
    breakWords(but(full, { breaks: { taken, full: full_, due, debt }, longestBout: null })).join(" ");
  test("breaks", () => {
    expect(breaks(0, 0, 0, 0)).toBe("No break taken. None was suggested.");
    expect(breaks(1, 1, 1, 0)).toBe("One break taken, of five minutes or more. One was suggested.");
    expect(breaks(4, 4, 6, 1)).toBe(
      "4 breaks taken, all of five minutes or more. 6 suggested; 1 was not made up for.",
    );
    expect(breaks(9, 2, 9, 0)).toBe(
      "9 breaks taken, 2 of them of five minutes or more. 9 suggested; all were made up for.",
    );
    expect(breakWords(full).at(-1)).toMatch(/^You sat 1 h \d+ min at a stretch at most, on \w+day\.$/);
  });
  test("slouches", () => {
    const said = (count: number, total: number, median: number | null, longest: number | null) =>
      episodeWords({ ...full, episodes: { count, total, median, longest } }).join(" ");
    expect(said(0, 0, null, null)).toBe("No slouch that lasted.");
    expect(said(1, 75, 75, 75)).toBe("One slouch, of 1 min 15 s.");
    expect(said(3, 300, 48, 200)).toBe(
      "3 slouches, 5 min in all. Half of them were over within 48 s; the longest took 3 min 20 s.",
    );
  });
  test("alerts", () => {
    const none = { total: 0, strong: 0, dismissed: 0, wrong: 0, corrected: 0, correction: null };
    const said = (over: object) => alertWords({ ...full, alerts: { ...none, ...over } }).join(" ");
    expect(said({})).toBe("No alert came.");
    expect(said({ total: 1, corrected: 1, correction: 12 })).toBe(
      "One alert came. Once you sat upright again after it, within 12 s.",
    );
    expect(said({ total: 9, strong: 2, dismissed: 3, wrong: 1, corrected: 5, correction: 22 })).toBe(
      "9 alerts came, 2 a stronger one. 5 times you sat upright again, half of them within 22 s. 3 put away, 1 called wrong.",
    );
  });
  test("how much could be judged", () => {
    const said = (over: Partial<Week>) => coverageWords(but(full, over));
    expect(said({ watched: 36_000, away: 36_000 })).toBe("Sitwell watched for 10 h, and nobody was there.");
    expect(said({ watched: 36_000, away: 0, judged: 0, coverage: 0, unobservable: 36_000 })).toBe(
      "Sitwell watched for 10 h; in none of it posture could be judged. For 10 h the camera could not make you out.",
    );
    expect(said({ watched: 36_000, away: 7200, judged: 25_000, coverage: 0.868, unobservable: 30 })).toBe(
      "Sitwell watched for 10 h; you were there for 8 h, and posture could be judged in 87 % of that.",
    );
  });
  test("key figures stand beside the week before", () => {
    const keys = keyFigures(full);
    expect(keys.map((k) => k.label)).toEqual([
      "Sat",
      "Upright",
      "Score",
      "Breaks",
      "Longest stretch",
      "Could be judged",
    ]);
    expect(keys[0]!.note).toMatch(/^\d+ h the week before$/);
    expect(keyFigures(empty).map((k) => k.value)).toEqual(["under a minute", "–", "–", "0", "–", "–"]);
  });
  test("strain", () => {
    expect([strain(null), strain(0), strain(0.4), strain(75.9)]).toEqual([
      "–",
      "none",
      "under a minute",
      "1 h 15 min",
    ]);
    const lower = strainRows(full).areas[1]!;
    expect(lower.words).toMatch(/^Lower back: \d+ h.*, of it long sitting .*; the week before \d+ h/);
    expect(lower.sitting).toBeGreaterThan(0);
    expect(strainRows(full).areas[0]!.sitting).toBe(0);
  });
  test("the diary", () => {
    const said = diary(full).find((r) => r.area === "upper_back")!;
    expect(said.days.filter((d) => d.tension !== null).length).toBeGreaterThan(1);
    expect(said.days[6]!.words).toBe("Sunday, upper back: tension not said, strain –");
    const days = full.days.map((d, i) =>
      i === 0 ? { ...d, checkIns: [{ area: "overall", count: 2, mean: 4.5, highest: 6 }] } : d,
    );
    expect(diary(but(full, { days }))[2]!.days[0]!.words).toMatch(
      /^Monday, all in all: tension 4\.5 of 10 \(mean of 2\)/,
    );
  });
  test("what an insight rests on", () => {
    const [hour, rest, best] = full.insights;
    expect(insightBasis(hour!)).toMatch(/^It rests on 5 days and \d+ h that could be judged\.$/);
    expect(insightBasis({ ...hour!, rule: "onset", n: 12, seconds: 34_200 })).toBe(
      "It rests on 12 stretches of sitting and 9 h 30 min of sitting.",
    );
    expect(insightBasis({ ...hour!, rule: "moon_phase", n: 1 })).toMatch(/^It rests on one case and/);
    expect(insightFigures(hour!).slice(0, 2)).toEqual([
      { label: "Hour from", value: "14:00" },
      { label: "Slouching then", value: "31 %" },
    ]);
    expect(insightFigures(rest!).at(-1)).toEqual({ label: "Judged before", value: "8 h 10 min" });
    expect(insightFigures(best!)).toContainEqual({ label: "Day", value: "Tuesday" });
    expect(insightFigures({ ...hour!, figures: { new_thing: 1.234 } })).toEqual([
      { label: "New thing", value: "1.23" },
    ]);
  });
});

describe("an empty week", () => {
  test("is told from one that is to come and from one that has little", () => {
    expect([full, sparse, empty, coming].map(isEmpty)).toEqual([false, false, true, true]);
    expect([full, running, empty, coming].map((w) => isToCome(w, weekNow))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(weekName(empty)).toBe("Week 45 · 2 to 8 November 2026");
  });
  test("leads to the nearest one with something", () => {
    expect(nearestWeek(empty, first, last)).toBe("2026-W44");
    expect(nearestWeek(coming, first, last)).toBe("2026-W48");
    expect(nearestWeek(read("2020-W30"), first, last)).toBe("2021-W01");
    expect(nearestWeek(empty, null, null)).toBe("2026-W44");
    const lone = but(empty, { comparison: { ...empty.comparison, weeks: [] } });
    expect(nearestWeek(lone, null, null)).toBeNull();
    expect(nearestWeek(lone, first, last)).toBe("2026-W48");
  });
});

test("what was done for the back", () => {
  const did = (...all: [string, number][]) =>
    doneWords({ exercises: all.map(([exercise, times]) => ({ exercise, times, total: 30 * times })) });
  expect(did()).toBe("");
  expect(did(["chin_tuck", 1])).toBe("1 exercise, 30 s in all: chin tuck once.");
  expect(did(["chin_tuck", 3], ["walk", 2])).toBe(
    "5 exercises, 2 min 30 s in all: chin tuck 3 times, walk twice.",
  );
  const many = did(...["a", "b", "c", "d", "e", "f", "g", "h"].map((e): [string, number] => [e, 1]));
  expect(many).toContain("f once, and 2 others.");
});
