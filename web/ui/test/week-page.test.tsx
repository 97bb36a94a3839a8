// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { App, Settings, Week } from "../src/components/App";
import { hit, step, type Cell } from "../src/components/week/Chart";
import { parseEvent, parseLive } from "../src/contract";
import { ServicesContext } from "../src/hooks";
import { lazy } from "../src/lazy";
import { Link } from "../src/link";
import { routeOf, weekPath } from "../src/route";
import { Store } from "../src/store";
import { baselines, defaults, events, scenes, settings, status, type Wire } from "./scenes";
import { kept, lowerBackNote, week, weekNow, weekRefused } from "./weeks";

vi.mock("uplot", () => ({
  default: class {
    setData() {}
    setSize() {}
    redraw() {}
    destroy() {}
  },
}));

// A whole week is much to draw for a page without a browser, on a slow machine too.
vi.setConfig({ testTimeout: 120_000 });

let store: Store;
let root: HTMLElement;
/** Answers that stand in for the usual ones, by path without the query. */
let instead: Record<string, () => Response | Promise<Response>>;
let history_: Wire;

const text = (selector: string) => root.querySelector(selector)?.textContent ?? "";
const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
const named = (tag: string, name: RegExp) =>
  all(tag).find((b) => name.test(b.getAttribute("aria-label") ?? b.textContent ?? ""))!;
const asked = (): string[] =>
  vi
    .mocked(fetch)
    .mock.calls.map(
      ([path, init]) =>
        `${init?.method ?? "GET"} ${String(path).replace("/api/v1", "")}${init?.body ? ` ${String(init.body)}` : ""}`,
    );

function answer(path: string, method: string): Response | Promise<Response> {
  const [where = "", query = ""] = path.split("?");
  if (instead[where]) return instead[where]();
  const id = /^\/api\/v1\/weeks\/([^/]+)$/.exec(where)?.[1];
  if (id) {
    const why = weekRefused(decodeURIComponent(id));
    return why ? Response.json({ error: why }, { status: 400 }) : Response.json(week(id));
  }
  if (where === "/api/v1/history") {
    if (method === "DELETE") return Response.json({ events: 31, minutes: 520, measurements: 0 });
    return Response.json({ ...history_, ...(query && { events: 31, minutes: 520, measurements: 0 }) });
  }
  if (where === "/api/v1/settings") return Response.json({ settings, defaults, changed: {} });
  if (where === "/api/v1/baselines") return Response.json({ baselines });
  if (where === "/api/v1/check-ins") return Response.json({ events: [] }, { status: 201 });
  return new Response(null, { status: 204 });
}

async function pass(ms: number): Promise<void> {
  // An answer leads to another question: what is drawn first asks in its turn.
  for (let slice = 0; slice < 6; slice++) {
    await act(async () => {
      await vi.advanceTimersByTimeAsync(ms / 6);
    });
  }
}

async function press(
  key: string,
  on: EventTarget = document.body,
  init: KeyboardEventInit = {},
): Promise<void> {
  await act(() => {
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
  });
  await pass(300);
}

async function click(el: HTMLElement): Promise<void> {
  await act(() => el.click());
  await pass(300);
}

/** Opens an address as the browser does. */
async function open(path: string): Promise<void> {
  history.replaceState(null, "", path);
  await act(() =>
    render(
      <ServicesContext.Provider value={{ store, link: new Link(store) }}>
        <App />
      </ServicesContext.Provider>,
      root,
    ),
  );
  await pass(300);
}

