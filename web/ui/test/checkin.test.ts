import { describe, expect, test } from "vitest";
import {
  askWithin,
  asksOf,
  longOver,
  mostAsks,
  occasion,
  readAsks,
  somebody,
  type Asks,
} from "../src/checkin";
import { today } from "../src/calendar";
import { parseEvent, parseLive } from "../src/contract";
import { reduce, start, type App } from "../src/store";
import { scenes, status, t0, type Wire } from "./scenes";

const minute = 60e3;
let id = 1;
const event = (kind: string, time: number, more: Wire = {}) =>
  parseEvent({ id: id++, kind, time: new Date(time).toISOString(), ...more });
const full = (ago: number, level = 2) => event("break", t0 - ago, { level });
function app(events: ReturnType<typeof event>[], live: Wire = {}): App {
  const at = performance.now();
  let a = reduce(start, { type: "opened", at });
  a = reduce(a, { type: "live", live: parseLive(status(live)), at });
  return reduce(a, { type: "events", events });
}
const day = today(t0);
const away = { state: "away", sitting_s: 0, score: null };

describe("it is asked", () => {
  test("by somebody who has just come back from a break", () => {
    expect(occasion(app([full(minute)]), null)).toBe(t0 - minute);
    expect(occasion(app([full(minute, 3)]), null)).toBe(t0 - minute);
    expect(occasion(app([full(askWithin)]), null)).toBe(t0 - askWithin);
  });
  test("when the last bout is long over", () => {
    const ended = event("bout_end", t0 - longOver);
    expect(occasion(app([ended], away), null)).toBe(t0 - longOver);
    expect(occasion(app([ended, event("bout_start", t0 - minute)], away), null)).toBeNull();
    expect(occasion(app([event("bout_end", t0 - longOver + 1000)], away), null)).toBeNull();
    expect(occasion(app([ended]), null)).toBeNull(); // sits
    expect(occasion(app([event("bout_end", t0 - 20 * 3600e3)], away), null)).toBeNull(); // yesterday
  });
});

describe("at the end of the day", () => {
  const ends = { offer: scenes["dayend"]!["offer"] };
  test("it is asked beside what is offered, as often as at other times", () => {
    const at = t0 - minute;
    expect(occasion(app([], ends), null)).toBe(at);
    expect(occasion(app([], ends), { day, asked: [1], off: false })).toBe(at);
    expect(occasion(app([], ends), { day, asked: [1, 2], off: false })).toBeNull();
    expect(occasion(app([], ends), { day, asked: [], off: true })).toBeNull();
    expect(occasion(app([], { offer: scenes["breakdue"]!["offer"] }), null)).toBeNull();
  });
});

test("somebody is there whom the camera sees", () => {
  expect(somebody(app([]))).toBe(true);
  expect(somebody(app([], away))).toBe(false);
  expect(somebody(app([], { state: "unknown", score: null }))).toBe(false);
  expect(somebody(start)).toBe(false);
});

describe("it is not asked", () => {
  test.each<[string, App]>([
    ["in the midst of work", app([full(askWithin + 1000)])],
    ["without a break", app([])],
    ["after an interruption", app([full(minute, 1)])],
    ["after an interruption since the break", app([full(2 * minute), full(minute, 1)])],
    [
      "after a routine, which asks itself",
      app([event("break", t0 - minute, { level: 2, exercise: "walk" })]),
    ],
    ["while the break lasts", app([full(minute)], away)],
    ["of somebody who can't be seen", app([full(minute)], { state: "unknown", score: null })],
    ["in the demo", app([full(minute)], { source: { demo: true } })],
    ["without a picture", app([full(minute)], { source: { status: "lost" } })],
    ["beside an alert", app([full(minute)], { alert: scenes["alert"]!["alert"] })],
    [
      "when it was said since",
      app([full(minute), event("check_in", t0 - minute / 2, { area: "overall", level: 2 })]),
    ],
    [
      "when it was said twice today",
      app([
        event("check_in", t0 - 120 * minute, { area: "overall", level: 2 }),
        event("check_in", t0 - 60 * minute, { area: "overall", level: 2 }),
        full(minute),
      ]),
    ],
    ["while the connection is lost", reduce(app([full(minute)]), { type: "lost", at: 0, retryAt: 1 })],
  ])("%s", (_, a) => {
    expect(occasion(a, null)).toBeNull();
  });
  test("more than twice a day, nor once it was put away, but again the next day", () => {
    const a = app([full(minute)]);
    const at = t0 - minute;
    const asks = (asked: number[], off = false): Asks => ({ day, asked, off });
    expect(occasion(a, asks([1]))).toBe(at);
    expect(occasion(a, asks([1, 2]))).toBeNull();
    expect(occasion(a, asks([1, at]))).toBe(at); // that one stands
    expect(occasion(a, asks([], true))).toBeNull();
    expect(occasion(a, { ...asks([1, 2], true), day: "2026-03-03" })).toBe(at);
    expect(mostAsks).toBe(2);
  });
  test("what is said of three areas at once is said once", () => {
    const said = ["upper_back", "lower_back", "overall"].map((area, i) =>
      event("check_in", t0 - 60 * minute + i, { area, level: 2 }),
    );
    expect(occasion(app([...said, full(minute)]), null)).toBe(t0 - minute);
  });
});

test("what was kept is read, or was not asked", () => {
  const kept = { day, asked: [1, 2], off: false };
  expect(readAsks(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  for (const v of [
    null,
    3,
    "x",
    [],
    {},
    { ...kept, asked: "1" },
    { ...kept, asked: ["1"] },
    { ...kept, off: 1 },
  ]) {
    expect(readAsks(v)).toBeNull();
  }
  expect(asksOf(kept, "2026-03-05")).toEqual({ day: "2026-03-05", asked: [], off: false });
});
