import { describe, expect, test } from "vitest";
import { parseEvent, parseLive, type Event } from "../src/contract";
import {
  addEvents,
  lastEventID,
  maxEvents,
  praiseTime,
  reduce,
  start,
  steady,
  Store,
  type App,
} from "../src/store";
import { scenes, status, t0, type Wire } from "./scenes";

const event = (id: number, over: Wire = {}): Event =>
  parseEvent({ id, kind: "episode_start", time: new Date(t0 + id * 1000).toISOString(), ...over });
const withLive = (app: App, wire: Wire, at = 0): App =>
  reduce(app, { type: "live", live: parseLive(wire), at });

describe("events", () => {
  test("come in order however they arrive, each once", () => {
    const have = addEvents([], [event(5), event(3)]);
    const more = addEvents(have, [event(4), event(3), event(6)]);
    expect(more.map((e) => e.id)).toEqual([3, 4, 5, 6]);
    expect(lastEventID(more)).toBe(6);
  });
  test("that are all known change nothing", () => {
    const have = addEvents([], [event(1), event(2)]);
    expect(addEvents(have, [event(2), event(1)])).toBe(have);
  });
  test("that were not on disk get their number later", () => {
    const time = new Date(t0 + 4000).toISOString();
    const have = addEvents([], [event(3), event(0, { time })]);
    expect(have.map((e) => e.id)).toEqual([3, 0]);
    expect(addEvents(have, [event(0, { time })])).toBe(have);
    expect(addEvents(have, [event(4)]).map((e) => e.id)).toEqual([3, 4]);
    // And the other way round: what has its number does not lose it.
    expect(addEvents(addEvents([], [event(4)]), [event(0, { time })]).map((e) => e.id)).toEqual([4]);
  });
  test("two of one kind at one time but with other numbers are two", () => {
    const time = new Date(t0).toISOString();
    expect(addEvents([], [event(1, { time }), event(2, { time })])).toHaveLength(2);
  });
  test("are kept up to a limit, the newest", () => {
    const have = addEvents(
      [],
      Array.from({ length: 500 }, (_, i) => event(i + 1)),
    );
    expect(have).toHaveLength(maxEvents);
    expect(have.at(-1)!.id).toBe(500);
  });
});

describe("praise", () => {
  const now = new Date(t0).toISOString();
  const recovered = (time: string) =>
    parseEvent({ id: 9, kind: "recovered", time, text: "Upright again. Well done." });
  test("comes with the recovery and goes by itself", () => {
    let app = withLive(start, status());
    app = reduce(app, { type: "event", event: recovered(now), at: 1000 });
    expect(app.praise?.text).toBe("Upright again. Well done.");
    expect(reduce(app, { type: "tick", at: 1000 + praiseTime - 1 })).toBe(app);
    expect(reduce(app, { type: "tick", at: 1000 + praiseTime }).praise).toBeNull();
  });
  test("is for a break too, and a remark for one that was too short", () => {
    const time = now;
    const of = (level: number, at = time) =>
      parseEvent({ id: 9 + level, kind: "break", time: at, level, seconds: 200, state: "away" });
    const after = (e: Event) => reduce(withLive(start, status()), { type: "event", event: e, at: 0 }).praise;
    expect(after(of(2))).toEqual({
      text: "That was a break: 3 min away from the chair.",
      quiet: false,
      until: praiseTime,
    });
    expect(after(of(1))).toMatchObject({ quiet: true });
    expect(after(of(2, new Date(t0 - 60_000).toISOString()))).toBeNull();
    const demo = withLive(start, scenes["demo"]!);
    expect(reduce(demo, { type: "event", event: of(1), at: 0 }).praise?.text).toMatch(/from 8 s/);
  });
  test("goes when the next slouch begins", () => {
    let app = reduce(withLive(start, status()), { type: "event", event: recovered(now), at: 0 });
    app = reduce(app, { type: "event", event: event(10), at: 5 });
    expect(app.praise).toBeNull();
  });
  test("is not for what was missed an hour ago", () => {
    const old = recovered(new Date(t0 - 3600e3).toISOString());
    const app = reduce(withLive(start, status()), { type: "event", event: old, at: 0 });
    expect(app.praise).toBeNull();
    expect(app.events).toHaveLength(1);
  });
});