beforeAll(async () => {
  await Promise.all([Week.preload(), Settings.preload()]);
}, 60_000);
beforeEach(() => {
  vi.useFakeTimers({ now: weekNow });
  vi.stubGlobal("matchMedia", () => ({ addEventListener() {}, removeEventListener() {}, matches: false }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  instead = {};
  history_ = kept;
  vi.stubGlobal(
    "fetch",
    vi.fn((path: string, init?: RequestInit) => Promise.resolve(answer(path, init?.method ?? "GET"))),
  );
  document.body.innerHTML = '<div id="app"></div>';
  root = document.getElementById("app")!;
  store = new Store();
  store.dispatch({ type: "opened", at: performance.now() });
  store.dispatch({ type: "live", live: parseLive(status()), at: performance.now() });
});
afterEach(() => {
  render(null, root);
  history.replaceState(null, "", "/");
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("addresses", () => {
  test.each([
    ["/", "live", ""],
    ["/settings/", "settings", ""],
    ["/week", "week", ""],
    ["/week/", "week", ""],
    ["/week/2026-W47", "week", "2026-W47"],
    ["/week/a%20b", "week", "a b"],
    ["/week/%", "week", "%"],
    ["/week/2026-W47/more", "week", "2026-W47/more"],
    ["/settings/more", "live", ""],
    ["/relief", "relief", ""],
    ["/relief/more", "live", ""],
    ["/constructor", "live", ""],
  ])("%s", (path, page, id) => expect(routeOf(path)).toEqual({ page, week: id }));
  test("a week's leads to it", () => {
    for (const id of ["", "2026-W47", "a b/c?d#e"]) expect(routeOf(weekPath(id)).week).toBe(id);
  });
});

test("the header leads to all pages and says which this is", async () => {
  await open("/week");
  const links = all(".pages a");
  expect(links.map((a) => a.textContent)).toEqual(["Live", "Week", "Relief", "Settings"]);
  expect(links.map((a) => a.getAttribute("aria-current"))).toEqual([null, "page", null, null]);
  await click(links[3]!);
  expect(location.pathname).toBe("/settings");
  await click(all(".pages a")[1]!);
  expect(location.pathname).toBe("/week");
  expect(document.title).toBe("This week – Sitwell");
  expect(document.activeElement?.tagName).toBe("H1");
});

describe("a week", () => {
  test("says what was, and each chart has a name, words and a table", async () => {
    await open("/week/2026-W47");
    expect(text(".which")).toBe("Week 47 · 16 to 22 November 2026");
    expect(text("h1")).toMatch(/^You sat for 3\d\sh and were upright/);
    expect(document.title).toBe("Week 2026-W47 – Sitwell");
    const charts = all("[role=application]");
    expect(charts).toHaveLength(7);
    for (const c of charts) {
      const section = c.closest("section")!;
      expect(c.getAttribute("aria-label")).toMatch(/^\w.* Arrow keys read single figures\.$/);
      expect(c.querySelector("svg")!.getAttribute("aria-hidden")).toBe("true");
      expect(section.querySelectorAll("details table tbody tr").length).toBeGreaterThan(0);
      expect(c.innerHTML).not.toMatch(/NaN|undefined|style=/);
    }
    expect(root.innerHTML).not.toMatch(/ style="/);
  });
  test("the note on the lower back stands wherever its figure does", async () => {
    await open("/week/2026-W47");
    for (const section of [".strain", ".diary"]) expect(text(`${section} .seen`)).toBe(lowerBackNote);
  });
  test("insights have their figures on demand", async () => {
    await open("/week/2026-W47");
    const first = root.querySelector(".insights li")!;
    expect(first.textContent).toMatch(/^From 14:00 to 15:00 slouching took/);
    expect(first.querySelector("details")!.open).toBe(false);
    expect(first.querySelector("details .note")!.textContent).toMatch(/^It rests on 5 days and/);
    expect(first.querySelectorAll("dl div").length).toBeGreaterThan(4);
  });
  test("leads on to the report, to paper and to the files", async () => {
    await open("/week/2026-W47");
    const report = named("a", /^Report$/) as HTMLAnchorElement;
    expect(report.getAttribute("href")).toBe("/api/v1/weeks/2026-W47/report?format=html");
    expect(report.target).toBe("_blank");
    const print = vi.fn();
    vi.stubGlobal("print", print);
    await click(named("button", /^Print$/));
    expect(print).toHaveBeenCalledOnce();
    const hrefs = all(".take a").map((a) => a.getAttribute("href"));
    expect(hrefs).toContain("/api/v1/export?from=2026-11-16&to=2026-11-22&format=csv");
    expect(hrefs).toContain("/api/v1/export?format=json");
    expect(all(".take a[download]").length).toBe(6);
  });
  test("that goes on says so and asks how the back feels; one that is over does not", async () => {
    await open("/week");
    expect(asked()).toContain("GET /weeks/2026-W48");
    expect(text(".which")).toBe("Week 48 · 23 to 29 November 2026goes on");
    expect(text("h1")).toMatch(/^So far you sat/);
    expect(root.querySelector(".check-in")).not.toBeNull();
    await press("ArrowLeft");
    expect(text(".which")).toMatch(/^Week 47/);
    expect(root.querySelector(".check-in")).toBeNull();
  });
  test("of the demo says that it is the demo's", async () => {
    store.dispatch({ type: "live", live: parseLive(scenes["demo"]!), at: performance.now() });
    await open("/week/2026-W47");
    expect(text(".demo-note")).toBe("This is the demo’s own history, not yours.");
  });
});

describe("from week to week", () => {
  test("by keys: left, right, and t for this week; never into the future", async () => {
    await open("/week");
    await press("ArrowRight");
    expect(location.pathname).toBe("/week");
    await press("ArrowLeft");
    expect(location.pathname).toBe("/week/2026-W47");
    await press("ArrowLeft");
    expect(location.pathname).toBe("/week/2026-W46");
    await press("ArrowRight");
    await press("ArrowRight");
    expect(location.pathname).toBe("/week");
    await press("ArrowLeft");
    await press("t");
    expect(location.pathname).toBe("/week");
    expect(text(".which")).toMatch(/^Week 48/);
  });
  test("keys are left to fields, charts, tables, other shortcuts and dialogs", async () => {
    await open("/week");
    await press("ArrowLeft", root.querySelector(".check-in input")!);
    await press("ArrowLeft", root.querySelector("[role=application]")!);
    await press("ArrowLeft", root.querySelector(".scroll")!);
    await press("ArrowLeft", document.body, { altKey: true });
    await press("t", document.body, { ctrlKey: true });
    expect(location.pathname).toBe("/week");
    store.dispatch({ type: "dialog", open: "calibrate" });
    await press("ArrowLeft");
    expect(location.pathname).toBe("/week");
  });
  test("by buttons, which say where they lead", async () => {
    await open("/week");
    expect(named(".move", /week after/).getAttribute("aria-disabled")).toBe("true");
    expect(named("a", /^This week$/)).toBeUndefined();
    await click(named("a", /week before/));
    expect(location.pathname).toBe("/week/2026-W47");
    expect(named("a", /week after/).getAttribute("href")).toBe("/week");
    await click(named("a", /^This week$/));
    expect(location.pathname).toBe("/week");
  });
  test("by the browser's own way back", async () => {
    await open("/week/2026-W47");
    await press("ArrowLeft");
    expect(text(".which")).toMatch(/^Week 46/);
    history.replaceState(null, "", "/week/2026-W47");
    await act(() => void dispatchEvent(new PopStateEvent("popstate")));
    await pass(300);
    expect(text(".which")).toMatch(/^Week 47/);
  });
  const swipe = async (from: [number, number], to: [number, number], on = ".week") => {
    const target = root.querySelector(on)!;
    const touch = ([clientX, clientY]: [number, number]) => ({ clientX, clientY, identifier: 0, target });
    const event = (type: string, touches: object[], changed: object[]) =>
      Object.assign(new Event(type, { bubbles: true }), { touches, changedTouches: changed });
    await act(() => {
      target.dispatchEvent(event("touchstart", [touch(from)], [touch(from)]));
      target.dispatchEvent(event("touchend", [], [touch(to)]));
    });
    await pass(300);
  };
  test("by a swipe across, not by one along, a short one, one at the edge or in a table", async () => {
    await open("/week/2026-W47");
    await swipe([300, 300], [100, 310]);
    expect(location.pathname).toBe("/week");
    await swipe([300, 300], [100, 310]);
    expect(location.pathname).toBe("/week");
    await swipe([100, 300], [300, 310]);
    expect(location.pathname).toBe("/week/2026-W47");
    await swipe([100, 300], [200, 600]);
    await swipe([100, 300], [140, 300]);
    await swipe([5, 300], [300, 300]);
    await swipe([100, 300], [300, 300], ".scroll");
    expect(location.pathname).toBe("/week/2026-W47");
  });
  test("the old picture stays until the new one is there", async () => {
    await open("/week/2026-W47");
    let come: (r: Response) => void = () => {};
    instead["/api/v1/weeks/2026-W46"] = () => new Promise((done) => (come = done));
    await press("ArrowLeft");
    expect(location.pathname).toBe("/week/2026-W46");
    expect(text(".which")).toMatch(/^Week 47/);
    expect(root.querySelector(".week")!.getAttribute("aria-busy")).toBe("true");
    // Twice left is two weeks back, although the first has not come.
    await press("ArrowLeft");
    expect(location.pathname).toBe("/week/2026-W45");
    expect(text(".which")).toMatch(/^Week 45/);
    come(Response.json(week("2026-W46")));
    await pass(300);
    expect(text(".which")).toMatch(/^Week 45/);
    expect(root.querySelector(".week")!.getAttribute("aria-busy")).toBe("false");
  });
});

describe("this week", () => {
  const count = () => asked().filter((a) => a === "GET /weeks/2026-W48").length;
  test("is asked for again each minute, while it is seen", async () => {
    await open("/week");
    expect(count()).toBe(1);
    await pass(62_000);
    expect(count()).toBe(2);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    await pass(300_000);
    expect(count()).toBe(2);
    hidden.mockReturnValue(false);
    await act(() => void document.dispatchEvent(new Event("visibilitychange")));
    await pass(10);
    expect(count()).toBe(3);
    hidden.mockRestore();
  });
  test("is asked for at once when the connection is back", async () => {
    await open("/week");
    store.dispatch({ type: "lost", at: performance.now(), retryAt: performance.now() + 1000 });
    await pass(1000);
    expect(count()).toBe(1);
    store.dispatch({ type: "opened", at: performance.now() });
    await pass(300);
    expect(count()).toBe(2);
  });
  test("a week that is over is not asked for again", async () => {
    await open("/week/2026-W47");
    await pass(200_000);
    expect(asked().filter((a) => a === "GET /weeks/2026-W47")).toHaveLength(1);
  });
  test("is the one of the person's clock, where this browser is a week ahead or behind", async () => {
    vi.setSystemTime(Date.parse("2026-11-29T23:30:00Z")); // Monday in Berlin
    instead["/api/v1/weeks/2026-W48"] = () => Response.json({ ...week("2026-W48"), over: true });
    instead["/api/v1/weeks/2026-W49"] = () => Response.json(week("2026-W49", Date.now()));
    await open("/week");
    expect(text(".which")).toMatch(/^Week 49/);
  });
  test("an answer that says the same draws nothing", async () => {
    await open("/week");
    const changes: MutationRecord[] = [];
    const watch = new MutationObserver((m) => changes.push(...m));
    watch.observe(root.querySelector(".week")!, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    await pass(62_000);
    changes.push(...watch.takeRecords());
    expect(count()).toBe(2);
    expect(changes).toEqual([]);
  });
});

describe("nothing to show", () => {
  test("an empty week leads to the nearest one with something", async () => {
    await open("/week/2026-W45");
    expect(text("h1")).toBe("Nothing was watched in this week.");
    expect(text(".sum .sub")).toBe("Your history goes from 4 January 2021 to 25 November 2026.");
    expect(root.querySelector("[role=application]")).toBeNull();
    await click(named("a", /^Show week 44 of 2026$/));
    expect(location.pathname).toBe("/week/2026-W44");
    expect(text("h1")).toMatch(/^You sat/);
  });
  test("the very first time is friendly", async () => {
    history_ = { ...kept, first: null, last: null };
    instead["/api/v1/weeks/2026-W48"] = () => {
      const none = week("1970-W10");
      const now = week("2026-W48");
      return Response.json({
        ...now,
        ...none,
        week: "2026-W48",
        over: false,
        from: now["from"],
        to: now["to"],
      });
    };
    await open("/week");
    expect(text("h1")).toBe("Nothing has been watched this week yet.");
    expect(text(".sum .sub")).toMatch(/^Your first week begins here/);
    expect(named("a", /^Show week/)).toBeUndefined();
  });
  test("a week that is to come says so, and leads to this one", async () => {
    await open("/week/2027-W10");
    expect(text("h1")).toBe("This week is still to come.");
    expect(root.querySelector(".check-in")).toBeNull();
    expect(named(".move", /week after/).getAttribute("aria-disabled")).toBe("true");
    await click(named("a", /^This week$/));
    expect(location.pathname).toBe("/week");
  });
  test("a week that does not exist is refused in the service's words, with a way back", async () => {
    await open("/week/2026-W99");
    expect(text("[role=alert]")).toMatch(/^week is "2026-W99": 2026 has weeks W01 to W53/);
    expect([text(".which"), text("h1")]).toEqual(["No such week", "There is no such week"]);
    await click(named("a", /^Go to this week$/));
    expect(location.pathname).toBe("/week");
    expect(root.querySelector("[role=alert]")).toBeNull();
  });
  test("an error says what to do, keeps the old picture of the same week, and can be tried again", async () => {
    await open("/week");
    instead["/api/v1/weeks/2026-W48"] = () => Promise.reject(new TypeError("gone"));
    await pass(62_000);
    expect(text("[role=alert]")).toMatch(/^Sitwell does not answer\. Please try again/);
    expect(text("h1")).toMatch(/^So far you sat/);
    instead = {};
    await click(named("button", /^Try again$/));
    expect(root.querySelector("[role=alert]")).toBeNull();
    // Of another week the old picture would mislead.
    instead["/api/v1/weeks/2026-W47"] = () =>
      Response.json({ error: "the history can't be read" }, { status: 500 });
    await press("ArrowLeft");
    expect(text("[role=alert]")).toMatch(/^the history can't be read/);
    expect(root.querySelector("[role=application]")).toBeNull();
    expect(text("h1")).toBe("There is no picture of this week");
  });
  test("an answer that is not understood says so", async () => {
    instead["/api/v1/weeks/2026-W47"] = () => Response.json({ ...week("2026-W47"), score: "good" });
    await open("/week/2026-W47");
    expect(text("[role=alert]")).toMatch(/not understood \(week\.score: want a number/);
  });
});

describe("a chart", () => {
  test("is read by keys and by pointer, without leaving the week", async () => {
    await open("/week/2026-W47");
    const plot = root.querySelector<HTMLElement>(".days [role=application]")!;
    const readout = () => text(".days .readout");
    await press("ArrowRight", plot);
    expect(readout()).toMatch(/^Monday: upright/);
    await press("End", plot);
    expect(readout()).toBe("Sunday: nothing watched");
    await press("ArrowLeft", plot);
    expect(readout()).toMatch(/^Saturday/);
    await press("Escape", plot);
    expect(readout()).toBe("");
    expect(location.pathname).toBe("/week/2026-W47");
    await act(() => {
      plot.dispatchEvent(
        Object.assign(new Event("pointermove", { bubbles: true }), { clientX: 60, clientY: 50 }),
      );
    });
    expect(readout()).toMatch(/^Monday/);
  });
  const cells: Cell[] = [0, 1].flatMap((row) =>
    Array.from({ length: 3 - row }, (_, col) => ({
      row,
      col,
      x: col * 10 + row * 10,
      y: row * 10,
      width: 10,
      height: 10,
      words: "",
    })),
  );
  test.each<[at: number, key: string, to: number | null]>([
    [-1, "ArrowRight", 0],
    [-1, "ArrowLeft", 4],
    [0, "ArrowRight", 1],
    [2, "ArrowRight", 2],
    [0, "ArrowLeft", 0],
    [1, "ArrowDown", 3],
    [4, "ArrowUp", 2],
    [0, "ArrowUp", 0],
    [4, "ArrowDown", 4],
    [1, "End", 2],
    [4, "Home", 3],
    [0, "x", null],
    [9, "ArrowDown", 0],
  ])("from %d by %s to %s", (at, key, to) => expect(step(cells, at, key)).toBe(to));
  test("without anything leads nowhere", () => expect(step([], -1, "ArrowRight")).toBeNull());
  test("is found under a point", () => {
    expect([hit(cells, 5, 5), hit(cells, 15, 15), hit(cells, 5, 15), hit(cells, 10, 0)]).toEqual([
      0, 3, -1, 1,
    ]);
  });
});

describe("how the back feels", () => {
  const choose = async (area: string, n: number) =>
    click(root.querySelector<HTMLInputElement>(`.check-in input[name=${area}][value="${n}"]`)!);
  const send = () => named(".check-in button", /^Write it down$/) as HTMLButtonElement;
  test("is sent once the person has chosen, thanked for, and the week asked for anew", async () => {
    await open("/week");
    expect(send().disabled).toBe(true);
    await choose("lower_back", 7);
    await choose("overall", 2);
    await choose("overall", 3);
    const before = asked().length;
    await click(send());
    expect(asked().slice(before)).toEqual([
      'POST /check-ins {"tension":{"lower_back":7,"overall":3}}',
      "GET /weeks/2026-W48",
    ]);
    expect(text(".check-in [role=status]")).toBe("Thank you. It stands in your diary.");
    expect(send().disabled).toBe(true);
    expect(all(".check-in input:checked")).toEqual([]);
  });
  test("a second tap takes an answer back", async () => {
    await open("/week");
    await choose("upper_back", 4);
    expect(send().disabled).toBe(false);
    await choose("upper_back", 4);
    expect(send().disabled).toBe(true);
  });
  test("a refusal is said and nothing is lost", async () => {
    await open("/week");
    await choose("upper_back", 4);
    instead["/api/v1/check-ins"] = () => Response.json({ error: "the disk is full" }, { status: 503 });
    await click(send());
    expect(text(".check-in [role=alert]")).toBe("the disk is full");
    expect(all(".check-in input:checked")).toHaveLength(1);
  });
});

describe("your data", () => {
  const deletes = () => asked().filter((a) => a.startsWith("DELETE"));
  const form = () => root.querySelector<HTMLFormElement>(".sure")!;
  const submit = async () => {
    await act(() => void form().dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
    await pass(300);
  };
  const type = async (el: HTMLInputElement, value: string, event = "input") => {
    el.value = value;
    await act(() => void el.dispatchEvent(new Event(event, { bubbles: true })));
    await pass(10);
  };
  beforeEach(() => open("/settings"));
  test("says what is kept, how much, how long, and where that is set", () => {
    expect(all(".data dd").map((d) => d.textContent)).toEqual([
      "from 4 January 2021 to 25 November 2026, 62 MB",
      "48,210 events, kept for good",
      "612,480 minutes, kept for 2 years",
      "118,400 measurements, kept for 14 days",
    ]);
    expect(text(".data")).toMatch(
      /set in the config file: history\.events, history\.minutes, history\.measurements/,
    );
    expect(all(".exports a").map((a) => a.getAttribute("href"))).toEqual([
      "/api/v1/export?format=csv",
      "/api/v1/export?format=json",
    ]);
    expect(text(".data")).not.toMatch(/demo/);
  });
  test("some days go after a look at how much, never by one click", async () => {
    store.dispatch({ type: "events", events: events.map((e) => parseEvent(e)) });
    const [from, to] = all(".delete input[type=date]") as HTMLInputElement[];
    await type(from!, "2026-11-01", "change");
    await type(to!, "2026-11-07", "change");
    await click(named(".delete button", /^Delete…$/));
    expect(asked()).toContain("GET /history?from=2026-11-01&to=2026-11-07");
    expect(deletes()).toEqual([]);
    expect(form().textContent).toMatch(
      /^31 events, 520 minutes and 0 measurements of 1 to 7 November 2026 will be gone for good\. This can’t be undone\./,
    );
    await click(named(".delete button", /^Keep$/));
    expect(form()).toBeNull();
    await click(named(".delete button", /^Delete…$/));
    await submit();
    expect(deletes()).toEqual(["DELETE /history?from=2026-11-01&to=2026-11-07"]);
    expect(text(".toast")).toBe("Deleted: 31 events, 520 minutes and 0 measurements.");
    expect(store.app.events).toEqual([]);
    expect(form()).toBeNull();
  });
  test("everything goes only when the word is typed", async () => {
    await click((all(".delete input[type=radio]") as HTMLInputElement[])[1]!);
    await click(named(".delete button", /^Delete…$/));
    const go = () => named(".sure button", /^Delete for good$/) as HTMLButtonElement;
    expect(go().disabled).toBe(true);
    await submit();
    expect(deletes()).toEqual([]);
    await type(root.querySelector<HTMLInputElement>(".sure input")!, "delet");
    expect(go().disabled).toBe(true);
    await type(root.querySelector<HTMLInputElement>(".sure input")!, " Delete ");
    expect(go().disabled).toBe(false);
    await submit();
    expect(deletes()).toEqual(["DELETE /history?all=true"]);
  });
  test("days that run backwards are not even asked about", async () => {
    const before = asked().length;
    await type(all(".delete input[type=date]")[0] as HTMLInputElement, "2026-11-09", "change");
    await type(all(".delete input[type=date]")[1] as HTMLInputElement, "2026-11-07", "change");
    await click(named(".delete button", /^Delete…$/));
    expect(text(".delete [role=alert]")).toBe("The last day is before the first one. Swap them.");
    expect(asked()).toHaveLength(before);
  });
  test("days without anything have nothing to delete", async () => {
    instead["/api/v1/history"] = () => Response.json({ ...kept, events: 0, minutes: 0, measurements: 0 });
    await click(named(".delete button", /^Delete…$/));
    expect(text(".delete [role=status]")).toBe("There is nothing to delete in 25 November 2026.");
    expect(form()).toBeNull();
  });
  test("a refusal is said, and the question stands", async () => {
    await click(named(".delete button", /^Delete…$/));
    instead["/api/v1/history"] = () =>
      Response.json({ error: "the history can't be deleted, see the log" }, { status: 500 });
    await submit();
    expect(text(".delete [role=alert]")).toMatch(/^the history can't be deleted/);
    expect(form()).not.toBeNull();
  });
});

test("while the demo plays, the data are said to be the demo's", async () => {
  history_ = { ...kept, demo: true };
  await open("/settings");
  expect(text(".data > .note")).toMatch(/this is the demo’s history, not yours\.$/);
});

test("an empty history has nothing to delete", async () => {
  history_ = { ...kept, first: null, last: null, bytes: 40_960, events: 0, minutes: 0, measurements: 0 };
  await open("/settings");
  expect(text(".data dd")).toBe("nothing yet, 41 kB");
  expect(root.querySelector(".delete")).toBeNull();
});

describe("a page of its own file", () => {
  test("says when it was drawn to whoever had to wait, once", async () => {
    const drawn = vi.fn();
    const Page = lazy(() => Promise.resolve(() => <h1>There</h1>), drawn);
    await act(() => render(<Page />, root));
    expect(text(".note")).toBe("Loading…");
    await pass(10);
    expect(text("h1")).toBe("There");
    expect(drawn).toHaveBeenCalledOnce();
    await act(() => render(null, root));
    await act(() => render(<Page />, root));
    expect(text("h1")).toBe("There");
    expect(drawn).toHaveBeenCalledOnce();
  });
  test("that can't be loaded says so, and is tried again", async () => {
    let there = false;
    const Page = lazy(() =>
      there ? Promise.resolve(() => <h1>There</h1>) : Promise.reject(new Error("404")),
    );
    await act(() => render(<Page />, root));
    await pass(10);
    expect(text("[role=alert]")).toMatch(/^This page could not be loaded/);
    there = true;
    await Page.preload();
    await act(() => render(null, root));
    await act(() => render(<Page />, root));
    expect(text("h1")).toBe("There");
  });
});
