// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Event } from "../src/contract";
import { Link, pause, pauses } from "../src/link";
import { Store } from "../src/store";
import { events, scenes, status, t0, type Wire } from "./scenes";

class FakeSocket {
  static OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  onopen = () => {};
  onclose = () => {};
  onmessage = (_: { data: unknown }) => {};
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.drop();
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  drop() {
    this.readyState = 3;
    this.onclose();
  }
  say(message: Wire | string) {
    this.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
}

let store: Store;
let link: Link;
let heard: Event[];
let answer: () => Promise<Response>;
const socket = () => FakeSocket.all.at(-1)!;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  FakeSocket.all = [];
  answer = () => Promise.resolve(Response.json({ events, more: false }));
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal(
    "fetch",
    vi.fn(() => answer()),
  );
  store = new Store();
  heard = [];
  link = new Link(store, (e) => heard.push(e));
});
afterEach(() => {
  link.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("loads the past, then listens from there on", async () => {
  link.open();
  await settle();
  expect(store.app.events).toHaveLength(events.length);
  expect(socket().url).toMatch(/^ws:\/\/[^/]+\/ws\?after=27$/);
  socket().open();
  expect(store.app.link.status).toBe("open");
  socket().say({ type: "live", live: status() });
  expect(store.app.live?.state).toBe("upright");
  socket().say({
    type: "event",
    event: { id: 28, kind: "alert", time: new Date(t0).toISOString(), text: "x" },
  });
  socket().say({
    type: "event",
    event: { id: 28, kind: "alert", time: new Date(t0).toISOString(), text: "x" },
  });
  expect(heard.map((e) => e.id)).toEqual([28]);
});

test("comes back with growing pauses and asks for what it missed", async () => {
  link.open();
  await settle();
  socket().open();
  socket().say({ type: "live", live: status() });
  socket().say({ type: "event", event: { id: 40, kind: "paused", time: new Date(t0).toISOString() } });
  socket().drop();
  expect(store.app.link.status).toBe("lost");
  answer = () => Promise.reject(new TypeError("refused"));
  for (const wait of [...pauses, pauses.at(-1)!]) {
    const tries = vi.mocked(fetch).mock.calls.length;
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(vi.mocked(fetch).mock.calls.length).toBe(tries);
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.mocked(fetch).mock.calls.length).toBe(tries + 1);
  }
  expect(FakeSocket.all).toHaveLength(1);
  answer = () => Promise.resolve(Response.json({ events: [], more: false }));
  await vi.advanceTimersByTimeAsync(pauses.at(-1)!);
  expect(socket().url).toMatch(/after=40$/);
  socket().open();
  expect(store.app.link.status).toBe("open");
  expect(store.app.events.at(-1)!.id).toBe(40);
});

test("tries at once when asked to, and only when lost", async () => {
  link.open();
  await settle();
  socket().open();
  link.retry();
  await settle();
  expect(FakeSocket.all).toHaveLength(1);
  socket().drop();
  link.retry();
  await settle();
  expect(FakeSocket.all).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(2);
});

test("says when the service is silent", async () => {
  link.open();
  await settle();
  socket().open();
  socket().say({ type: "live", live: status() });
  await vi.advanceTimersByTimeAsync(9_000);
  socket().say({ type: "live", live: status() });
  await vi.advanceTimersByTimeAsync(9_000);
  expect(store.app.silent).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(store.app.silent).toBe(true);
});

test("takes no silence amiss while there is no picture", async () => {
  link.open();
  await settle();
  socket().open();
  socket().say({ type: "live", live: scenes["paused"]! });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(store.app.silent).toBe(false);
});

test("asks for the token, and keeps trying slowly", async () => {
  answer = () => Promise.resolve(new Response(null, { status: 401 }));
  link.open();
  await settle();
  expect(store.app.link).toMatchObject({ status: "lost", locked: true });
  expect(FakeSocket.all).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(pauses.at(-1)! + 1);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("complains once of what it does not understand and goes on", async () => {
  const complain = vi.spyOn(console, "error").mockImplementation(() => {});
  link.open();
  await settle();
  socket().open();
  socket().say("{");
  socket().say({ type: "live", live: { ...status(), state: "lying" } });
  socket().say({ type: "live", live: status() });
  expect(complain).toHaveBeenCalledTimes(1);
  expect(store.app.live?.state).toBe("upright");
});

test("loads the events again when the demo gives way", async () => {
  link.open();
  await settle();
  socket().open();
  socket().say({ type: "live", live: scenes["demo"]! });
  socket().say({ type: "live", live: status() });
  expect(store.app.events).toEqual([]);
  await settle();
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(store.app.events).toHaveLength(events.length);
});

test("a closed link stays closed", async () => {
  link.open();
  await settle();
  socket().open();
  link.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});

test("a socket that was replaced is not listened to", async () => {
  link.open();
  await settle();
  const old = socket();
  old.open();
  old.drop();
  await vi.advanceTimersByTimeAsync(1000);
  socket().open();
  old.say({ type: "live", live: status() });
  old.drop();
  expect(store.app.live).toBeNull();
  expect(store.app.link.status).toBe("open");
});

test("pauses are spread", () => {
  expect(pause(0, 0)).toBe(450);
  expect(pause(0, 1)).toBe(550);
  expect(pause(99, 0.5)).toBe(8000);
});