describe("the connection", () => {
  test("is lost since it was lost, not since the last try", () => {
    let app = reduce(start, { type: "connecting", at: 1 });
    app = reduce(app, { type: "opened", at: 2 });
    app = reduce(app, { type: "lost", at: 10, retryAt: 20 });
    app = reduce(app, { type: "connecting", at: 20 });
    expect(app.link).toMatchObject({ status: "lost", since: 10, retryAt: null });
    app = reduce(app, { type: "lost", at: 21, retryAt: 40 });
    expect(app.link).toMatchObject({ status: "lost", since: 10, retryAt: 40 });
    app = reduce(app, { type: "opened", at: 41 });
    expect(app.link.status).toBe("open");
  });
  test("keeps what was seen and known", () => {
    let app = withLive(start, status());
    app = reduce(app, { type: "events", events: [event(1)] });
    const lost = reduce(app, { type: "lost", at: 10, retryAt: 20 });
    expect(lost.live).toBe(app.live);
    expect(lost.events).toBe(app.events);
    expect(lost.samples).toBe(app.samples);
  });
  test("that is silent is heard again with the next message", () => {
    const app = reduce(withLive(start, status()), { type: "silent" });
    expect(app.silent).toBe(true);
    expect(withLive(app, status()).silent).toBe(false);
  });
});

test("when the demo gives way to a camera, its events and curve go", () => {
  let app = withLive(start, scenes["demo"]!);
  app = reduce(app, { type: "event", event: event(900), at: 0 });
  app = withLive(app, status());
  expect(app.events).toEqual([]);
  expect(app.samples).toHaveLength(1);
  expect(app.upright).toBe(app.live!.figure);
});

describe("the upright to compare with", () => {
  test("is the last good one", () => {
    const app = withLive(start, status());
    expect(app.upright).toBe(app.live!.figure);
    expect(withLive(app, scenes["slouching"]!).upright).toBe(app.upright);
  });
  test("is none after a new baseline or another camera", () => {
    const app = withLive(start, status());
    const slouching = scenes["slouching"]!;
    expect(
      withLive(app, { ...slouching, baseline: { id: 4, time: slouching["time"], quality: 1 } }).upright,
    ).toBeNull();
    const other = { ...(slouching["source"] as Wire), name: "/dev/video2" };
    expect(withLive(app, { ...slouching, source: other }).upright).toBeNull();
  });
});

test.each([
  [null, 96.4, 96],
  [96, 97.4, 96],
  [96, 97.5, 98],
  [96, 94.4, 94],
  [96, null, null],
  [3, 0.2, 0],
])("shown %s, true %s: shows %s", (shown, score, want) => expect(steady(shown, score)).toBe(want));

describe("the mirror", () => {
  const picture = { jpeg: "", width: 1, height: 1 };
  test("shows only what was asked for", () => {
    expect(reduce(start, { type: "mirror", mirror: picture })).toBe(start);
    const on = reduce(start, { type: "mirror-wanted", on: true, at: 5 });
    expect(reduce(on, { type: "mirror", mirror: picture }).mirror.picture).toBe(picture);
    expect(reduce(on, { type: "mirror", mirror: null }).mirror.wanted).toBe(false);
    expect(reduce(on, { type: "lost", at: 6, retryAt: 7 }).mirror.wanted).toBe(false);
    expect(withLive(on, scenes["paused"]!).mirror.wanted).toBe(false);
  });
});

test("listeners hear of changes only, and not after they left", () => {
  const store = new Store();
  let heard = 0;
  const stop = store.subscribe(() => heard++);
  store.dispatch({ type: "tick", at: 1 });
  expect(heard).toBe(0);
  store.dispatch({ type: "notice", text: "x" });
  stop();
  store.dispatch({ type: "notice", text: "y" });
  expect(heard).toBe(1);
});
