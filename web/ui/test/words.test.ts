import { expect, test } from "vitest";
import {
  eventKinds,
  parseBaselines,
  parseEvent,
  parseLive,
  parseWhatIf,
  signals,
  silences,
  sourceStatuses,
} from "../src/contract";
import {
  ago,
  baselineWords,
  breakPraise,
  dayLabel,
  demoWords,
  duration,
  eventWords,
  minutes,
  percent,
  plain,
  qualityWord,
  signalLabel,
  signalMeaning,
  silenceWords,
  sourceTrouble,
  sourceWords,
  stateWords,
  whatIfWords,
} from "../src/words";
import { baselines, events, scenes, status, whatif, type Wire } from "./scenes";

const live = (over: Wire = {}) => parseLive(status(over));

test.each([
  [-3, "0 s"],
  [0.9, "0 s"],
  [24.7, "24 s"],
  [60, "1 min"],
  [78.4, "1 min 18 s"],
  [299, "4 min 59 s"],
  [301, "5 min"],
  [3599, "59 min"],
  [3600, "1 h"],
  [3900, "1 h 5 min"],
])("%d seconds last %s", (s, want) => expect(duration(s)).toBe(want));

test.each([
  [0, "under a minute"],
  [59, "under a minute"],
  [60, "1 min"],
  [2538, "42 min"],
  [7260, "2 h 1 min"],
])("%d seconds are %s", (s, want) => expect(minutes(s)).toBe(want));

test.each([
  [24, "24 s"],
  [59.7, "1 min"],
  [90, "1:30 min"],
  [120, "2 min"],
  [245, "4:05 min"],
])("%d seconds ago is %s", (s, want) => expect(ago(s)).toBe(want));

test.each([
  [0.974, "97 %"],
  [-1, "0 %"],
  [7, "100 %"],
])("%d is %s", (share, want) => expect(percent(share)).toBe(want));

test.each([
  ["upright", "Sitting upright", ""],
  ["slouching", "Slouching for 24 s", "Mostly: head sunk."],
  ["leaning", "Leaning in", ""],
  ["away", "Nobody there", ""],
  ["dark", "I can’t see you: it is too dark", "Switch on a light in front of you, or turn towards a window."],
  ["baseline", "No baseline yet", expect.stringContaining("press the button")],
])("%s is said as %s", (scene, title, todo) => {
  expect(stateWords(parseLive(scenes[scene]))).toEqual({ title, todo });
});

test("a reason that has no words of its own is said as it is", () => {
  const l = live({ state: "unknown", reason: "fog", score: null });
  expect(stateWords(l).title).toBe("I can’t tell: fog");
});

test("a baseline that is taken by itself shows how far it is", () => {
  const l = live({
    state: "unknown",
    reason: "no baseline",
    baseline: null,
    calibration: { status: "running", remaining_s: 0, progress: 0.4, quality: 1 },
  });
  expect(stateWords(l)).toEqual({
    title: "Learning your upright",
    todo: "Sit comfortably upright. 40 % done.",
  });
});

test.each(sourceStatuses.filter((s) => s !== "live"))("source %s says what it is and what to do", (s) => {
  const words = sourceTrouble(live({ source: { status: s } }).source);
  expect(words?.title).toBeTruthy();
  expect(words?.todo).toBeTruthy();
});

test("the service's own words about the source come first", () => {
  expect(sourceTrouble(live({ source: { status: "busy", message: "Zoom has it." } }).source)?.todo).toBe(
    "Zoom has it.",
  );
  expect(sourceTrouble(live().source)).toBeNull();
});

test("the camera line", () => {
  expect(sourceWords(live())).toEqual({
    name: "Integrated Camera",
    figures: "640 × 480 · 2 of 2 looks a second · 13 ms each",
  });
  expect(sourceWords(live({ rates: { target_hz: 2, observed_hz: 1.96, model_ms: 0 } })).figures).toContain(
    "2 of 2",
  );
});

test("the demo is said in the service's words, else in ours", () => {
  expect(demoWords(parseLive(scenes["demo"]))).toMatch(
    /^No camera was found.*8 s instead of 60 s.*history\.$/,
  );
  const quiet = live({
    source: { demo: true, message: "" },
    policy: { alert_after_s: 8, break_after_s: 8, shortened: true, careful: false },
  });
  expect(demoWords(quiet)).toMatch(/after 8 s\. None of it goes into your history\.$/);
});

test("each event in words", () => {
  expect(events.map((e) => eventWords(parseEvent(e)))).toEqual([
    "Sat down",
    "Camera back",
    "Your upright was taken",
    "Sitting ended after 52 min",
    "Sat down",
    "Began slouching",
    "Alert: slouching for 1 min",
    "Stopped slouching after 1 min 14 s",
    "Upright again",
  ]);
});

test("a check-in says where and how much", () => {
  const time = new Date(1e12).toISOString();
  const say = (over: object) => eventWords(parseEvent({ kind: "check_in", time, ...over }));
  expect(say({ area: "lower_back", level: 7 })).toBe("Lower back: 7 of 10");
  expect(say({ area: "upper_back" })).toBe("Upper back: 0 of 10"); // Go leaves a zero out
  expect(say({ area: "left_knee", level: 2 })).toBe("Left knee: 2 of 10");
  expect(say({ level: 2 })).toBe("Tension: 2 of 10");
});

