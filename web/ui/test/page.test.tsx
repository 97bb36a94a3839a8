// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Live } from "../src/components/Live";
import { parseEvent, parseLive } from "../src/contract";
import { ServicesContext } from "../src/hooks";
import { Link } from "../src/link";
import { Store } from "../src/store";
import { scenes, status, t0, type Wire } from "./scenes";

// The chart needs a real canvas: the browser test sees it.
vi.mock("uplot", () => ({
  default: class {
    data = [[], []];
    setData() {}
    setSize() {}
    redraw() {}
    destroy() {}
  },
}));

let store: Store;
let root: HTMLElement;
let clock = 0;

const text = (selector: string) => root.querySelector(selector)?.textContent ?? "";
const button = (name: RegExp) =>
  [...root.querySelectorAll("button")].find((b) => name.test(b.textContent ?? ""))!;

async function pass(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

async function show(scene: Wire): Promise<void> {
  store.dispatch({ type: "live", live: parseLive(scene), at: performance.now() });
  await pass(300);
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("matchMedia", () => ({ addEventListener() {}, removeEventListener() {}, matches: false }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(null, { status: 204 }))),
  );
  document.body.innerHTML = '<div id="app"></div>';
  root = document.getElementById("app")!;
  store = new Store();
  clock = performance.now();
  store.dispatch({ type: "opened", at: clock });
  await act(() =>
    render(
      <ServicesContext.Provider value={{ store, link: new Link(store) }}>
        <Live />
      </ServicesContext.Provider>,
      root,
    ),
  );
});
afterEach(() => {
  render(null, root);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("before the first message it says that it connects", () => {
  expect(text("h1")).toBe("Connecting");
  expect(text(".score")).toBe("–");
});

test("the state, the score and its parts", async () => {
  await show(scenes["slouching"]!);
  expect(text("h1")).toBe("Slouching for 24 s");
  expect(text(".score")).toBe("44");
  expect(root.querySelector(".score")?.getAttribute("aria-label")).toBe("Score 44 of 100");
  expect([...root.querySelectorAll(".points")].map((p) => p.textContent)).toEqual([
    "−31",
    "−14",
    "−9",
    "−2",
    "0",
    "0",
  ]);
  expect(document.title).toBe("Slouching – Sitwell");
  expect(document.documentElement.dataset["mood"]).toBe("poor");
});

test("a message that says the same changes nothing on the page", async () => {
  await show(status());
  const changes: MutationRecord[] = [];
  const watch = new MutationObserver((m) => changes.push(...m));
  watch.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let i = 1; i <= 10; i++) await show(status({ score: 96.4 + i / 20, brightness: i }));
  changes.push(...watch.takeRecords());
  expect(changes).toEqual([]);
  await show(scenes["slouching"]!);
  changes.push(...watch.takeRecords());
  expect(changes.length).toBeGreaterThan(0);
});

test("a hidden page draws nothing, and everything when it is seen again", async () => {
  await show(status());
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await show(scenes["slouching"]!);
  expect(text("h1")).toBe("Sitting upright");
  expect(document.title).toBe("Slouching – Sitwell");
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await pass(300);
  expect(text("h1")).toBe("Slouching for 24 s");
});

test("the alert is told politely and praised when heeded", async () => {
  await show(scenes["alert"]!);
  const region = root.querySelector(".told")!;
  expect(region.getAttribute("aria-live")).toBe("polite");
  expect(region.textContent).toMatch(/Grow tall/);
  await show(status());
  expect(region.textContent).toBe("");
  const event = parseEvent({
    id: 1,
    kind: "recovered",
    time: new Date(t0).toISOString(),
    text: "Upright again. Well done.",
  });
  store.dispatch({ type: "event", event, at: performance.now() });
  await pass(300);
  expect(region.textContent).toBe("Upright again. Well done.");
  await pass(11_000);
  expect(region.textContent).toBe("");
});

test("nobody there: an empty chair, no body, no score", async () => {
  await show(scenes["away"]!);
  expect(root.querySelector(".chair")).not.toBeNull();
  expect(root.querySelector(".you")).toBeNull();
  expect(text(".score")).toBe("–");
  expect(root.querySelector(".portrait svg")?.getAttribute("aria-label")).toBe(
    "Stick figure: nobody is seen.",
  );
});

test("a figure that can't be judged is grey", async () => {
  await show(scenes["shoulders"]!);
  expect(root.querySelector(".portrait.grey .you")).not.toBeNull();
});

test("the demo, the disk and the connection are said in banners", async () => {
  await show(scenes["demo"]!);
  expect(text(".banner.demo")).toMatch(/^Demo\. No camera was found/);
  await show(scenes["disk"]!);
  expect(text(".banner.warn")).toMatch(/^What happens can't be written/);
  await show(status());
  expect(root.querySelector(".banner")).toBeNull();
  store.dispatch({ type: "lost", at: performance.now(), retryAt: performance.now() + 4000 });
  await pass(2500);
  expect(text(".banner.warn")).toMatch(/lost\. What you see is 2 s old\. Trying again in 2 s/);
  expect(root.querySelector(".now")!.classList).toContain("stale");
  expect(button(/upright/).disabled).toBe(true);
});

test("the upright is taken step by step, and the dialog can be left", async () => {
  await show(scenes["baseline"]!);
  const open = button(/This is my upright/);
  expect(open.className).toBe("primary");
  await act(() => open.click());
  await pass(0);
  expect(fetch).toHaveBeenCalledWith("/api/v1/calibration", expect.objectContaining({ method: "POST" }));
  await show(scenes["countdown"]!);
  expect(text(".calibrate .count")).toBe("2");
  await show(scenes["running"]!);
  expect(root.querySelector("progress")?.value).toBe(0.46);
  expect(text(".calibrate .figures")).toBe("46 % done94 % seen well and still");
  await show(scenes["done"]!);
  expect(text(".calibrate h2")).toBe("This is your upright now");
  await act(() => button(/Close/).click());
  expect(root.querySelector(".calibrate")).toBeNull();
  expect(fetch).toHaveBeenCalledTimes(1);
});

test("an earlier result is not taken for the new one, and a cancel is sent", async () => {
  await show(scenes["failed"]!);
  await act(() => button(/This is my upright/).click());
  await pass(300);
  expect(text(".calibrate h2")).toBe("Sit upright");
  await show(scenes["running"]!);
  await show(scenes["failed"]!);
  expect(text(".calibrate [role=alert]")).toMatch(/^Your shoulders were not in the picture/);
  await act(() => button(/Try again/).click());
  await pass(300);
  expect(text(".calibrate h2")).toBe("Sit upright");
  await show(scenes["running"]!);
  await act(() => button(/Cancel/).click());
  expect(fetch).toHaveBeenLastCalledWith(
    "/api/v1/calibration",
    expect.objectContaining({ method: "DELETE" }),
  );
});

test("a refusal is said in the service's words", async () => {
  vi.mocked(fetch).mockResolvedValueOnce(
    Response.json({ error: "the watch is paused: resume it first" }, { status: 409 }),
  );
  await show(status());
  await act(() => button(/This is my upright/).click());
  await pass(300);
  expect(text(".calibrate [role=alert]")).toBe("the watch is paused: resume it first");
});

test("a pause is asked for, and can be ended", async () => {
  await show(status());
  await act(() => button(/^Pause/).click());
  expect(fetch).toHaveBeenLastCalledWith("/api/v1/pause", expect.objectContaining({ method: "POST" }));
  await show(scenes["paused"]!);
  expect(text("h1")).toBe("Paused");
  await act(() => button(/^Resume/).click());
  expect(fetch).toHaveBeenLastCalledWith("/api/v1/resume", expect.objectContaining({ method: "POST" }));
});

test("the theme is chosen by hand and kept", async () => {
  const b = root.querySelector<HTMLButtonElement>(".theme")!;
  await act(() => b.click());
  expect(document.documentElement.dataset["theme"]).toBe("light");
  await act(() => b.click());
  expect(localStorage.getItem("sitwell-theme")).toBe("dark");
  await act(() => b.click());
  expect(document.documentElement.dataset["theme"]).toBeUndefined();
  expect(localStorage.getItem("sitwell-theme")).toBeNull();
});
