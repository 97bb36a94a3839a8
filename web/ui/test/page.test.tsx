// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { App, Settings } from "../src/components/App";
import { parseEvent, parseLive } from "../src/contract";
import { ServicesContext } from "../src/hooks";
import { Link } from "../src/link";
import { Store } from "../src/store";
import { baselines, defaults, events, scenes, settings, status, t0, whatif, type Wire } from "./scenes";
import { kept } from "./weeks";

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

const asked = (): string[] =>
  vi
    .mocked(fetch)
    .mock.calls.map(
      ([path, init]) =>
        `${init?.method ?? "GET"} ${String(path)}${init?.body ? ` ${String(init.body)}` : ""}`,
    );
const answers: Record<string, Wire> = {
  "/api/v1/settings": { settings, defaults, changed: {}, usual_day_end: "17:40" },
  "/api/v1/baselines": { baselines },
  "/api/v1/whatif": whatif,
  "/api/v1/history": kept,
  "/api/v1/snooze": { until: new Date(t0 + 15 * 60e3).toISOString() },
};

async function click(name: RegExp): Promise<void> {
  await act(() => button(name).click());
  await pass(300);
}

async function pass(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

async function show(scene: Wire): Promise<void> {
  store.dispatch({ type: "live", live: parseLive(scene), at: performance.now() });
  await pass(300);
}

// Loading a page's own file takes as long as it takes.
beforeAll(() => Settings.preload(), 60_000);
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
    vi.fn((path: string) => {
      const answer = answers[path.split("?")[0]!];
      return Promise.resolve(answer ? Response.json(answer) : new Response(null, { status: 204 }));
    }),
  );
  document.body.innerHTML = '<div id="app"></div>';
  root = document.getElementById("app")!;
  store = new Store();
  clock = performance.now();
  store.dispatch({ type: "opened", at: clock });
  await act(() =>
    render(
      <ServicesContext.Provider value={{ store, link: new Link(store) }}>
        <App />
      </ServicesContext.Provider>,
      root,
    ),
  );
});
afterEach(() => {
  render(null, root);
  history.replaceState(null, "", "/");
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
    "−28",
    "−11",
    "−8",
    "−8",
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

test("the upright is taken step by step, then the slouch is offered", async () => {
  await show(scenes["baseline"]!);
  const open = button(/Take my upright/);
  expect(open.className).toBe("primary");
  await click(/Take my upright/);
  expect(text(".calibrate h2")).toBe("Your upright");
  expect(text(".calibrate [role=status]")).toBe("You are in the picture.");
  await act(() => root.querySelector<HTMLInputElement>("input[value=standing]")!.click());
  await click(/^Start/);
  expect(asked()).toContain('POST /api/v1/calibration {"pose":"upright","way":"standing"}');
  await show(scenes["countdown"]!);
  expect(text(".calibrate .count")).toBe("2");
  await show(scenes["running"]!);
  expect(root.querySelector("progress")?.value).toBe(0.46);
  expect(text(".calibrate .figures")).toBe("46 % donequality 68 %");
  expect([...root.querySelectorAll(".checks li")].map((l) => l.textContent)).toEqual([
    "Stillnessgood",
    "Face and shouldersgood",
    "LightfairSwitch on a light in front of you.",
    "Place in the picturegood",
  ]);
  await show(scenes["done"]!);
  expect(text(".calibrate h2")).toBe("This is your upright now");
  await click(/Show my slouch/);
  expect(asked()).toContain('POST /api/v1/calibration {"pose":"slouch","way":"standing"}');
  expect(text(".calibrate h2")).toBe("Now your slouch");
  await show(scenes["running"]!);
  await show(scenes["done"]!);
  expect(text(".calibrate h2")).toBe("Your slouch is known");
  await click(/Close/);
  expect(root.querySelector(".calibrate")).toBeNull();
  expect(asked().filter((a) => a.startsWith("DELETE"))).toEqual([]);
});

test("the slouch can be skipped", async () => {
  await show(status());
  await click(/This is my upright/);
  await click(/^Start/);
  await show(scenes["running"]!);
  await show(scenes["done"]!);
  await click(/skip/);
  expect(root.querySelector(".calibrate")).toBeNull();
  expect(asked()).toEqual(['POST /api/v1/calibration {"pose":"upright","way":"sitting"}']);
});

test("before the start the dialog says what is wrong", async () => {
  await show(scenes["shoulders"]!);
  await click(/This is my upright/);
  expect(text(".calibrate [role=status]")).toMatch(/^I can’t see your shoulders\. Move the camera back/);
});

test("an earlier result is not taken for the new one, and a cancel is sent", async () => {
  await show(scenes["failed"]!);
  await click(/This is my upright/);
  await click(/^Start/);
  expect(text(".calibrate h2")).toBe("Get ready");
  await show(scenes["running"]!);
  await show(scenes["failed"]!);
  expect(text(".calibrate [role=alert]")).toMatch(/^Your shoulders were not in the picture/);
  expect(text(".checks .poor .message")).toBe("Move the camera so that both shoulders show.");
  await click(/Try again/);
  expect(text(".calibrate h2")).toBe("Get ready");
  await show(scenes["running"]!);
  await click(/Cancel/);
  expect(asked().at(-1)).toBe("DELETE /api/v1/calibration");
});

test("a refusal is said in the service's words", async () => {
  vi.mocked(fetch).mockResolvedValueOnce(
    Response.json({ error: "the watch is paused: resume it first" }, { status: 409 }),
  );
  await show(status());
  await click(/This is my upright/);
  await click(/^Start/);
  expect(text(".calibrate [role=alert]")).toBe("the watch is paused: resume it first");
});

test("a provisional baseline is named as such, with the way out of it", async () => {
  await show(scenes["guess"]!);
  expect(text(".score-note")).toMatch(/first guess/);
  expect(button(/Calibrate now/).className).toBe("primary");
});

test("whether the camera moved is asked, and the answer sent", async () => {
  await show(scenes["moved"]!);
  expect(text("h1")).toBe("Did the camera move?");
  expect(text(".score-note")).toBe("Not judged: the camera moved");
  expect(text(".ask")).toMatch(/^The camera seems to have moved/);
  await click(/still holds/);
  expect(asked()).toEqual(['POST /api/v1/camera/moved {"moved":false}']);
  await click(/It moved/);
  expect(asked().at(-1)).toBe('POST /api/v1/camera/moved {"moved":true}');
  expect(text(".calibrate h2")).toBe("Your upright");
  await show(status());
  expect(root.querySelector(".ask")).toBeNull();
});

test("an alert is put away, called wrong, or snoozed", async () => {
  store.dispatch({ type: "events", events: events.map((e) => parseEvent(e)) });
  await show(scenes["alert"]!);
  await click(/^Not now/);
  expect(asked().at(-1)).toBe("POST /api/v1/alert/dismiss");
  await click(/^That was wrong/);
  expect(asked().at(-1)).toBe("POST /api/v1/events/25/wrong");
  expect(text(".toast")).toMatch(/^Noted\./);
  await click(/^Undo$/);
  expect(asked().at(-1)).toBe("DELETE /api/v1/events/25/wrong");
  await act(() => button(/^Snooze$/).click());
  expect(button(/^Snooze$/).getAttribute("aria-expanded")).toBe("true");
  await act(() => root.querySelector<HTMLButtonElement>(".alert-actions .snooze button")!.click());
  await pass(300);
  expect(asked().at(-1)).toBe('POST /api/v1/snooze {"for":"15m"}');
  expect(text(".toast")).toMatch(/^No alerts and suggestions until \d/);
  await pass(13_000);
  expect(root.querySelector(".toast")).toBeNull();
});

test("a refused verdict is said, and nothing else", async () => {
  store.dispatch({ type: "events", events: events.map((e) => parseEvent(e)) });
  await show(scenes["alert"]!);
  vi.mocked(fetch).mockResolvedValueOnce(Response.json({ error: "that was said already" }, { status: 409 }));
  await click(/^That was wrong/);
  expect(text(".banner")).toMatch(/^that was said already/);
  expect(root.querySelector(".toast")).toBeNull();
});

test("an alert of the list is called wrong later, and that taken back", async () => {
  store.dispatch({ type: "events", events: events.map((e) => parseEvent(e)) });
  await show(status());
  await click(/^wrong\?/);
  expect(asked().at(-1)).toBe("POST /api/v1/events/25/wrong");
  const said = parseEvent({ id: 30, kind: "wrong", ref: 25, time: new Date(t0).toISOString() });
  store.dispatch({ type: "event", event: said, at: performance.now() });
  await pass(300);
  expect(text(".events .alert .verdict")).toBe("called wrong undo");
  await click(/^undo$/);
  expect(asked().at(-1)).toBe("DELETE /api/v1/events/25/wrong");
});

test("a snooze says until when, and ends", async () => {
  await show(scenes["snoozed"]!);
  expect(text(".alerts [role=status]")).toMatch(/^Snoozed until /);
  await click(/End the snooze/);
  expect(asked().at(-1)).toBe('POST /api/v1/snooze {"for":"off"}');
});

describe("the settings", () => {
  const slider = (signal: string) => root.querySelector<HTMLInputElement>(`#sensitivity-${signal}`)!;
  const slide = async (signal: string, to: number) => {
    const s = slider(signal);
    s.value = String(to);
    await act(() => void s.dispatchEvent(new Event("input", { bubbles: true })));
    await pass(500);
  };
  beforeEach(async () => {
    await show(status());
    await act(() => root.querySelector<HTMLAnchorElement>('a[href="/settings"]')!.click());
    await pass(300);
  });

  test("have an address of their own and lead back", async () => {
    expect(location.pathname).toBe("/settings");
    expect(text("h1")).toBe("Settings");
    expect(document.title).toBe("Settings – Sitwell");
    await show(scenes["alert"]!);
    expect(document.title).toBe("Slouching – Sitwell");
    expect(text(".told-here")).toMatch(/Grow tall/);
    await show(scenes["breakdue"]!);
    expect(text(".told-here")).toBe(
      "You have been sitting for 33 min. Stand up and walk for two or three minutes. What to do",
    );
    expect(root.querySelector(".told-here a")?.getAttribute("href")).toBe("/");
    await show(scenes["alert"]!);
    await act(() => root.querySelector<HTMLAnchorElement>("nav a")!.click());
    await pass(300);
    expect(location.pathname).toBe("/");
    expect(text("h1")).toMatch(/^Slouching/);
  });

  test("each signal has a labelled slider that says its step", () => {
    const s = slider("head_pitch");
    expect(s.value).toBe("2");
    expect(s.getAttribute("aria-valuetext")).toBe("2 of 5: less sensitive");
    expect(root.querySelector("label[for=sensitivity-head_pitch]")?.textContent).toMatch(/^Face down/);
    expect(text(".eased")).toBe("Eased twice by “that was wrong”.Undo");
  });

  test("show what would have happened before they are saved", async () => {
    expect(text(".whatif [role=status]")).toMatch(/^Move a slider/);
    await slide("head_drop", 4);
    expect(asked().at(-1)).toBe("GET /api/v1/whatif?days=7&sensitivity=head_drop%3A4");
    expect(text(".whatif [role=status]")).toMatch(/^In the last 7 days 12 alerts came/);
    const days = [...root.querySelectorAll(".whatif tbody tr")].map((tr) => tr.textContent);
    expect(days).toHaveLength(7);
    expect(days.filter((d) => /not watched$/.test(d))).toHaveLength(1);
    await slide("head_drop", 3);
    expect(text(".whatif [role=status]")).toMatch(/^Move a slider/);
  });

  test("are saved together as a patch", async () => {
    await slide("head_drop", 4);
    await act(() => button(/^Undo$/).click());
    await act(() => button(/^Remove$/).click());
    expect(text(".save [role=status]")).toBe("3 changes are not saved yet.");
    await click(/^Save$/);
    expect(asked().at(-1)).toBe(
      'PATCH /api/v1/settings {"quiet":null,"sensitivity":{"head_drop":4},"eased":{"head_drop":null}}',
    );
    expect(text(".toast")).toBe("Saved.");
  });

  test("not saved yet outlast a look at the live page", async () => {
    await slide("sink", 5);
    for (const to of ["/", "/settings"]) {
      await act(() => root.querySelector<HTMLAnchorElement>(`nav a[href="${to}"]`)!.click());
      await pass(300);
    }
    expect(slider("sink").value).toBe("5");
    expect(text(".save [role=status]")).toBe("One change is not saved yet.");
  });

  test("that are refused say why and stay", async () => {
    await slide("head_drop", 4);
    vi.mocked(fetch).mockResolvedValueOnce(
      Response.json({ error: "sensitivity of head_drop is 4: want 1 to 3" }, { status: 400 }),
    );
    await click(/^Save$/);
    expect(text(".settings [role=alert]")).toMatch(/^sensitivity of head_drop/);
    expect(text(".save [role=status]")).toBe("One change is not saved yet.");
    await click(/^Drop$/);
    expect(slider("head_drop").value).toBe("3");
  });

  test("the end of the day is as usual, at a time, or not spoken of", async () => {
    const radio = (label: RegExp) =>
      [...root.querySelectorAll("fieldset.day-end label")]
        .find((l) => label.test(l.textContent ?? ""))!
        .querySelector<HTMLInputElement>("input[type=radio]")!;
    expect(radio(/^As I usually stop/).checked).toBe(true);
    expect(text(".day-end")).toMatch(/That is about (17:40|5:40\sPM) now\./);
    await act(() => radio(/^At a time/).click());
    const time = root.querySelector<HTMLInputElement>(".day-end input[type=time]")!;
    expect(time.value).toBe("17:40");
    const type = async (v: string) => {
      time.value = v;
      await act(() => void time.dispatchEvent(new Event("change", { bubbles: true })));
    };
    await type("16:05");
    await type(""); // half typed
    await click(/^Save$/);
    expect(asked().at(-1)).toBe('PATCH /api/v1/settings {"day_end":"16:05"}');
    await act(() => radio(/^Off/).click());
    await click(/^Save$/);
    expect(asked().at(-1)).toBe('PATCH /api/v1/settings {"day_end":"off"}');
  });

  test("go back to the default", async () => {
    await click(/^Reset to default/);
    await click(/^Save$/);
    expect(asked()).toContain(
      'PATCH /api/v1/settings {"quiet":null,"sensitivity":{"head_pitch":null},"eased":{"head_drop":null}}',
    );
  });

  test("list the uprights, to use or to delete after a second thought", async () => {
    expect(root.querySelectorAll(".baselines li")).toHaveLength(4);
    expect(text(".baselines .in-use")).toMatch(/in use.*sharpened by your slouch/);
    await click(/^Use$/);
    expect(asked()).toContain("POST /api/v1/baselines/5/use");
    await click(/^Delete$/);
    expect(asked().filter((a) => a.startsWith("DELETE"))).toEqual([]);
    await click(/^Delete for good/);
    expect(asked()).toContain("DELETE /api/v1/baselines/3");
  });
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