test("each kind of event and each signal has words of its own", () => {
  const time = new Date(1e12).toISOString();
  for (const kind of eventKinds) {
    const words = eventWords(parseEvent({ kind, time, seconds: 130, level: 2 }));
    if (!["paused", "camera_back"].includes(kind)) expect(words, kind).not.toBe(plain(kind));
    expect(words).not.toMatch(/undefined|_/);
  }
  for (const s of signals) expect([signalLabel(s), signalMeaning(s)]).not.toContain("");
});

test("what is new to the page is named plainly", () => {
  expect(signalLabel("upper_jaw")).toBe("Upper jaw");
  expect(signalLabel("constructor")).toBe("Constructor");
  expect(signalMeaning("constructor")).toBe("");
  expect(eventWords(parseEvent({ kind: "stood_on_head", time: new Date(1e12).toISOString() }))).toBe(
    "Stood on head",
  );
  expect(stateWords(live({ state: "unknown", reason: "constructor", score: null })).title).toBe(
    "I can’t tell: constructor",
  );
});

test("breaks by what they amount to", () => {
  const at = new Date(1e12).toISOString();
  const words = [1, 2, 3].map((level) =>
    eventWords(parseEvent({ kind: "break", time: at, seconds: 150, level })),
  );
  expect(words).toEqual(["Away for 2 min 30 s", "A break of 2 min 30 s", "A full break of 2 min 30 s"]);
});

test("a break says how it was seen to be one, in the list and once it is over", () => {
  const time = new Date(1e12).toISOString();
  const of = (over: object) => parseEvent({ kind: "break", time, seconds: 185, level: 2, ...over });
  const both = (over: object, from = 120) => [eventWords(of(over)), breakPraise(of(over), from)];
  expect(both({ state: "away" })).toEqual([
    "A break of 3 min 5 s away from the chair",
    "That was a break: 3 min away from the chair.",
  ]);
  expect(both({ state: "standing", level: 3, seconds: 400 })).toEqual([
    "A full break of 6 min on your feet",
    "That was a full break: 6 min on your feet.",
  ]);
  expect(both({ exercise: "chin_tuck" })).toEqual([
    "A break of 3 min 5 s of exercises",
    "That was a break: 3 min of exercises.",
  ]);
  expect(both({ level: 1, seconds: 70, state: "away" })).toEqual([
    "Away for 1 min 10 s",
    "Back after 1 min: it counts as a break from 2 min.",
  ]);
  expect(both({ level: 1, seconds: 45, state: "standing" })[0]).toBe("On your feet for 45 s");
  expect(both({ level: 1, seconds: 5 }, 8)[1]).toBe("Back after 5 s: it counts as a break from 8 s.");
});

test("an exercise is told by its name, how long and how often", () => {
  const time = new Date(1e12).toISOString();
  const words = (over: object) => eventWords(parseEvent({ kind: "exercise", time, ...over }));
  expect(words({ text: "Chin tuck", seconds: 48, level: 10 })).toBe("Chin tuck, 48 s, 10 times");
  expect(words({ text: "Walk", seconds: 120, level: 1 })).toBe("Walk, 2 min");
  expect(words({ text: "Plank", level: 0 })).toBe("Plank");
  expect(words({ seconds: 48, level: 10 })).toBe("An exercise for 48 s");
});

test.each([...silences, "a_newer_one"])("silence %s says why", (silence) => {
  const words = silenceWords(live({ silence, silent_until: "2026-03-04T15:30:00Z" }), 3);
  expect(words).toMatch(/\d:\d\d/);
  expect(silenceWords(live({ silence }), 0)).not.toMatch(/undefined|null|NaN|0 alerts/);
});

test("no silence says nothing", () => expect(silenceWords(live(), 0)).toBe(""));

test.each([
  [1, "good"],
  [0.75, "good"],
  [0.6, "fair"],
  [0.49, "poor"],
])("a quality of %d is %s", (q, word) => expect(qualityWord(q)).toBe(word));

test("stored uprights", () => {
  expect(parseBaselines({ baselines }).map(baselineWords)).toEqual([
    "Integrated Camera · quality 97 % · sharpened by your slouch",
    "Integrated Camera · quality 91 %",
    "Integrated Camera · quality 88 % · not used: camera moved",
    "HD Webcam C615 · quality 42 % · a first guess",
  ]);
});

test("what would have happened", () => {
  const w = parseWhatIf(whatif);
  expect(whatIfWords(w)).toBe(
    "In the last 7 days 12 alerts came; with these settings it would have been 7 alerts. Told from 31 h of measurements.",
  );
  expect(whatIfWords({ ...w, was: 1, would: 0 })).toContain(
    "one alert came; with these settings it would have been no alert",
  );
  expect(whatIfWords({ ...w, leftOut: "block 3: cut short" })).toMatch(
    /could not be read: block 3: cut short\.$/,
  );
  expect(whatIfWords({ ...w, watched: 0 })).toMatch(/^There are no measurements/);
  expect(dayLabel("2026-03-04")).toMatch(/4/);
  expect(dayLabel("yesterday")).toBe("yesterday");
});
