import { describe, expect, test } from "vitest";
import { ContractError } from "../src/contract";
import {
  countWords,
  keepWords,
  parseGone,
  parseKept,
  rangeTrouble,
  sizeWords,
  whatQuery,
  whatWords,
} from "../src/kept";
import { exportPath, reportPath } from "../src/week-api";
import { kept } from "./weeks";

describe("what is kept", () => {
  test("is read", () => {
    expect(parseKept(kept)).toEqual(kept);
    const none = parseKept({ ...kept, first: null, last: null });
    expect([none.first, none.last]).toEqual([null, null]);
    expect(parseGone({ events: 1, minutes: 2, measurements: 3 })).toEqual({
      events: 1,
      minutes: 2,
      measurements: 3,
    });
  });
  test.each<[over: object, message: string]>([
    [{ first: "2021-02-30" }, "history.first: want a date"],
    [{ bytes: "12" }, "history.bytes: want a number"],
    [{ keep: null }, "history.keep: want an object"],
    [
      { keep: { events: "forever", minutes: 730, measurements: "14d" } },
      "history.keep.minutes: want a string",
    ],
    [{ demo: 1 }, "history.demo: want true or false"],
  ])("%j is refused", (over, message) => {
    expect(() => parseKept({ ...kept, ...over })).toThrow(ContractError);
    expect(() => parseKept({ ...kept, ...over })).toThrow(message);
  });
  test("whatever comes, nothing but a refusal is thrown", () => {
    const odd = [null, undefined, 0, -1, "", "x", [], {}, true, 1e308, "2026-01-01"];
    let read = 0;
    for (const key of Object.keys(kept)) {
      for (const v of odd) {
        try {
          parseKept({ ...kept, [key]: v });
          read++;
        } catch (e) {
          expect(e).toBeInstanceOf(ContractError);
        }
      }
    }
    expect(read).toBeGreaterThan(10);
  });
});

test.each([
  ["forever", "kept for good"],
  ["none", "not kept"],
  ["730d", "kept for 2 years"],
  ["365d", "kept for 1 year"],
  ["14d", "kept for 14 days"],
  ["1d", "kept for 1 day"],
  ["36h", "kept for 36h"],
])("%s is %s", (keep, words) => expect(keepWords(keep)).toBe(words));

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [61_840_384, "62 MB"],
  [9_940_000, "9.9 MB"],
  [999_600, "1.0 MB"],
  [2.5e9, "2.5 GB"],
])("%d bytes are %s", (n, words) => expect(sizeWords(n)).toBe(words));

test("counts", () => {
  expect(countWords({ events: 1, minutes: 4321, measurements: 0 })).toBe(
    "1 event, 4,321 minutes and 0 measurements",
  );
});

test("what is to go", () => {
  const range = { from: "2026-11-01", to: "2026-11-07" };
  expect(whatQuery("all")).toBe("all=true");
  expect(whatQuery(range)).toBe("from=2026-11-01&to=2026-11-07");
  expect(whatWords(range)).toBe("1 to 7 November 2026");
  expect(rangeTrouble("2026-11-07", "2026-11-01")).toMatch(/Swap them/);
  expect(rangeTrouble("", "2026-11-01")).toMatch(/^Choose/);
  expect(rangeTrouble("2026-11-01", "2026-11-01")).toBe("");
});

test("addresses of what can be taken along", () => {
  expect(reportPath("2026-W47", "html")).toBe("/api/v1/weeks/2026-W47/report?format=html");
  expect(exportPath("csv")).toBe("/api/v1/export?format=csv");
  expect(exportPath("json", { from: "2026-11-16", to: "2026-11-22" })).toBe(
    "/api/v1/export?from=2026-11-16&to=2026-11-22&format=json",
  );
});
