import { expect, test } from "vitest";
import { parseEvent, parseLive } from "../src/contract";
import { reduce, start, type App } from "../src/store";
import { bars, isStale, linkWords, moodOf, now, sitting } from "../src/view";
import { events, scenes, status, type Wire } from "./scenes";

const app = (wire: Wire): App => reduce(start, { type: "live", live: parseLive(wire), at: 1000 });

test.each([
  ["upright", "calm"],
  ["moment", "calm"],
  ["slouching", "poor"],
  ["alert", "alert"],
  ["leaning", "calm"],
  ["dark", "quiet"],
  ["away", "quiet"],
  ["paused", "quiet"],
  ["nocamera", "quiet"],
])("the mood of %s is %s", (scene, mood) => expect(moodOf(parseLive(scenes[scene]))).toBe(mood));

test.each([
  [9.9, "calm"],
  [10, "poor"],
])("a slouch of %d s is %s", (poor_s, mood) => {
  expect(moodOf(parseLive({ ...scenes["slouching"], poor_s }))).toBe(mood);
});

test.each([
  ["upright", "Sitting upright", "96", "Upright – Sitwell"],
  ["slouching", "Slouching for 24 s", "44", "Slouching – Sitwell"],
  ["dark", "I can’t see you: it is too dark", "–", "I can’t see you: it is too dark – Sitwell"],
  ["away", "Nobody there", "–", "Nobody there – Sitwell"],
  ["paused", "Paused", "–", "Paused – Sitwell"],
  ["busy", "The camera is in use elsewhere", "–", "The camera is in use elsewhere – Sitwell"],
])("%s: title, score and tab", (scene, title, score, tab) => {
  expect(now(app(scenes[scene]!))).toMatchObject({ title, score, tab });
});

test("the trouble of the camera comes before what was seen last", () => {
  const v = now(app(status({ source: { status: "lost", message: "It was unplugged." } })));
  expect(v).toMatchObject({
    title: "The camera has gone",
    todo: "It was unplugged.",
    score: "–",
    mood: "quiet",
  });
});

test("without a baseline the button is what matters", () => {
  expect(now(app(scenes["baseline"]!)).askBaseline).toBe(true);
  expect(now(app(scenes["upright"]!)).askBaseline).toBe(false);
});

test("before the first message, and when none can come", () => {
  expect(now(start).title).toBe("Connecting");
  expect(now(reduce(start, { type: "lost", at: 1, retryAt: 2 })).title).toBe("Sitwell does not answer");
});

test("a lost connection greys what was seen and says so in the tab", () => {
  const lost = reduce(app(status()), { type: "lost", at: 13_000, retryAt: 17_000 });
  expect(isStale(lost)).toBe(true);
  expect(now(lost)).toMatchObject({
    title: "Sitting upright",
    mood: "quiet",
    tab: "Not connected – Sitwell",
  });
  expect(linkWords(lost, 13_500)).toBe(
    "The connection to Sitwell is lost. What you see is 12 s old. Trying again in 4 s.",
  );
  expect(linkWords({ ...lost, link: { ...lost.link, retryAt: null } }, 13_500)).toMatch(
    /Trying again now\.$/,
  );
  expect(linkWords(reduce(lost, { type: "lost", at: 1, retryAt: 2, locked: true }), 5)).toMatch(/token/);
});

test("silence is said too", () => {
  const silent = reduce(app(status()), { type: "silent" });
  expect(isStale(silent)).toBe(true);
  expect(linkWords(silent, 12_000)).toBe("No news from Sitwell. What you see is 11 s old.");
});

test("the parts keep their order, and there are none without a score", () => {
  const all = bars(parseLive(scenes["slouching"]))!;
  expect(all.map((b) => b.points)).toEqual([31, 14, 9, 2, 0, 0]);
  expect(all[0]!.share).toBeCloseTo(0.31);
  for (const scene of ["dark", "away", "paused"]) expect(bars(parseLive(scenes[scene]))).toBeNull();
});

test("sitting since the bout began, when that is known", () => {
  let a = app(status());
  expect(sitting(a)).toEqual({ length: "42 min", since: "", minutes: 42 });
  a = reduce(a, { type: "events", events: events.map((e) => parseEvent(e)) });
  expect(sitting(a).since).toMatch(/^since \d+:\d\d/);
  expect(sitting(app(scenes["away"]!)).length).toBe("–");
});
