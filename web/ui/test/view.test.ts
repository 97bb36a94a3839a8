import { expect, test } from "vitest";
import { parseEvent, parseLive } from "../src/contract";
import { reduce, start, type App } from "../src/store";
import {
  bars,
  degrees,
  isStale,
  linkWords,
  moodOf,
  now,
  offer,
  silence,
  sitting,
  standingAlert,
  wrongAlerts,
} from "../src/view";
import { events, scenes, status, t0, type Wire } from "./scenes";

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
  ["none", "calm"],
  ["ambient", "poor"],
  ["alert", "alert"],
  ["strong", "alert"],
  ["a_newer_one", "calm"],
])("a slouch of level %s is %s", (level, mood) => {
  expect(moodOf(parseLive({ ...scenes["slouching"], level }))).toBe(mood);
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

test.each([
  ["baseline", "first", ""],
  ["upright", "again", /^100 is your upright of/],
  ["guess", "better", /first guess/],
  ["moved", "again", "Not judged: the camera moved"],
] as const)("%s: what the button is for, and what 100 is", (scene, calibrate, note) => {
  const v = now(app(scenes[scene]!));
  expect(v.calibrate).toBe(calibrate);
  expect(v.scoreNote).toEqual(typeof note === "string" ? note : expect.stringMatching(note));
});

test("a stale baseline, once the question is answered, wants to be taken again", () => {
  const v = now(app({ ...scenes["moved"]!, ask: null }));
  expect(v).toMatchObject({ title: "The camera has moved", calibrate: "first", score: "–" });
});

test("why a slouch is not told", () => {
  expect(now(app(scenes["snoozed"]!)).todo).toMatch(/^Mostly: head sunk\. No alert comes: snoozed until /);
  // One that came and was put away is no riddle.
  const put = reduce(app(scenes["snoozed"]!), {
    type: "events",
    events: [parseEvent({ id: 40, kind: "alert", time: new Date(t0 - 70e3).toISOString() })],
  });
  expect(now(put).todo).toBe("Mostly: head sunk.");
});

test("the hour's alerts are counted for who asks why there are no more", () => {
  const a = reduce(app(scenes["strong"]!), { type: "events", events: events.map((e) => parseEvent(e)) });
  expect(silence(a)).toMatch(/^1 alert came within the hour: that will do\. The next can come from .* on\.$/);
});

test("that was wrong: of the alert that stands, once, and taken back", () => {
  const said = (id: number, kind: string, ref: number) =>
    parseEvent({ id, kind, ref, time: new Date(t0).toISOString() });
  let a = reduce(app(scenes["alert"]!), { type: "events", events: events.map((e) => parseEvent(e)) });
  expect(standingAlert(a)).toBe(25);
  a = reduce(a, { type: "events", events: [said(30, "wrong", 25)] });
  expect(standingAlert(a)).toBeNull();
  expect([...wrongAlerts(a.events)]).toEqual([25]);
  a = reduce(a, { type: "events", events: [said(31, "wrong_off", 25)] });
  expect(wrongAlerts(a.events).size).toBe(0);
  expect(standingAlert(app(status()))).toBeNull();
});

test("degrees only where they are, each with its error", () => {
  const rows = degrees(app(scenes["alert"]!))!;
  expect(rows.map((r) => `${r.label}: ${r.value}`)).toEqual([
    "Upper back: about 12° more rounded (±4°)",
    "Neck: about 9° further forward (±5°)",
    "Trunk: as in your upright (±6°)",
    "Sideways: as in your upright (±3°)",
    "Face: about 5° further down (±4°)",
  ]);
  for (const scene of ["dark", "away", "paused", "moment"]) {
    expect(degrees(app({ ...scenes[scene], ...(scene === "moment" && { angles: null }) }))).toBeNull();
  }
});

test("degrees do not flicker", () => {
  const at = (deg: number) => {
    const { angles } = scenes["alert"]! as { angles: Wire };
    return parseLive({
      ...scenes["alert"],
      angles: { ...angles, thoracic_flexion: { deg, band_deg: 4 } },
    });
  };
  let a = reduce(start, { type: "live", live: at(12.4), at: 0 });
  const shown = (live: ReturnType<typeof at>) => {
    a = reduce(a, { type: "live", live, at: 0 });
    return degrees(a)![0]!.value;
  };
  expect(shown(at(12.6))).toBe("about 12° more rounded (±4°)");
  expect(shown(at(14))).toBe("about 14° more rounded (±4°)");
  expect(shown(at(-6))).toBe("about 6° straighter (±4°)");
});

test.each([
  [{}, "Next break in 14 min.", "3 breaks today."],
  [{ due_in_s: 42 }, "A break is due in under a minute.", "3 breaks today."],
  [
    { due: true, due_in_s: 0, taken: 0, debt: 1 },
    /^A break would do you good/,
    "No break today, one still open.",
  ],
  [{ taken: 1, debt: 2 }, "Next break in 14 min.", "One break today, 2 still open."],
  [{ taken: 0 }, "Next break in 14 min.", "No break yet today."],
  [{ away_s: 130, level: 2, how: "left" }, "Away for 2 min 10 s: a break.", "3 breaks today."],
  [{ away_s: 130, level: 2, how: "stood" }, "On your feet for 2 min 10 s: a break.", "3 breaks today."],
])("breaks %j", (over, next, today) => {
  const breaks = { ...(status()["breaks"] as Wire), ...over };
  const v = sitting(app(status({ breaks })));
  expect(v.next).toEqual(typeof next === "string" ? next : expect.stringMatching(next));
  expect(v.today).toBe(today);
});

test("an exercise is said calmly: nothing is judged meanwhile", () => {
  expect(now(app(scenes["exercising"]!))).toMatchObject({
    mood: "quiet",
    title: "You are doing an exercise",
    todo: "Your posture isn’t judged meanwhile.",
    score: "–",
  });
});

test("an alert comes before what is offered", () => {
  expect(offer(app(scenes["breakdue"]!))?.kind).toBe("break");
  expect(offer(app({ ...scenes["alert"]!, offer: scenes["breakdue"]!["offer"] }))).toBeNull();
  expect(offer(start)).toBeNull();
});

test("with care a break says nothing of feet", () => {
  const over = (breaks: Wire) => ({
    ...scenes["breakcareful"]!,
    offer: null,
    breaks: { ...(scenes["breakcareful"]!["breaks"] as Wire), ...breaks },
  });
  expect(sitting(app(over({}))).next).toBe("A break from sitting would do you good, as is easy for you.");
  const stood = { away_s: 130, level: 2, how: "stood" };
  expect(sitting(app(over(stood))).next).toBe("Not sitting for 2 min 10 s: a break.");
});

test("what is offered is not said twice", () => {
  expect(sitting(app(scenes["breakdue"]!)).next).toBe("A break is due.");
  expect(sitting(app({ ...scenes["breakdue"]!, offer: null })).next).toMatch(/^A break would do you good/);
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
  expect(all.map((b) => b.points)).toEqual([28, 11, 8, 8, 2, 0, 0]);
  expect(all[0]!.share).toBeCloseTo(0.28);
  for (const scene of ["dark", "away", "paused"]) expect(bars(parseLive(scenes[scene]))).toBeNull();
});

test("a signal of a newer service has its place after those that are known", () => {
  const live = parseLive(status({ parts: [{ signal: "upper_jaw", points: 12 }] }));
  expect(bars(live)!.at(-1)).toMatchObject({ label: "Upper jaw", points: 12 });
});

test("sitting since the bout began, when that is known", () => {
  let a = app(status());
  expect(sitting(a)).toMatchObject({ length: "42 min", since: "", minutes: 42, breakAt: 57 });
  a = reduce(a, { type: "events", events: events.map((e) => parseEvent(e)) });
  expect(sitting(a).since).toMatch(/^since \d+:\d\d/);
  expect(sitting(app(scenes["away"]!)).length).toBe("–");
});
