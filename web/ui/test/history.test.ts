import { expect, test } from "vitest";
import { parseLive } from "../src/contract";
import {
  addSample,
  columns,
  nearest,
  readSamples,
  runs,
  span,
  summary,
  timeWindow,
  type Sample,
} from "../src/history";
import { before, scenes, status, t0, type Wire } from "./scenes";

const s0 = t0 / 1000;
const add = (have: readonly Sample[], seconds: number, over: Wire = {}) =>
  addSample(have, parseLive(status({ time: new Date(t0 + seconds * 1000).toISOString(), ...over })));

test("ten minutes are kept, one sample a second", () => {
  let have: readonly Sample[] = [];
  for (const live of before(scenes["upright"]!)) have = addSample(have, parseLive(live));
  for (let i = 0; i < 3000; i++) have = add(have, i / 10);
  expect(have).toHaveLength(span + 1);
  expect(have[0]!.t).toBe(s0 + 299 - span);
  expect(have.at(-1)!.t).toBe(s0 + 299);
});

test("of one second the first stays, unless the state changes", () => {
  const have = add([], 0, { score: 90 });
  expect(add(have, 0.5, { score: 80 })).toBe(have);
  expect(add(have, 0.5, { state: "slouching", score: 50 })).toEqual([
    { t: s0, score: 50, state: "slouching" },
  ]);
});

test("a clock set back drops what would lie in the future", () => {
  let have: readonly Sample[] = [];
  for (let s = 0; s < 60; s++) have = add(have, s);
  have = add(have, 30);
  expect(have).toHaveLength(31);
  expect(have.at(-1)!.t).toBe(s0 + 30);
});

test("nothing is added without a picture, nor a score for nobody", () => {
  const have = add([], 0);
  expect(add(have, 5, { source: { status: "lost" } })).toBe(have);
  expect(add(have, 5, { time: "0001-01-01T00:00:00Z" })).toBe(have);
  expect(add(have, 5, { state: "away", score: 50 }).at(-1)!.score).toBeNull();
});

const made: Sample[] = [
  { t: 100, score: 95, state: "upright" },
  { t: 101, score: 94, state: "upright" },
  { t: 102, score: 50, state: "slouching" },
  { t: 107, score: 51, state: "slouching" },
  { t: 200, score: null, state: "away" },
];

test("stretches end where the state or the watching does", () => {
  expect(runs(made)).toEqual([
    { from: 100, to: 102, state: "upright" },
    { from: 102, to: 108, state: "slouching" },
    { from: 200, to: 201, state: "away" },
  ]);
});

test("the line breaks where nothing was watched", () => {
  expect(columns(made)).toEqual([
    [100, 101, 102, 107, 108, 200],
    [95, 94, 50, 51, null, null],
  ]);
});

test("the chart in words", () => {
  expect(summary([])).toBe("The chart fills while you are watched.");
  expect(summary(made)).toBe("Slouching 6 s, upright 2 s, nobody there 1 s. Middle score 94.");
});

test("the moment that is pointed at", () => {
  expect(nearest(made, 103)?.t).toBe(102);
  expect(nearest(made, 150)).toBeNull();
  expect(nearest([], 150)).toBeNull();
});

test.each([
  [null, null, 120],
  [100, 130, 120],
  [100, 221, 300],
  [100, 700, 600],
  [100, 900, 600],
])("from %s to %s the chart shows %i s", (first, last, want) => {
  const [from, to] = timeWindow(first, last);
  expect(to - from).toBe(want);
  expect(to).toBe(last ?? 0);
});

test("a reload keeps what is sound and young", () => {
  expect(readSamples(made, 210)).toEqual(made);
  expect(readSamples(made, 105)).toEqual(made.slice(0, 3));
  expect(readSamples(made, 10_000)).toEqual([]);
  for (const odd of [
    null,
    "x",
    {},
    [null],
    [{ t: "1" }],
    [{ t: 5, state: "lying" }],
    [{ t: 5, state: "upright", score: "9" }],
  ]) {
    expect(readSamples(odd, 10)).toEqual([]);
  }
});
