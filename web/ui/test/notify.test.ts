// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseEvent, parseLive } from "../src/contract";
import { canNotify, notify, notifyOn, review } from "../src/notify";
import { setNotifyWanted } from "../src/prefs";
import { reduce, start } from "../src/store";
import { scenes, status, t0, type Wire } from "./scenes";

class FakeNotification {
  static permission = "granted";
  static all: FakeNotification[] = [];
  closed = false;
  onclick: (() => void) | null = null;
  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    FakeNotification.all.push(this);
  }
  close() {
    this.closed = true;
  }
}

const app = reduce(start, { type: "live", live: parseLive(status()), at: 0 });
const event = (kind: string, ago = 0) =>
  parseEvent({ id: 1, kind, time: new Date(t0 - ago).toISOString(), state: "slouching", text: "Grow tall." });

beforeEach(() => {
  vi.stubGlobal("Notification", FakeNotification);
  FakeNotification.permission = "granted";
  FakeNotification.all = [];
  vi.spyOn(document, "hasFocus").mockReturnValue(false);
  setNotifyWanted(true);
});
afterEach(() => {
  notify(app, event("recovered"));
  localStorage.clear();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("an alert is told once, silently, and taken back", () => {
  notify(app, event("alert"));
  expect(FakeNotification.all).toHaveLength(1);
  expect(FakeNotification.all[0]!.options).toMatchObject({ body: "Grow tall.", silent: true });
  notify(app, event("recovered"));
  expect(FakeNotification.all[0]!.closed).toBe(true);
});

test.each([
  ["not switched on", () => setNotifyWanted(false)],
  ["not allowed by the browser", () => void (FakeNotification.permission = "denied")],
  ["the page is being looked at", () => vi.mocked(document.hasFocus).mockReturnValue(true)],
])("none when %s", (_, arrange) => {
  arrange();
  notify(app, event("alert"));
  expect(FakeNotification.all).toEqual([]);
});

test("the stronger alert stays until it is seen, in the first one's place", () => {
  notify(app, event("alert"));
  notify(app, { ...event("alert"), id: 2, level: 2 });
  const [first, second] = FakeNotification.all.map((n) => n.options);
  expect(first).toMatchObject({ requireInteraction: false });
  expect(second).toMatchObject({ requireInteraction: true, tag: first!.tag, silent: true });
});

test("a click on it leads to the page", () => {
  const focus = vi.spyOn(window, "focus").mockReturnValue();
  notify(app, event("alert"));
  FakeNotification.all[0]!.onclick!();
  expect(focus).toHaveBeenCalled();
  expect(FakeNotification.all[0]!.closed).toBe(true);
});

test.each(["break_due", "static_hold", "day_end"])("%s is told too, apart from alerts", (kind) => {
  notify(app, { ...event(kind), text: "" });
  notify(app, event("alert"));
  expect(FakeNotification.all.map((n) => n.options.tag)).toEqual([`sitwell-${kind}`, "sitwell-alert"]);
  expect(FakeNotification.all[0]!.options.body).toMatch(/\.$/);
  notify(app, event("snoozed"));
  expect(FakeNotification.all.every((n) => n.closed)).toBe(true);
});

test.each(["break_due", "static_hold", "day_end"])("%s is taken back with its offer", (kind) => {
  const live = (wire: Wire) => reduce(app, { type: "live", live: parseLive(wire), at: 1 });
  notify(app, event(kind));
  notify(app, event("alert"));
  review(live(status())); // its offer is on its way
  expect(FakeNotification.all.map((n) => n.closed)).toEqual([false, false]);
  review(live(scenes["breakdue"]!));
  review(live(scenes["breakdue"]!));
  expect(FakeNotification.all.map((n) => n.closed)).toEqual([false, false]);
  review(live(status()));
  expect(FakeNotification.all.map((n) => n.closed)).toEqual([true, false]);
});

test.each(["dismissed", "wrong", "snoozed", "paused"])("%s takes an alert back", (kind) => {
  notify(app, event("alert"));
  notify(app, event(kind));
  expect(FakeNotification.all[0]!.closed).toBe(true);
});

test("none for an alert that was missed, nor for anything else", () => {
  notify(app, event("alert", 60_000));
  for (const kind of ["episode_start", "bout_end", "camera_lost"]) notify(app, event(kind));
  expect(FakeNotification.all).toEqual([]);
});

test("a browser without notifications", () => {
  vi.unstubAllGlobals();
  // @ts-expect-error: what an older browser looks like
  delete window.Notification;
  expect(canNotify()).toBe(false);
  expect(notifyOn()).toBe(false);
});
