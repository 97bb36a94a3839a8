import { describe, expect, test } from "vitest";
import { parseSettings } from "../src/contract";
import {
  choices,
  dayEndHow,
  drafted,
  easedWords,
  lengthWords,
  patchOf,
  resetDraft,
  stepWord,
  usualWords,
  whatIfQuery,
  type Draft,
} from "../src/settings";
import { defaults, settings } from "./scenes";

const all = parseSettings({ settings, defaults, changed: {}, usual_day_end: "17:40" });

describe("the patch that saves a draft", () => {
  test.each<[name: string, draft: Draft, patch: object, changes: number]>([
    ["nothing", {}, {}, 0],
    ["what is so already", { alertAfter: 60, sensitivity: { head_drop: 3, head_pitch: 2 } }, {}, 0],
    ["a time", { alertAfter: 45 }, { alert_after_s: 45 }, 1],
    ["a step", { sensitivity: { head_drop: 4 } }, { sensitivity: { head_drop: 4 } }, 1],
    [
      "a step back to its default",
      { sensitivity: { head_pitch: 3 } },
      { sensitivity: { head_pitch: null } },
      1,
    ],
    ["an easing undone", { eased: { head_drop: 0 } }, { eased: { head_drop: null } }, 1],
    ["the end of the day at a time", { dayEnd: "16:15" }, { day_end: "16:15" }, 1],
    ["the end of the day as before", { dayEnd: "auto" }, {}, 0],
    ["quiet hours away", { quiet: [] }, { quiet: null }, 1],
    [
      "several",
      { quiet: [{ from: "12:00", to: "13:00" }], staticAfter: 0, sensitivity: { sink: 5, lean_in: 1 } },
      { quiet: [{ from: "12:00", to: "13:00" }], static_after_s: 0, sensitivity: { sink: 5, lean_in: 1 } },
      4,
    ],
  ])("%s", (_, draft, patch, changes) => expect(patchOf(all, draft)).toEqual({ patch, changes }));

  test("a default of the configuration file is what null goes back to", () => {
    const file = { ...all, defaults: { ...all.defaults, alertAfter: 90, sensitivity: { sink: 4 } } };
    expect(patchOf(file, { alertAfter: 90 }).patch).toEqual({ alert_after_s: null });
    expect(patchOf(file, { sensitivity: { sink: 4 } }).patch).toEqual({ sensitivity: { sink: null } });
  });

  test("a reset puts back all that differs and no more", () => {
    expect(patchOf(all, resetDraft(all)).patch).toEqual({
      sensitivity: { head_pitch: null },
      eased: { head_drop: null },
      quiet: null,
    });
    expect(patchOf({ ...all, settings: all.defaults }, resetDraft(all)).changes).toBe(0);
  });
});

test("a draft lies over what is in effect", () => {
  const s = drafted(all.settings, { breakEvery: 2400, sensitivity: { sink: 5 } });
  expect(s).toMatchObject({ breakEvery: 2400, alertAfter: 60, sensitivity: { sink: 5, head_pitch: 2 } });
  expect(all.settings.sensitivity).toEqual({ head_pitch: 2 });
});

test.each<[Draft, string | null]>([
  [{}, null],
  [{ perHour: 1, quiet: [] }, null],
  [{ sensitivity: { head_drop: 3 } }, null],
  [{ alertAfter: 45 }, "days=7&alert_after=45s"],
  [{ sensitivity: { head_drop: 4, head_pitch: 1 } }, "days=7&sensitivity=head_drop%3A4%2Chead_pitch%3A1"],
])("%j asks %s", (draft, query) => expect(whatIfQuery(all.settings, draft)).toBe(query));

test("words", () => {
  expect([1, 2, 3, 4, 5].map(stepWord)).toEqual(["least", "less", "usual", "more", "most"]);
  expect([0, 45, 60, 90, 1200].map(lengthWords)).toEqual(["none", "45 s", "1 min", "1 min 30 s", "20 min"]);
  expect([0, 1, 2, 3].map(easedWords)).toEqual([
    "",
    "Eased once by “that was wrong”.",
    "Eased twice by “that was wrong”.",
    "Eased 3 times by “that was wrong”.",
  ]);
});

test("the end of the day", () => {
  expect(["auto", "off", "17:30"].map(dayEndHow)).toEqual(["auto", "off", "at"]);
  expect(usualWords("17:40")).toMatch(/^That is about (17:40|5:40\sPM) now\.$/);
  expect(usualWords(null)).toBe("Not known yet: it needs some days.");
});

test("the value in effect is always among the choices", () => {
  expect(choices([30, 60], 60)).toEqual([30, 60]);
  expect(choices([30, 60], 8)).toEqual([8, 30, 60]);
});
