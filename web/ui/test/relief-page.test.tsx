// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { App, Relief } from "../src/components/App";
import { mostStrained } from "../src/components/relief/Feel";
import { parseEvent, parseLive } from "../src/contract";
import { ServicesContext } from "../src/hooks";
import { Link } from "../src/link";
import { parseProgramme } from "../src/relief-contract";
import { dosed, exerciseOf } from "../src/relief-words";
import { exercisePath, exercisesOf, offeredOf } from "../src/route";
import { Store } from "../src/store";
import type { Exposure } from "../src/week-contract";
import { answered, changed, choice, distance, effects, profile, programme } from "./relief";
import { carefully, coaching, scenes, status, type Wire } from "./scenes";
import { week } from "./weeks";

vi.mock("uplot", () => ({
  default: class {
    setData() {}
    setSize() {}
    redraw() {}
    destroy() {}
  },
}));

vi.setConfig({ testTimeout: 60_000 });

let store: Store;
let root: HTMLElement;
/** What the service knows of the person, why it asks for the signs, and what it refuses. */
let said: Wire;
let due: string;
let instead: Record<string, () => Response | Promise<Response>>;
let still: boolean;
/** The week of the scenes, with its days' exposure, once there is one. */
let strained: Wire;

const text = (selector: string) => root.querySelector(selector)?.textContent ?? "";
const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
const button = (name: RegExp | string) =>
  all("button").find((b) =>
    typeof name === "string" ? b.textContent === name : name.test(b.textContent ?? ""),
  ) as HTMLButtonElement;
const field = (legend: RegExp, label: string): HTMLInputElement => {
  const set = all("fieldset").find((f) => legend.test(f.querySelector("legend")?.textContent ?? ""))!;
  return [...set.querySelectorAll("label")]
    .find((l) => l.textContent === label)!
    .querySelector<HTMLInputElement>("input")!;
};
const asked = (method: string): string[] =>
  vi
    .mocked(fetch)
    .mock.calls.filter(([, init]) => (init?.method ?? "GET") === method)
    .map(
      ([path, init]) => `${String(path).replace("/api/v1", "")}${init?.body ? ` ${String(init.body)}` : ""}`,
    );

function answer(path: string, init?: RequestInit): Response | Promise<Response> {
  const [where = "", query = ""] = path.replace("/api/v1", "").split("?");
  if (instead[where]) return instead[where]();
  switch (where) {
    case "/relief/programme":
      return Response.json(programme);
    case "/relief/profile":
      if (init?.method === "PATCH") said = changed(said, JSON.parse(String(init.body)) as Wire);
      return Response.json(said);
    case "/relief":
      return Response.json(choice(new URLSearchParams(query), said, due));
    case "/relief/effects":
      return Response.json(effects);
    case "/relief/distance":
      return Response.json({ distance });
    case "/weeks/2026-W10":
      return Response.json(strained);
    case "/relief/done":
    case "/check-ins":
      return Response.json({ events: [] }, { status: 201 });
  }
  return new Response(null, { status: 204 });
}

/** Time passes in the steps in which a page is looked at. */
async function pass(ms: number, step = 100): Promise<void> {
  await act(async () => {
    for (let left = ms; left > 0; left -= step) await vi.advanceTimersByTimeAsync(Math.min(step, left));
  });
}

async function click(el: HTMLElement | undefined): Promise<void> {
  expect(el).toBeDefined();
  await act(() => el!.click());
  await pass(300);
}

async function press(key: string, on: EventTarget = document.body): Promise<void> {
  await act(() => {
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
  await pass(200);
}

const really = globalThis.setTimeout;
/** Bodies of answers are read by the real clock. */
const settled = (): Promise<void> => act(() => new Promise((done) => really(done, 5)));

async function open(path = "/relief"): Promise<void> {
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
  await settled();
}

async function begin(): Promise<void> {
  await open();
  await click(button("Start the routine"));
  expect(root.querySelector(".player")).not.toBeNull();
}

beforeAll(() => Relief.preload(), 60_000);
beforeEach(() => {
  vi.useFakeTimers();
  said = answered;
  due = "";
  instead = {};
  still = false;
  strained = {};
  vi.stubGlobal("matchMedia", (q: string) => ({
    addEventListener() {},
    removeEventListener() {},
    matches: still && q.includes("reduced-motion"),
  }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.stubGlobal(
    "fetch",
    vi.fn((path: string, init?: RequestInit) => Promise.resolve(answer(path, init))),
  );
  document.body.innerHTML = '<div id="app"></div>';
  root = document.getElementById("app")!;
  store = new Store();
  store.dispatch({ type: "opened", at: performance.now() });
  store.dispatch({ type: "live", live: parseLive(status()), at: performance.now() });
});
afterEach(async () => {
  await act(() => render(null, root));
  await settled(); // what is asked for on leaving
  history.replaceState(null, "", "/");
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Every sentence that the programme holds, with where it is from. */
function facts(p: Wire): [string, string][] {
  const out: [string, string][] = [];
  const each = (list: string, keys: string[]) =>
    (p[list] as Wire[]).forEach((it) =>
      keys.forEach((k) => {
        const v = it[k];
        for (const s of Array.isArray(v) ? v : [v]) out.push([`${list} ${String(it["id"])} ${k}`, String(s)]);
      }),
    );
  each("exercises", ["name", "steps", "caution"]);
  each("techniques", ["name", "how", "with", "caution"]);
  each("causes", ["name", "why"]);
  each("avoid", ["name", "why", "rather"]);
  each("red_flags", ["sign"]);
  each("areas", ["name"]);
  for (const e of p["exercises"] as Wire[]) {
    for (const a of Object.values(e["adapt"] as Wire)) out.push([`${String(e["id"])} adapt`, String(a)]);
  }
  for (const list of ["exercises", "techniques", "causes", "avoid", "red_flags"]) {
    for (const it of p[list] as Wire[]) {
      out.push([`${list} ${String(it["id"])} source`, String((it["source"] as Wire)["name"])]);
    }
  }
  out.push(["manner", String(p["manner"])], ["disclaimer", String(p["disclaimer"])]);
  return out;
}

describe("the programme to read", () => {
  test("holds every exercise, technique, cause, thing to avoid and sign, with its source", async () => {
    await open();
    const words = text(".programme");
    const gone = facts(programme).filter(([, s]) => !words.includes(s));
    expect(gone).toEqual([]);
    expect(facts(programme).length).toBeGreaterThan(250);
    // Each in its place, and once.
    for (const [list, prefix] of [
      ["exercises", "exercise"],
      ["techniques", "technique"],
      ["causes", "cause"],
      ["avoid", "avoid"],
    ] as const) {
      for (const it of programme[list] as Wire[]) {
        const part = all(`#${prefix}-${String(it["id"])}`);
        expect(part, String(it["id"])).toHaveLength(1);
        expect(part[0]!.textContent).toContain((it["source"] as Wire)["name"]);
        expect(part[0]!.textContent!.includes("weak evidence")).toBe((it["source"] as Wire)["weak"] === true);
      }
    }
    for (const e of programme["exercises"] as Wire[]) {
      const area = (programme["areas"] as Wire[]).find((a) =>
        (a["exercises"] as string[]).includes(String(e["id"])),
      )!;
      const card = root.querySelector(`#area-${String(area["area"])} #exercise-${String(e["id"])}`)!;
      const dose = e["dose"] as Wire;
      for (const n of [dose["most"], dose["hold_most_s"]]) {
        if (n) expect(card.textContent).toMatch(new RegExp(`to (${String(n)} |${Number(n) / 60} min)`));
      }
      if (dose["often"]) expect(card.textContent).toContain(dose["often"]);
      if ((e["not"] as string[]).length > 0) expect(card.textContent).toContain("Not with ");
    }
  });
  test("so do the questions, one press away", async () => {
    await open();
    await click(button("Change my answers"));
    for (const q of programme["questions"] as Wire[]) {
      expect(text("form")).toContain(q["ask"]);
      await click(field(new RegExp(String(q["ask"]).slice(0, 20)), "Yes"));
      expect(text("form")).toContain(q["then"]);
    }
  });
  test("is nowhere more than three clicks away", async () => {
    await open();
    for (const el of all(".programme p, .programme li, .programme h4")) {
      let folds = 0;
      for (let p: Element | null = el; p; p = p.parentElement) if (p.tagName === "DETAILS") folds++;
      expect(folds).toBeLessThanOrEqual(2); // the page's link, a part's fold, and an exercise's
    }
    for (const a of all(".parts-nav a, .chips a, .also a, .list a")) {
      expect(document.querySelector(a.getAttribute("href")!), a.textContent!).not.toBeNull();
    }
    const link = all(".chips a")[0]!;
    await click(link);
    expect(root.querySelector<HTMLDetailsElement>(link.getAttribute("href")!)!.open).toBe(true);
    expect(location.pathname).toBe("/relief");
  });
  test("has no styles or figures that don't work out", async () => {
    await open();
    expect(root.innerHTML).not.toMatch(/ style="|NaN|undefined/);
  });
  test("says of an exercise that is ruled out why, and does not begin it", async () => {
    said = { ...answered, limits: ["pregnancy"] };
    await open();
    expect(text("#exercise-plank")).toContain("Not for you now: you named pregnancy.");
    expect(root.querySelector("#exercise-plank button")).toBeNull();
    expect(text("#exercise-seated_twist .adapt")).toContain("A small, open turn.");
    await click(root.querySelector<HTMLElement>("#exercise-seated_twist button")!);
    expect(text("h1")).toBe("Seated twist");
    expect(text(".player .adapt")).toContain("A small, open turn.");
  });
});

describe("what helps now", () => {
  test("is said with why, what was left out, what to avoid, and the disclaimer beside it", async () => {
    await open();
    expect(text("h1")).toBe("Postural reset");
    expect(text(".now-card")).toContain("You called the tension in your upper back 5 of 10.");
    expect(text(".now-card")).toContain(String(programme["disclaimer"]));
    expect(text(".beside-it")).toMatch(/exercises are left out.*overstretching/);
    expect(all(".list li").length).toBeGreaterThan(2);
    expect(document.title).toBe("Relief – Sitwell");
  });
  test("follows what is wanted, and the last answer counts", async () => {
    await open();
    await click(field(/^Where/, "Lower back"));
    await click(field(/^How long/, "10 min"));
    await click(field(/^How it feels/, "Burning, tingling"));
    expect(asked("GET").at(-1)).toBe("/relief?area=lower_back&minutes=10&feel=nerve");
    expect(text("#routine-title")).toBe("For your lower back");
    await click(field(/^How long/, "One thing"));
    expect(asked("GET").at(-1)).toBe("/relief?area=lower_back&feel=nerve");
    expect(all(".list li")).toHaveLength(0);
    await click(button("Look at the signs first"));
    expect(text("h1")).toMatch(/any of these signs/);
  });
  test("an answer that comes late does not undo a newer one", async () => {
    await open();
    let late = (_: Response) => {};
    instead["/relief"] = () => new Promise((r) => (late = r));
    await click(field(/^Where/, "Lower back"));
    instead = {};
    await click(field(/^Where/, "Whole back"));
    expect(text("#routine-title")).toBe("For your whole back");
    late(Response.json(choice(new URLSearchParams("area=lower_back&minutes=5"), said)));
    await pass(300);
    expect(text("#routine-title")).toBe("For your whole back");
  });
  test("what is at hand is kept with the rest of what was said", async () => {
    said = { ...answered, limits: ["dizziness"] };
    await open();
    await click(field(/^At hand/, "An exercise band"));
    // That alone is sent: another tab may have said more meanwhile.
    expect(asked("PATCH")).toEqual(['/relief/profile {"kit":["chair","door","floor","band"]}']);
    expect(said).toEqual({ ...answered, limits: ["dizziness"], kit: ["chair", "door", "floor", "band"] });
    expect(field(/^At hand/, "An exercise band").checked).toBe(true);
    instead["/relief/profile"] = () => Response.json({ error: "the disk refuses" }, { status: 503 });
    await click(field(/^At hand/, "A chair"));
    expect(text(".wishes [role=alert]")).toBe("the disk refuses");
    expect(field(/^At hand/, "A chair").checked).toBe(true);
  });
  test("a service that does not answer is said, and asked again", async () => {
    instead["/relief"] = () =>
      Response.json({ error: "the history can't be read, see the log" }, { status: 500 });
    await open();
    expect(text("[role=alert]")).toContain("the history can't be read");
    instead = {};
    await click(button("Try again"));
    expect(text("h1")).toBe("Postural reset");
  });
  test("an answer that is not understood is no advice", async () => {
    instead["/relief"] = () =>
      Response.json({ ...choice(new URLSearchParams(), said), now: { exercise: 1 } });
    await open();
    expect(text("[role=alert]")).toContain("choice.now.exercise");
    expect(button(/^Start/)).toBeUndefined();
  });
});

describe("the workplace", () => {
  const checks = programme["workplace"] as { id: string; ask: string; answers: Record<string, string>[] }[];
  const answers = () => said["workplace"] as Wire;
  async function take(text: string): Promise<void> {
    await click(
      all(".desk .pick label")
        .find((l) => l.textContent === text)!
        .querySelector("input")!,
    );
    await settled();
  }
  test("is asked one question at a time, with what to change at once, and kept with the rest", async () => {
    said = { ...answered, limits: ["dizziness"], kit: ["door"] };
    await open();
    expect(text(".desk")).toContain(`${checks.length} short questions`);
    await click(button("Check my desk"));
    for (const [i, c] of checks.entries()) {
      expect(all(".desk fieldset")).toHaveLength(1);
      expect(text(".desk legend")).toBe(`${i + 1} of ${checks.length} ${c.ask}`);
      expect(document.activeElement?.tagName).toBe("LEGEND");
      for (const a of c.answers) {
        await take(a["text"]!);
        expect(text(".desk .adapt")).toBe(a["advice"] || "That is well as it is.");
      }
      await click(button(i + 1 < checks.length ? "Next" : "Done"));
    }
    expect(document.activeElement?.id).toBe("desk-title");
    const last = Object.fromEntries(checks.map((c) => [c.id, c.answers.at(-1)!["id"]]));
    expect(said).toEqual({ ...answered, limits: ["dizziness"], kit: ["door"], workplace: last });
    expect(all(".answered li")).toHaveLength(checks.length);
    for (const c of checks) expect(text(".answered")).toContain(c.answers.at(-1)!["advice"]!);
    expect(button("Check my desk")).toBeUndefined();
  });
  test("what to change stands beside the routine, for its area, until it is changed", async () => {
    said = { ...answered, workplace: { screen_height: "low", feet: "hang" } };
    await open();
    expect(text(".beside-it")).toMatch(/At your deskWhere is the upper edge of the screen.*Raise the screen/);
    expect(text(".beside-it")).not.toContain("Lower the chair, or put a footrest");
    expect(text(".desk")).toContain("5 of 7 are open");
    await click(button(/^Change the answer to: Where is the upper edge/));
    await take("About at the height of my eyes, or a little below");
    await click(button("Enough for now"));
    expect(answers()).toEqual({ screen_height: "eyes", feet: "hang" });
    expect(text(".beside-it")).not.toContain("At your desk");
    await click(button("Go on with the check"));
    expect(text(".desk legend")).toContain("How far is the screen?");
  });
  test("other answers leave those of the desk alone", async () => {
    said = { ...answered, workplace: { feet: "hang" } };
    await open();
    await click(field(/^At hand/, "An exercise band"));
    expect(answers()).toEqual({ feet: "hang" });
  });
  test("two quick answers are both kept, and one that is not is said", async () => {
    await open();
    await click(button("Check my desk"));
    const labels = () => all(".desk .pick input");
    await act(() => labels()[1]!.click());
    await act(() => button("Next").click());
    await act(() => labels()[1]!.click());
    await pass(300);
    await settled();
    expect(answers()).toEqual({ screen_height: "low", screen_distance: "near" });
    instead["/relief/profile"] = () => Response.json({ error: "the disk refuses" }, { status: 503 });
    await click(labels()[0]!);
    await settled();
    expect(text(".desk [role=alert]")).toBe("the disk refuses");
    expect((labels()[1] as HTMLInputElement).checked).toBe(true);
  });
  test("says afterwards what the answers changed", async () => {
    await open();
    await click(button("Check my desk"));
    await take("Clearly lower, as on a laptop");
    await click(button("Enough for now"));
    expect(text(".changed")).toBe("1 thing to change: beside the routine, too, under “At your desk”.");
    await click(button("Go on with the check"));
    await take("About an arm's length");
    await click(button("Enough for now"));
    expect(text(".changed")).toBe("Noted. What is proposed stays as it was.");
    await click(button(/^Change the answer to: Where is the upper edge/));
    await take("About at the height of my eyes, or a little below");
    await click(button("Enough for now"));
    expect(text(".changed")).toBe("1 thing no longer to change.");
  });
  test("a distance that is surely wrong offers its answer, and a tape makes the next one surer", async () => {
    await open();
    await click(button("Check my desk"));
    await click(button("Next"));
    const near = { ...distance, cm: 38, low_cm: 30, high_cm: 48, verdict: "near" };
    instead["/relief/distance"] = () => Response.json({ distance: near });
    await click(button("Measure"));
    await settled();
    await click(button(/^Answer: clearly nearer/));
    await settled();
    expect(answers()).toEqual({ screen_distance: "near" });
    const tape = root.querySelector<HTMLInputElement>(".tape input")!;
    const type = (v: string) =>
      act(() => {
        tape.value = v;
        tape.dispatchEvent(new Event("input", { bubbles: true }));
      });
    await type("7");
    expect(button("Keep that").disabled).toBe(true);
    await type("41");
    await click(button("Keep that"));
    await settled();
    expect(said["measured"]).toEqual({ cm: 41, apart: 0.0726 });
    expect(asked("PATCH").at(-1)).toBe('/relief/profile {"measured":{"cm":41,"apart":0.0726}}');
  });
  test("the distance is measured on request, with its error", async () => {
    await open();
    await click(button("Check my desk"));
    expect(button("Measure")).toBeUndefined();
    await click(button("Next"));
    let tries = 0;
    instead["/relief/distance"] = () => Response.json({ distance: ++tries < 3 ? null : distance });
    await click(button("Measure"));
    expect(text(".measure [role=status]")).toBe("Look at the camera…");
    for (let i = 0; i < 4; i++) {
      await pass(500);
      await settled();
    }
    expect(text(".measure [role=status]")).toBe(distance["text"]);
    expect(tries).toBe(3);
    // And where no face is seen it gives up in time.
    instead["/relief/distance"] = () => (tries++, Response.json({ distance: null }));
    await click(button("Measure"));
    for (let i = 0; i < 10; i++) {
      await pass(500);
      await settled();
    }
    expect(text(".measure [role=status]")).toMatch(/^No face looked straight/);
    expect(tries).toBe(3 + 7);
    const live = parseLive(status({ source: { status: "paused" } }));
    await act(() => store.dispatch({ type: "live", live, at: performance.now() }));
    await pass(300);
    expect(text(".measure")).toContain("It can’t be measured now: the camera is paused.");
  });
});

describe("what works for you", () => {
  test("is told in the service's order, with how sure it is, and that it proves nothing", async () => {
    await open();
    expect(all(".effects li").map((li) => li.textContent)).toEqual([
      "Chin tuckAfter it the tension in your upper back was 1.4 points lower than without it (0.6 to 2.2; 8 days). 7 times as part of a routine.",
      "Shoulder rollsDone 4 times; 2 of 5 days could be compared. As part of a routine.",
      "Pelvic tiltAfter it the tension in your lower back may have been either, 1.3 points lower to 0.7 higher than without it (6 days), and you were upright 12 % more of the time than without it (5 % to 19 %; 5 days).",
    ]);
    expect(all(".worked h3").map((h) => h.textContent)).toEqual(["Upper back", "Lower back"]);
    expect(all(".effects .open")).toHaveLength(1);
    expect(text(".worked")).toContain("that proves no cause");
    expect(all(".worked a").map((a) => a.getAttribute("href"))).toContain("#exercise-chin_tuck");
  });
  test("is one friendly line while nothing was done", async () => {
    instead["/relief/effects"] = () => Response.json({ effects: [], days: 180 });
    await open();
    expect(text(".worked")).toBe(
      "What works for youNothing yet. Once you have done a few, you will see here what followed.",
    );
  });
  test("an exercise of a newer service has its name at least", async () => {
    const e = { ...(effects["effects"] as Wire[])[0]!, exercise: "new_thing" };
    instead["/relief/effects"] = () => Response.json({ effects: [e], days: 180 });
    await open();
    expect(text(".effects li")).toMatch(/^new thingAfter it/i);
  });
  test("what can't be told keeps nothing else from being there", async () => {
    instead["/relief/effects"] = () => Response.json({ error: "the history can't be read" }, { status: 500 });
    await open();
    expect(text("h1")).toBe("Postural reset");
    await settled();
    expect(text(".worked")).toContain("the history can't be read");
    instead = {};
    await click(all(".worked button")[0]);
    await settled();
    expect(all(".effects li")).toHaveLength(3);
    expect(text(".worked")).not.toContain("can't be read");
  });
});

describe("safety", () => {
  test("five questions come before the first routine, once", async () => {
    said = profile;
    await open();
    await click(button("Start the routine"));
    expect(text("h1")).toBe("Five short questions first");
    expect(document.activeElement?.tagName).toBe("H1");
    expect(all("fieldset")).toHaveLength(5);
    for (const f of all("fieldset")) expect(f.querySelector("legend")!.textContent).toMatch(/\?$/);
    expect(button("Keep my answers").disabled).toBe(true);
    await click(button("No to all"));
    await click(field(/pregnant/, "Yes"));
    expect(text(".then")).toContain("Nothing lying on the back");
    await click(button("Keep my answers"));
    expect(said).toEqual({ ...profile, answered: true, limits: ["pregnancy"] });
    expect(text("h1")).toBe("Postural reset");
    expect(text(".said")).toContain("fits your answers");
    // Not again: now it begins.
    await click(button("Start the routine"));
    expect(text(".player")).toContain("Get into place");
    await press("Escape");
    await click(button("Back to what helps"));
    await click(button("Change my answers"));
    expect(field(/pregnant/, "Yes").checked).toBe(true);
    expect(field(/osteoporosis/, "No").checked).toBe(true);
  });
  test("answers that can't be kept are not lost", async () => {
    said = profile;
    await open();
    await click(button(/^Start$/) ?? button(/^Start/));
    await click(button("No to all"));
    instead["/relief/profile"] = () => Response.json({ error: "nothing was done" }, { status: 503 });
    await click(button("Keep my answers"));
    expect(text("[role=alert]")).toBe("nothing was done");
    expect(field(/dizzy/, "No").checked).toBe(true);
  });
  test("the signs are asked before advice goes on, and none is one press", async () => {
    due = "You called the tension in your upper back 9 of 10.";
    await open();
    expect(text("h1")).toBe("Do you have any of these signs?");
    expect(text("form")).toContain(due);
    expect(root.querySelector(".now-card, .list, .item, .moving")).toBeNull();
    expect(all("form input[type=checkbox]")).toHaveLength(17);
    await click(button("None of these"));
    expect(said["red_flags"]).toEqual([]);
    expect(Math.abs(Date.parse(String(said["checked_at"])) - Date.now())).toBeLessThan(5000);
    expect(text("h1")).toBe("Postural reset");
  });
  test("a sign stops all advice, says where to turn, and can be corrected", async () => {
    due = "The tension in your upper back is new.";
    await open();
    await click(field(/^Now/, "Fever"));
    await click(button("I have what I ticked"));
    expect(said["red_flags"]).toEqual(["fever"]);
    expect(text("h1")).toBe("Please see a doctor first.");
    expect(text(".stop")).toContain("Have a doctor look at this in the next days.");
    expect(document.activeElement?.tagName).toBe("H1");
    expect(root.querySelector(".now-card, .list, .wishes, .item, .moving")).toBeNull();
    // What is no advice to move stays to be read.
    for (const id of ["causes", "avoid", "see-somebody"]) expect(root.querySelector(`#${id}`)).not.toBeNull();
    for (const f of programme["red_flags"] as Wire[]) expect(text("#see-somebody")).toContain(f["sign"]);
    expect(button(/^Start|Do this/)).toBeUndefined();
    for (const e of programme["exercises"] as Wire[]) expect(root.textContent).not.toContain(e["name"]);
    await click(button(/change my answers/));
    expect(field(/^Now/, "Fever").checked).toBe(true);
    await click(button("None of these"));
    expect(text("h1")).toBe("Postural reset");
  });
  test("an emergency is called one", async () => {
    said = { ...answered, red_flags: ["bladder_bowel", "fever"] };
    await open();
    expect(text("h1")).toBe("Please get help now.");
    expect(text(".stop")).toMatch(/emergency number.*bladder or bowel.*Fever/);
  });
  /** Says a sign; whether the service can then be asked what follows is up to the test. */
  async function name(label: string): Promise<void> {
    await click(button("Check the signs"));
    await click(field(/^Now/, label));
    await click(button("I have what I ticked"));
    await settled();
    await pass(300);
  }
  const down = () => Response.json({ error: "the history can't be read, see the log" }, { status: 500 });
  test("a sign stops all at once, also when the service can't say what follows", async () => {
    await open();
    instead["/relief"] = down;
    await name("Trouble passing urine, or loss of control over bladder or bowel");
    expect(said["red_flags"]).toEqual(["bladder_bowel"]);
    expect(text("h1")).toBe("Please get help now.");
    expect(text(".stop")).toMatch(/emergency number.*Trouble passing urine/);
    expect(root.querySelector(".now-card, .list, .item")).toBeNull();
    expect(button(/^Start|Do this/)).toBeUndefined();
  });
  test("what was chosen for other answers is gone with them", async () => {
    await open();
    await click(button("Change my answers"));
    await click(field(/dizzy/, "Yes"));
    instead["/relief"] = down;
    await click(button("Keep my answers"));
    await settled();
    await pass(300);
    expect(said["limits"]).toEqual(["dizziness"]);
    expect(button(/^Start|Do this/)).toBeUndefined();
    expect(text("h1")).toBe("What helps now");
    expect(text("[role=alert]")).toContain("can't be read");
    instead = {};
    await click(button("Try again"));
    await settled();
    await pass(300);
    expect(button("Start the routine")).toBeDefined();
    expect(text(".list")).not.toContain("Chin tuck");
  });
  test("nothing begins without a look at what was said by now", async () => {
    await open();
    instead["/relief"] = down;
    await click(button("Start the routine"));
    await settled();
    await pass(300);
    expect(root.querySelector(".player")).toBeNull();
    expect(text("[role=alert]")).toMatch(/^Nothing was begun: .*can't be read/);
    instead = {};
    await click(button("Try again"));
    await settled();
    await pass(300);
    expect(root.querySelector(".player")).not.toBeNull();
  });
  test("what begins is what is right by now, not what stood there", async () => {
    await open();
    expect(text(".list")).toContain("Chin tuck");
    said = { ...said, limits: ["dizziness"] }; // in another tab
    await click(button("Start the routine"));
    await settled();
    await pass(300);
    const beads = all(".beads li").length;
    expect(beads).toBeGreaterThan(1);
    for (let i = 0; i < beads; i++) {
      expect(text(".player h1")).not.toMatch(/Chin tuck|Neck/);
      await press("ArrowRight");
    }
  });
  test("a tab that was left open takes nothing back that another one said", async () => {
    await open();
    said = { ...said, red_flags: ["fever"], limits: ["pregnancy"] };
    await click(field(/^At hand/, "An exercise band"));
    await settled();
    expect(said).toMatchObject({ red_flags: ["fever"], limits: ["pregnancy"] });
    expect(said["kit"]).toContain("band");
  });
  test("looked at again it asks what was said meanwhile", async () => {
    await open();
    said = { ...said, red_flags: ["fever"] };
    await act(() => void document.dispatchEvent(new Event("visibilitychange")));
    await pass(300);
    await settled();
    await pass(300);
    expect(text("h1")).toBe("Please see a doctor first.");
  });
  test("a sign that another tab named stays ticked in the form", async () => {
    await open();
    await click(button("Check the signs"));
    await click(field(/^Now/, "Fever"));
    said = { ...said, red_flags: ["saddle"] };
    await act(() => void document.dispatchEvent(new Event("visibilitychange")));
    await pass(300);
    await settled();
    await pass(300);
    await click(button("I have what I ticked"));
    expect(said["red_flags"]).toEqual(["saddle", "fever"]);
  });
  test("that a professional agreed is asked where exercises wait for one", async () => {
    said = profile;
    await open();
    await click(button("Start the routine"));
    await click(button("No to all"));
    expect(all("form input[type=checkbox]")).toHaveLength(0);
    await click(field(/surgery/, "Yes"));
    await click(all("form input[type=checkbox]")[0]);
    await click(button("Keep my answers"));
    await settled();
    expect(said).toMatchObject({ limits: ["surgery"], cleared: ["surgery"] });
    // Who has no limit any more is cleared of none.
    await click(button("Change my answers"));
    await click(field(/surgery/, "No"));
    await click(button("Keep my answers"));
    await settled();
    expect(said).toMatchObject({ limits: [], cleared: [] });
  });
  test("a reason to see a professional stands with the advice", async () => {
    const more = { see_professional: "Have a doctor look at it.", short: "Two fit, no more." };
    instead["/relief"] = () => Response.json({ ...choice(new URLSearchParams("minutes=5"), said), ...more });
    await open();
    expect(text(".now-card")).toContain("Have a doctor look at it.");
    expect(text(".routine")).toContain("Two fit, no more.");
  });
  test("a sign that came up elsewhere stops a routine before it begins", async () => {
    await open();
    said = { ...answered, red_flags: ["chest_pain"] };
    await click(button("Start the routine"));
    expect(root.querySelector(".player")).toBeNull();
    expect(text("h1")).toBe("Please get help now.");
  });
});

describe("a guided routine", () => {
  const done = () => asked("POST").filter((a) => a.startsWith("/relief/done"));
  test("shows one exercise at a time and notes what was done", async () => {
    await begin();
    expect(text("h1")).toBe("Postural reset");
    expect(text(".player")).toContain("Timed, not seen by the camera.");
    expect(text(".player .disclaimer")).toContain(String(programme["disclaimer"]));
    expect(all(".player .how li")).toHaveLength(3);
    await pass(9500);
    expect(text(".phase")).toBe("Hold");
    await pass(11_000);
    expect(text("h1")).toBe("Chin tuck");
    expect(done()).toEqual([
      '/relief/done {"exercise":"postural_reset","seconds":12,"repetitions":1,"ago_s":0}',
    ]);
    await pass(9000 + 4000);
    expect(text(".progress")).toBe("2 of 10");
  });
  test("keys: space pauses, arrows skip and go back, s swaps, Esc stops", async () => {
    await begin();
    await pass(9000);
    await press(" ");
    expect(text(".phase")).toBe("Paused");
    await pass(60_000);
    expect(text("h1")).toBe("Postural reset");
    await press(" ");
    expect(text(".phase")).toBe("Hold");
    await press("ArrowRight");
    expect(text("h1")).toBe("Chin tuck");
    await press("ArrowLeft");
    expect(text("h1")).toBe("Postural reset");
    await press("s");
    const swapped = text("h1");
    expect(swapped).not.toBe("Postural reset");
    await press("s");
    expect(text("h1")).not.toBe(swapped);
    // A key in another sense is the browser's.
    await act(() => {
      document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowRight", ctrlKey: true, bubbles: true, cancelable: true }),
      );
    });
    expect(text(".player-bar")).toMatch(/^1 of/);
    await press("Escape");
    expect(text("h1")).toBe("Stopped.");
    await press("Escape");
    expect(root.querySelector(".now-card")).not.toBeNull();
  });
  test("space on a button is the button's", async () => {
    await begin();
    const skip = button(/^Skip/);
    skip.focus();
    const e = new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true });
    await act(() => void skip.dispatchEvent(e));
    expect(e.defaultPrevented).toBe(false);
    expect(text(".phase")).not.toBe("Paused");
  });
  test("a swap is one that the service would propose, or none", async () => {
    said = { ...answered, limits: ["recent_injury"] };
    await open();
    await click(button("Start the routine"));
    const names = all(".player h1").map((h) => h.textContent);
    expect(names[0]).toMatch(/^(Walk|Calm breathing)$/);
    await press("s");
    expect(text(".player .said")).toMatch(/nothing else for this area/);
  });
  test("hidden for a while it is where it must be", async () => {
    await begin();
    // No timer comes while it is hidden; the clock goes on.
    const before = performance.now.bind(performance);
    const clock = vi.spyOn(performance, "now").mockImplementation(() => before() + 60_000);
    await act(() => void document.dispatchEvent(new Event("visibilitychange")));
    expect(text("h1")).toBe("Chin tuck");
    expect(done()).toHaveLength(1);
    clock.mockRestore();
  });
  test("both sides are shown, and the figure turns with them", async () => {
    await open();
    await click(root.querySelector<HTMLElement>("#exercise-cross_body_stretch button")!);
    await pass(12_000);
    expect(text(".progress")).toBe("Left side");
    expect(root.querySelector(".stage g")!.getAttribute("transform")).toBeNull();
    await pass(19_000);
    expect(text(".progress")).toBe("Right side");
    expect(root.querySelector(".stage g")!.getAttribute("transform")).toBe("translate(200 0) scale(-1 1)");
  });
  test("calm breathing has a circle and its words", async () => {
    await open();
    await click(root.querySelector<HTMLElement>("#exercise-calm_breathing button")!);
    expect(text(".breath strong")).toBe("Breathe in");
    const small = Number(root.querySelector(".breath .air")!.getAttribute("r"));
    await pass(3400);
    expect(Number(root.querySelector(".breath .air")!.getAttribute("r"))).toBeGreaterThan(small + 10);
    await pass(1000);
    expect(text(".breath strong")).toBe("Breathe out");
  });
  test("a figure that shows an exercise by itself rests after a while, until it is pointed at", async () => {
    await open();
    const figure = () => root.querySelector(".now-card .moving g")!.innerHTML;
    const before = figure();
    await pass(1500);
    expect(figure()).not.toBe(before);
    await pass(20_000);
    const rests = figure();
    await pass(3000);
    expect(figure()).toBe(rests);
    await act(() => void root.querySelector(".now-card .moving")!.dispatchEvent(new Event("pointerenter")));
    await pass(1500);
    expect(figure()).not.toBe(rests);
  });
  test("without motion the two poses stand side by side", async () => {
    still = true;
    await begin();
    const poses = all(".stage .moving svg");
    expect(poses).toHaveLength(2);
    expect(poses[0]!.innerHTML).not.toBe(poses[1]!.innerHTML);
    const drawn = root.querySelector(".stage .moving")!.innerHTML;
    await pass(5000);
    expect(root.querySelector(".stage .moving")!.innerHTML).toBe(drawn);
  });
  test("afterwards it asks how it is now, for the area, and thanks", async () => {
    await begin();
    await pass(21_000);
    await press("Escape");
    expect(text(".did")).toContain("Postural reset, 12 s");
    expect(text(".feeling legend")).toBe("How is it now? Upper back");
    await click(all(".feeling .tension button")[3]);
    await settled();
    expect(asked("POST").at(-1)).toBe('/check-ins {"tension":{"upper_back":3}}');
    expect(text(".feeling")).toContain("Upper back: 3 of 10. Thank you.");
    expect(root.querySelector(".feeling .tension")).toBeNull();
    // A strong tension is the service's to judge: the page asks it again.
    due = "You called the tension in your upper back 9 of 10.";
    await click(button("Back to what helps"));
    expect(text("h1")).toBe("Do you have any of these signs?");
  });
  test("stopped by mistake it goes on", async () => {
    await begin();
    await pass(5000);
    await press("Escape");
    await click(button("Go on where I was"));
    expect(text("h1")).toBe("Postural reset");
    await pass(6000);
    expect(text(".phase")).toBe("Hold");
  });
  test("after a strong tension it goes on only past the signs", async () => {
    await begin();
    await pass(21_000);
    await press("Escape");
    await click(all(".feeling .tension button")[10]);
    await settled();
    due = "You called the tension in your upper back 10 of 10.";
    await click(button("Go on where I was"));
    await settled();
    await pass(300);
    expect(root.querySelector(".player")).toBeNull();
    expect(text("h1")).toBe("Do you have any of these signs?");
  });
  test("it goes on after a stop only once it is known that it may", async () => {
    await begin();
    await pass(5000);
    await press("Escape");
    instead["/relief"] = () => Response.json({ error: "the log says why" }, { status: 500 });
    await click(button("Go on where I was"));
    await settled();
    await pass(300);
    expect(text("h1")).toBe("Stopped.");
    expect(text("[role=alert]")).toMatch(/can’t go on yet.*the log says why/);
    instead = {};
    await click(button("Go on where I was"));
    await settled();
    await pass(300);
    expect(text("h1")).toBe("Postural reset");
  });
  test("what the service has against an exercise ends the routine and is said", async () => {
    await begin();
    await pass(21_000);
    expect(text("h1")).toBe("Chin tuck");
    const why = "This can be an emergency: call your emergency number.";
    instead["/relief/doing"] = () => Response.json({ error: why }, { status: 409 });
    await press("ArrowRight");
    await settled();
    await pass(300);
    expect(text("h1")).toBe("Stopped.");
    expect(text("[role=alert]")).toBe(why);
    expect(button("Go on where I was")).toBeUndefined();
    // What was done before is noted all the same.
    expect(done()[0]).toContain("postural_reset");
  });
  test("a service that can't be told goes by unnoticed", async () => {
    instead["/relief/doing"] = () => Response.json({ error: "try again" }, { status: 503 });
    await begin();
    await pass(9500);
    expect(text(".phase")).toBe("Hold");
  });
  test("a sign that another tab named ends the routine when this one is looked at again", async () => {
    await begin();
    await pass(9000);
    said = { ...said, red_flags: ["saddle"] };
    await act(() => void document.dispatchEvent(new Event("visibilitychange")));
    await pass(300);
    await settled();
    await pass(300);
    expect(text("h1")).toBe("Stopped.");
    expect(text("[role=alert]")).toMatch(/emergency number/);
    await click(button("Back to what helps"));
    expect(text("h1")).toBe("Please get help now.");
  });
  test("a screen reader is told the phases, and not each second", async () => {
    await begin();
    const live = root.querySelector(".player > .sr[role=status]")!;
    const told: string[] = [];
    for (let i = 0; i < 300; i++) {
      await pass(100);
      if (live.textContent !== told.at(-1)) told.push(live.textContent);
    }
    expect(told.slice(0, 5)).toEqual([
      "Postural reset: get into place",
      "Slowly",
      "Hold",
      "And back",
      "Chin tuck: get into place",
    ]);
    expect(told.length).toBeLessThan(9);
    await press(" ");
    expect(live.textContent).toBe("Paused");
  });
  test("short movements are counted in the ring, long holds counted down", async () => {
    await begin();
    await pass(11_000);
    expect(text(".count-ring text")).toMatch(/^[6-8]$/);
    await press("ArrowRight");
    await pass(9000);
    expect(text(".count-ring text")).toBe("1");
    await pass(8000);
    expect(text(".count-ring text")).toBe("3");
    expect(text(".progress")).toBe("3 of 10");
  });
  test("what fills the time of a routine is done as long as that says", async () => {
    instead["/relief"] = () => {
      const c = choice(new URLSearchParams("minutes=5"), said);
      const [first, ...more] = c["routine"] as Wire[];
      return Response.json({ ...c, routine: [{ ...first, hold_s: 20 }, ...more] });
    };
    await begin();
    await pass(21_000);
    expect(text("h1")).toBe("Postural reset"); // held for 20 s rather than 10
    await pass(10_000);
    expect(text("h1")).toBe("Chin tuck");
  });
  test("what can't be noted is said, and tried again", async () => {
    instead["/relief/done"] = () => Response.json({ error: "the disk refuses" }, { status: 503 });
    await begin();
    await pass(21_000);
    await press("Escape");
    expect(text("[role=alert]")).toMatch(/not noted yet. the disk refuses/);
    instead = {};
    await pass(40_000);
    await click(button("Try again"));
    expect(root.querySelector("[role=alert]")).toBeNull();
    expect(done().at(-1)).toContain("postural_reset");
    // It is noted for when it was, not for when it could be sent.
    const ago = JSON.parse(done().at(-1)!.replace("/relief/done ", "")) as Wire;
    expect(ago["ago_s"]).toBeGreaterThanOrEqual(39);
    expect(ago["ago_s"]).toBeLessThanOrEqual(45);
  });
  test("keeps the screen on while it runs", async () => {
    const release = vi.fn(() => Promise.resolve());
    const request = vi.fn(() => Promise.resolve({ release, released: false }));
    Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
    await begin();
    expect(request).toHaveBeenCalledWith("screen");
    await press(" ");
    expect(release).toHaveBeenCalled();
    Reflect.deleteProperty(navigator, "wakeLock");
  });
});

describe("said aloud", () => {
  const voice = (name: string, lang: string, localService: boolean, usual = false) => ({
    name,
    lang,
    localService,
    default: usual,
    voiceURI: name,
  });
  const far = voice("far", "en-US", false, true);
  const near = voice("near", "en-GB", true);
  const german = voice("german", "de-DE", true, true);
  class Utterance {
    voice: { name: string } | null = null;
    lang = "";
    onerror: ((e: { error: string }) => void) | null = null;
    constructor(readonly text: string) {}
  }
  /** What is spoken and called off, in order. */
  let heard: string[];
  let spoken: Utterance[];
  let speech: EventTarget & { voices: object[]; pending: boolean; speak: (u: Utterance) => void };
  const box = () => root.querySelector<HTMLInputElement>(".aloud input");
  const note = () => text(".aloud .note");
  beforeEach(() => {
    localStorage.clear();
    heard = [];
    spoken = [];
    speech = Object.assign(new EventTarget(), {
      voices: [far, german, near] as object[],
      pending: false,
      getVoices: () => speech.voices,
      speak: (u: Utterance) => {
        spoken.push(u);
        heard.push(u.text);
      },
      cancel: () => void heard.push("-"),
    });
    vi.stubGlobal("speechSynthesis", speech);
    vi.stubGlobal("SpeechSynthesisUtterance", Utterance);
  });
  /** Begins with the routine read aloud. */
  async function aloud(): Promise<void> {
    localStorage.setItem("sitwell-aloud", "yes");
    await begin();
  }
  const live = () => root.querySelector(".player > .sr[role=status]")!.getAttribute("aria-live");

  test("nothing is until that is switched on, which is remembered", async () => {
    await begin();
    expect(text(".aloud label")).toBe("Say it aloud");
    expect(box()!.checked).toBe(false);
    await pass(9500);
    expect(heard).toEqual([]);
    expect(live()).toBe("polite");
    await click(box()!);
    expect(heard).toEqual(["Hold."]);
    // A screen reader does not say the same once more.
    expect(live()).toBe("off");
    expect(note()).toMatch(/nothing leaves it.*Screen readers leave/);
    await act(() => render(null, root));
    await begin();
    expect(box()!.checked).toBe(true);
    expect(heard.at(-1)).toBe("Postural reset: get into place.");
    await click(box()!);
    expect(heard.at(-1)).toBe("-");
    expect(localStorage.getItem("sitwell-aloud")).toBeNull();
    const before = heard.length;
    await pass(15_000);
    expect(heard).toHaveLength(before);
  });
  test("names and phases are, once each and never the seconds", async () => {
    await aloud();
    for (let i = 0; i < 310; i++) await pass(100);
    expect(heard).toEqual([
      "Postural reset: get into place.",
      "Slowly.",
      "Hold.",
      "And back.",
      "-", // what was said of the last one is over
      "Chin tuck: get into place.",
      "1 of 10.",
    ]);
    for (const u of spoken) expect([u.voice?.name, u.lang]).toEqual(["near", "en-GB"]);
  });
  test("what the camera counts is, and how it goes", async () => {
    const tell = async (over: Wire) => {
      const live = parseLive(status({ coach: coaching(over) }));
      await act(() => store.dispatch({ type: "live", live, at: performance.now() }));
      await pass(300);
    };
    localStorage.setItem("sitwell-aloud", "yes");
    await open();
    await click(root.querySelector<HTMLElement>("#exercise-neck_turn button")!);
    await settled();
    await pass(100);
    const c = { exercise: "neck_turn", hold_target_s: 5, repetitions: 3, left: 2, right: 1 };
    await tell({ ...c, phase: "holding", side: "left", hold_s: 0.5 });
    expect(heard.at(-1)).toBe("Hold, left side. Left 2 of 5, right 1 of 5.");
    const before = heard.length;
    await tell({ ...c, phase: "holding", side: "left", hold_s: 3.4 });
    expect(heard).toHaveLength(before);
    await tell({ ...c, phase: "holding", side: "left", hold_s: 5, overstretched: true, over: 0.3 });
    expect(heard.at(-1)).toBe("Ease off: that is further than your own comfortable range. And back.");
    await tell({ ...c, repetitions: 4, right: 2 });
    expect(heard.at(-1)).toBe("Neck turn. Left 2 of 5, right 2 of 5.");
    for (const p of all(".counted [role=status]")) expect(p.getAttribute("aria-live")).toBe("off");
  });
  test.each([
    ["a pause", () => press(" ")],
    ["a stop", () => press("Escape")],
    ["leaving", () => click(all("a").find((a) => a.textContent === "Live"))],
    ["a page that closes", async () => void window.dispatchEvent(new Event("pagehide"))],
  ])("ends at %s", async (_, end) => {
    await aloud();
    await pass(8500);
    const before = heard.length;
    await end();
    expect(heard.slice(before)).toEqual(["-"]);
  });
  test("a skip, a step back and a swap end it for what comes, and after a pause it is told where one is", async () => {
    await aloud();
    for (const [key, next] of [
      ["ArrowRight", /^Chin tuck: get/],
      ["s", /: get into place/],
      ["ArrowLeft", /^Postural reset: get/],
    ] as const) {
      const before = heard.length;
      await press(key);
      expect(heard.slice(before)).toEqual(["-", expect.stringMatching(next)]);
    }
    await pass(9500);
    await press(" ");
    expect(heard.at(-1)).toBe("-");
    expect(live()).toBe("polite");
    await pass(5000);
    await press(" ");
    expect(heard.slice(-2)).toEqual(["-", "Hold."]);
  });
  test("what waits for its turn is left out when something newer comes", async () => {
    await aloud();
    await pass(8500);
    expect(heard).not.toContain("-");
    speech.pending = true;
    await pass(1500);
    expect(heard.slice(-2)).toEqual(["-", "Hold."]);
  });
  test("never by a voice that is elsewhere, and as soon as there is one here", async () => {
    speech.voices = [far];
    await aloud();
    expect(box()).toBeNull();
    await pass(5000);
    expect(heard).toEqual([]);
    expect(live()).toBe("polite");
    speech.voices = [far, german];
    await act(() => void speech.dispatchEvent(new Event("voiceschanged")));
    await pass(200);
    expect(spoken.map((u) => u.voice?.name)).toEqual(["german"]);
    expect(box()!.checked).toBe(true);
    // Gone again, without a word of it.
    speech.voices = [far];
    await pass(9000);
    expect(spoken).toHaveLength(1);
    expect(note()).toBe("It can’t be said aloud just now.");
    await act(() => void speech.dispatchEvent(new Event("voiceschanged")));
    expect(box()).toBeNull();
    // Nobody is listened to any more once the player is left.
    await press("Escape");
    await click(button("Back to what helps"));
    speech.voices = [near];
    await act(() => void speech.dispatchEvent(new Event("voiceschanged")));
    expect(spoken).toHaveLength(1);
  });
  test.each<[string, () => unknown]>([
    ["is missing", () => vi.stubGlobal("speechSynthesis", undefined)],
    ["has no words for it", () => vi.stubGlobal("SpeechSynthesisUtterance", undefined)],
    ["can't tell its voices", () => Object.assign(speech, { getVoices: fails })],
    ["tells of no changes", () => Object.assign(speech, { addEventListener: undefined })],
    ["does not speak", () => Object.assign(speech, { speak: fails, cancel: fails })],
  ])("a browser whose speech %s goes on as ever", async (_, breaks) => {
    breaks();
    await aloud();
    await pass(9500);
    expect(text(".phase")).toBe("Hold");
    await press(" ");
    await press("Escape");
    expect(text("h1")).toBe("Stopped.");
  });
  test("speech that fails is said, a screen reader is told again, and the next exercise tries anew", async () => {
    await aloud();
    const failed = (error: string) => act(() => spoken.at(-1)!.onerror!({ error }));
    await failed("interrupted"); // somebody else ended it
    expect(live()).toBe("off");
    await failed("not-allowed");
    expect(live()).toBe("polite");
    expect(note()).toBe("It can’t be said aloud just now.");
    const before = spoken.length;
    await pass(9500);
    expect(spoken).toHaveLength(before);
    await press("ArrowRight");
    expect(spoken.at(-1)!.text).toMatch(/^Chin tuck/);
    expect(note()).toMatch(/nothing leaves it/);
  });
});

const fails = (): never => {
  throw new Error("not here");
};

describe("the camera that counts", () => {
  const wishes = () =>
    vi
      .mocked(fetch)
      .mock.calls.filter(([path]) => String(path).endsWith("/relief/coach"))
      .map(([, init]) => `${init!.method!}${init?.body ? ` ${String(init.body)}` : ""}`);
  const done = () => asked("POST").filter((a) => a.startsWith("/relief/done"));
  async function tell(over: Wire | null, more: Wire = {}): Promise<void> {
    const live = parseLive(status({ ...more, coach: over && coaching(over) }));
    await act(() => store.dispatch({ type: "live", live, at: performance.now() }));
    await pass(300);
  }
  async function doOne(id: string): Promise<void> {
    await open();
    await click(root.querySelector<HTMLElement>(`#exercise-${id} button`)!);
    await settled();
    await pass(100);
  }
  const box = () => root.querySelector<HTMLInputElement>(".eye input")!;
  beforeEach(() => localStorage.clear());

  test("counts an exercise that it can see, shows how it goes, and goes on when it is complete", async () => {
    await begin();
    expect(text(".player-words > .note")).toBe("Timed, not seen by the camera.");
    expect(wishes()).toEqual([]);
    await press("ArrowRight");
    expect(text("h1")).toBe("Chin tuck");
    expect(wishes()).toEqual(['POST {"exercise":"chin_tuck","repetitions":10}']);
    expect(box().checked).toBe(true);
    await tell({ phase: "getting_ready", reason: "sit at ease" });
    expect(text(".phase")).toBe("Sit at ease for a moment");
    await tell({ phase: "holding", repetitions: 3, hold_s: 1 });
    expect(text(".phase")).toBe("Hold");
    expect(text(".progress")).toBe("3 of 10");
    expect(text(".count-ring text")).toBe("3");
    await tell({ repetitions: 4, hint: "Look straight ahead." });
    expect(text(".coach-says")).toBe("Look straight ahead.");
    await tell({ phase: "moving", repetitions: 4, overstretched: true, over: 0.3, hint: "x" });
    expect(text(".coach-says")).toBe("Ease off: that is further than your own comfortable range.");
    await tell({ repetitions: 4, doubtful: true });
    expect(text(".coach-says")).toMatch(/^The count may be off/);
    await tell({ phase: "not_seen", reason: "your face can't be made out; look towards the camera" });
    expect(text(".coach-says")).toBe("Your face can't be made out; look towards the camera.");
    await pass(9000);
    await tell({ phase: "holding", repetitions: 10, complete: true });
    expect(text("h1")).toBe("Chin tuck"); // the last one is still held
    await tell({ repetitions: 10, complete: true });
    expect(text("h1")).not.toBe("Chin tuck");
    expect(done().at(-1)).toMatch(/"exercise":"chin_tuck",.*"repetitions":10,"ago_s":0}$/);
    expect(wishes()[1]).toBe("DELETE");
  });
  test("tells both sides, and a hold as it grows", async () => {
    await doOne("neck_turn");
    expect(wishes()).toEqual(['POST {"exercise":"neck_turn","repetitions":10}']);
    const c = { exercise: "neck_turn", hold_target_s: 5 };
    await tell({ ...c, phase: "holding", side: "left", repetitions: 3, left: 2, right: 1, hold_s: 3.4 });
    expect(text(".progress")).toBe("Left 2 of 5, right 1 of 5");
    expect(text(".phase")).toBe("Left: hold, 3 of 5 s");
    expect(text(".count-ring text")).toBe("3");
    expect(root.querySelector(".counted .left")!.getAttribute("stroke-dasharray")).toBe("0.680 2");
    expect(root.querySelector(".let-go")).toBeNull();
    await tell({ ...c, phase: "holding", side: "left", repetitions: 3, left: 2, right: 1, hold_s: 5 });
    expect(text(".phase")).toBe("Left: and back");
    expect(root.querySelector(".let-go")).not.toBeNull();
    await tell({ ...c, repetitions: 5, left: 3, right: 2 });
    await pass(12_000);
    await press("Escape");
    expect(done()).toEqual([expect.stringMatching(/"exercise":"neck_turn",.*"repetitions":2,"ago_s":0}$/)]);
  });
  test("the clock does not end what is counted; long after the last one it does, with what was done", async () => {
    await doOne("chin_tuck");
    await tell({ repetitions: 0 });
    await pass(20_000);
    await tell({ repetitions: 4 });
    await pass(60_000);
    expect(text("h1")).toBe("Chin tuck");
    expect(done()).toEqual([]);
    await pass(60_000);
    expect(done()).toEqual([
      expect.stringMatching(/^\/relief\/done .*"seconds":12\.\d,"repetitions":4,"ago_s":0}$/),
    ]);
    expect(wishes()).toEqual([expect.stringContaining("POST"), "DELETE"]);
  });
  test("what is left follows the count, not the clock", async () => {
    await doOne("chin_tuck");
    const left = () => text(".player-bar .note");
    expect(left()).toMatch(/^ · 0:4[78] left$/);
    await tell({ repetitions: 0 });
    await pass(60_000);
    expect(left()).toBe(" · about 0:40 left");
    await tell({ repetitions: 5 });
    expect(left()).toBe(" · about 0:20 left");
    await pass(8000);
    await tell({ repetitions: 6 });
    expect(left()).toBe(" · about 0:25 left"); // slower than planned
  });
  test("a skip in the midst keeps its count", async () => {
    await begin();
    await press("ArrowRight");
    await tell({ repetitions: 0 });
    await pass(30_000);
    await tell({ repetitions: 2 });
    await press("ArrowRight");
    expect(done().at(-1)).toMatch(/"exercise":"chin_tuck",.*"repetitions":2,"ago_s":0}$/);
  });
  test("the figure does what is seen, and shows what to do until it has begun", async () => {
    await doOne("neck_turn");
    const c = { exercise: "neck_turn", hold_target_s: 5 };
    const figure = () => root.querySelector(".stage g")!.innerHTML;
    const turned = () => root.querySelector(".stage g")!.getAttribute("transform");
    await tell({ ...c, phase: "getting_ready" });
    const rest = figure();
    await pass(3000);
    expect(figure()).toBe(rest);
    await tell({ ...c, phase: "resting" });
    await pass(1500);
    expect(figure()).not.toBe(rest); // what to do
    // By the clock it would be the left side's turn.
    await tell({ ...c, phase: "moving", side: "right" });
    await pass(2500);
    const far = figure();
    expect(turned()).not.toBeNull();
    await tell({ ...c, phase: "holding", side: "right", hold_s: 2 });
    await pass(20_000);
    expect(figure()).toBe(far);
    await tell({ ...c, phase: "resting", repetitions: 1, right: 1 });
    await pass(4000);
    expect(figure()).toBe(rest);
    await pass(4000);
    expect(figure()).toBe(rest); // it has begun: nothing moves by itself
  });
  test("whoever was never made out is not counted against", async () => {
    await doOne("chin_tuck");
    await tell({ phase: "not_seen", reason: "nobody is there" });
    await pass(48_500);
    expect(done()).toEqual(['/relief/done {"exercise":"chin_tuck","seconds":40,"repetitions":10,"ago_s":0}']);
  });
  test("a pause ends it, and what was counted before counts after", async () => {
    await doOne("chin_tuck");
    await tell({ repetitions: 4 });
    await press(" ");
    expect(wishes().at(-1)).toBe("DELETE");
    expect(text(".phase")).toBe("Paused");
    await press(" ");
    expect(wishes().at(-1)).toBe('POST {"exercise":"chin_tuck","repetitions":6}');
    await tell({ repetitions: 1, target: 6 });
    expect(text(".progress")).toBe("5 of 10");
    // Begun again it is counted anew.
    await pass(4000);
    await press("ArrowLeft");
    expect(wishes().slice(-2)).toEqual(["DELETE", 'POST {"exercise":"chin_tuck","repetitions":10}']);
    await tell({ repetitions: 0 });
    expect(text(".progress")).toBe("0 of 10");
  });
  test("ends when the page is left, in every way", async () => {
    await doOne("chin_tuck");
    window.dispatchEvent(new Event("pagehide"));
    const last = vi.mocked(fetch).mock.calls.find(([path, init]) => init?.method === "DELETE" && path);
    expect(last).toEqual(["/api/v1/relief/coach", { method: "DELETE", keepalive: true }]);
    // Back from where the browser kept it: what another page began meanwhile goes on until it takes its place.
    const before = wishes().length;
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    await pass(100);
    await settled();
    expect(wishes().slice(before)).toEqual([expect.stringMatching(/^POST .*"chin_tuck"/)]);
    await click(all("a").find((a) => a.textContent === "Live"));
    expect(wishes().slice(before + 1)).toEqual(["DELETE"]);
    // And no more once nothing is followed.
    window.dispatchEvent(new Event("pagehide"));
    expect(wishes().slice(before + 1)).toEqual(["DELETE"]);
  });
  test("can be switched off, which is remembered", async () => {
    await doOne("chin_tuck");
    await tell({ repetitions: 2 });
    await click(box());
    expect(wishes().at(-1)).toBe("DELETE");
    expect(text(".eye .note")).toBe("Timed, not seen by the camera.");
    expect(text(".phase")).toBe("Slowly"); // the clock goes on at the third
    expect(root.querySelector(".progress")?.textContent).toBe("3 of 10");
    render(null, root);
    await doOne("chin_tuck");
    expect(box().checked).toBe(false);
    expect(wishes().at(-1)).toBe("DELETE");
    await click(box());
    expect(wishes().at(-1)).toContain("POST");
  });
  test("refused it is timed, and says why", async () => {
    instead["/relief/coach"] = () =>
      Response.json({ error: "the camera is still being opened: try again in a moment" }, { status: 409 });
    await doOne("chin_tuck");
    await settled();
    expect(text(".eye .note")).toBe("Timed: the camera is still being opened: try again in a moment");
    await pass(9000);
    expect(text(".phase")).toBe("Slowly");
    // Another page's may run: it is not this one's to end.
    window.dispatchEvent(new Event("pagehide"));
    await press("Escape");
    expect(wishes()).toHaveLength(1);
  });
  test("what another page has taken over is left to it", async () => {
    await doOne("chin_tuck");
    await tell({ repetitions: 1 });
    await tell({ exercise: "neck_turn" });
    expect(text(".eye .note")).toBe("Timed: the camera has stopped counting.");
    await press("Escape");
    await settled();
    expect(wishes()).toHaveLength(1);
  });
  test.each([
    [{ source: { demo: true } }, "the demo plays"],
    [{ source: { status: "paused" } }, "the camera is paused"],
    [{ source: { status: "lost" } }, "gives no picture"],
  ])("is not asked for while %j", async (more, why) => {
    await open();
    await tell(null, more);
    await click(root.querySelector<HTMLElement>("#exercise-chin_tuck button")!);
    expect(wishes()).toEqual([]);
    expect(text(".player-words .note")).toContain(why);
    expect(box()).toBeNull();
    // It begins as soon as it can.
    await tell(null);
    expect(wishes()).toHaveLength(1);
  });
  test("what another exercise's coach says, or the last one's, is not this one's", async () => {
    await doOne("chin_tuck");
    await tell(null); // was under way
    expect(text(".eye .note")).toBe("It begins to look…");
    await tell({ exercise: "neck_turn", repetitions: 9 });
    expect(root.querySelector(".counted")).toBeNull();
    await tell({ repetitions: 1 });
    expect(text(".progress")).toBe("1 of 10");
    await tell(null);
    expect(text(".eye .note")).toBe("Timed: the camera has stopped counting.");
  });
  test("a walk is over when one is back from it, not when one has gone", async () => {
    await doOne("walk");
    const c = { exercise: "leave", target: 1, hold_target_s: 120 };
    await tell({ ...c, phase: "holding", repetitions: 1, complete: true, hold_s: 40 });
    expect(text(".phase")).toBe("Away for 40 of 2 min");
    await tell({ ...c, repetitions: 1, complete: true, last_hold_s: 40 });
    expect(text(".phase")).toBe("Welcome back");
    expect(text("h1")).toBe("Walk");
    await pass(20_000);
    await tell({ ...c, repetitions: 2, complete: true, last_hold_s: 118 });
    expect(text("h1")).toMatch(/Well done/);
  });
});

describe("from the live page", () => {
  test("an alert leads to what helps", async () => {
    await open("/");
    expect(all("a.helps")).toHaveLength(0);
    store.dispatch({ type: "live", live: parseLive(scenes["alert"]!), at: performance.now() });
    await pass(300);
    await click(all("a.helps")[0]);
    expect(location.pathname).toBe("/relief");
    expect(text("h1")).toBe("Postural reset");
  });
});

describe("what is offered", () => {
  const show = async (scene: Wire | string) => {
    const live = parseLive(typeof scene === "string" ? scenes[scene]! : scene);
    await act(() => store.dispatch({ type: "live", live, at: performance.now() }));
    await pass(300);
  };
  /** Opens the live page with an offer, and what to do about it. */
  async function offer(scene: Wire | string): Promise<void> {
    await open("/");
    await show(scene);
    await vi.waitFor(() => expect(root.querySelector(".offer-ways, .offers .first")).not.toBeNull());
    await settled();
    await pass(300);
  }
  const reliefs = () => asked("GET").filter((a) => /^\/relief(\?|$)/.test(a));
  const names = () => all(".offer-way h2").map((h) => h.textContent!.trim());
  beforeAll(() => import("../src/components/relief/Offer"), 60_000);
  beforeEach(() => localStorage.clear());

  test("nothing, and nothing is asked for", async () => {
    await open("/");
    await pass(5000);
    expect(root.querySelector(".offers")).toBeNull();
    expect(reliefs()).toEqual([]);
  });
  test("a micro-break is one thing, with how much and why, begun in the player", async () => {
    await offer("micro");
    expect(text(".told .offered")).toMatch(/^You have held one posture for 20 min/);
    expect(root.querySelector(".told")!.getAttribute("aria-live")).toBe("polite");
    expect(reliefs()).toEqual(["/relief"]);
    expect(names()).toEqual(["Postural reset 20 s"]);
    expect(text(".offer-way")).toContain("It is for that part of the back.");
    expect(document.documentElement.dataset["mood"]).toBe("calm");
    await click(button("Do it now"));
    await settled();
    await pass(300);
    expect(location.pathname + location.search).toBe("/relief");
    expect(text(".player h1")).toBe("Postural reset");
    expect(text(".player-bar")).toMatch(/^1 of 1/);
  });
  test("a break is two ways: to leave, which is seen, or two minutes in the chair", async () => {
    await offer("breakdue");
    expect(reliefs()).toEqual(["/relief?minutes=2&stay=true"]);
    expect(names()).toEqual(["Stand up and walk", "Or stay here"]);
    expect(all(".offer-way")[0]!.querySelector("button")).toBeNull();
    expect(all(".offer-way")[0]!.textContent).toMatch(/Nothing to press.*counts from 2 min/);
    expect(all(".offer-way")[1]!.textContent).toMatch(/Postural reset, chin tuck and/);
    await click(button("Do 2 minutes here"));
    await settled();
    await pass(300);
    expect(text(".player h1")).toBe("Postural reset");
    expect(text(".player-bar")).not.toMatch(/^1 of 1/);
  });
  const ways = () => text(".offer-ways");
  /** Lets what was asked for be answered. */
  const answers = async () => {
    await settled();
    await pass(300);
  };
  test("no way is shown before it is known what fits", async () => {
    let come = (_: Response) => {};
    instead["/relief"] = () => new Promise<Response>((done) => (come = done));
    await open("/");
    await show("breakdue");
    await vi.waitFor(() => expect(reliefs()).toHaveLength(1));
    await pass(20_000);
    expect(text(".told .offered")).toMatch(/^You have been sitting/);
    expect(root.querySelector(".offer-ways, .offers .first")).toBeNull();
    come(Response.json(choice(new URLSearchParams("minutes=2&stay=true"), said)));
    await answers();
    expect(names()).toEqual(["Stand up and walk", "Or stay here"]);
  });
  test("with care nobody is told to stand or walk", async () => {
    said = { ...answered, limits: ["dizziness"] };
    await offer("breakcareful");
    expect(names()).toEqual(["A break from sitting, as is easy for you", "Or stay here"]);
    const stands = { ...(scenes["leaves"]!["breaks"] as Wire), away_s: 100, how: "stood" };
    await show({ ...scenes["breakcareful"]!, state: "standing", breaks: stands });
    expect(all(".offer-way")[0]!.textContent).toContain("Not sitting for 1 min 40 s. It counts from 2 min.");
    expect(text(".told") + ways()).not.toMatch(/stand|walk|feet/i);
  });
  test("care that is new has it asked anew what fits", async () => {
    await offer("breakdue");
    expect(names()[0]).toBe("Stand up and walk");
    said = { ...answered, red_flags: ["fever"] };
    await show({ ...scenes["breakdue"]!, policy: carefully });
    await answers();
    expect(reliefs()).toHaveLength(2);
    expect(root.querySelector(".offer-way")).toBeNull();
    expect(text(".offers .first")).toMatch(/^No exercises just now/);
  });
  test("what fits is asked for once more when it could not be had, then that is said", async () => {
    const no = () => Response.json({ error: "busy" }, { status: 503 });
    instead["/relief"] = no;
    await open("/");
    await show("breakdue");
    await vi.waitFor(() => expect(reliefs()).toHaveLength(1));
    await answers();
    await pass(4000);
    expect(reliefs()).toHaveLength(1);
    expect(root.querySelector(".offer-ways, .offers .first")).toBeNull();
    await pass(2000);
    await answers();
    expect(reliefs()).toHaveLength(2);
    expect(text(".offers .first")).toBe("What fits you could not be looked up. Look at what helps.");
    expect(root.querySelector(".offer-way, .offers [role=alert]")).toBeNull();
    await pass(60_000);
    expect(reliefs()).toHaveLength(2);
    // Once the connection is back it is asked for anew.
    delete instead["/relief"];
    await act(() => store.dispatch({ type: "lost", at: performance.now(), retryAt: 0 }));
    await pass(300);
    await act(() => store.dispatch({ type: "opened", at: performance.now() }));
    await pass(300);
    await answers();
    expect(names()).toEqual(["Stand up and walk", "Or stay here"]);
    await click(all(".offers a")[0]);
    expect(location.pathname).toBe("/relief");
  });
  test("a second try that is answered is as good as the first", async () => {
    instead["/relief"] = () => {
      delete instead["/relief"];
      return Response.json({ error: "busy" }, { status: 503 });
    };
    await open("/");
    await show("micro");
    await vi.waitFor(() => expect(reliefs()).toHaveLength(1));
    await answers();
    await pass(6000);
    await answers();
    expect(names()).toEqual(["Postural reset 20 s"]);
  });
  test("who leaves sees it grow, and nothing is asked again", async () => {
    await offer("breakdue");
    await show("leaves");
    expect(all(".offer-way")[0]!.textContent).toContain("Away for 1 min 15 s. It counts from 2 min.");
    expect(root.querySelector("progress")!.value).toBeCloseTo(75 / 120);
    const stands = { ...(scenes["leaves"]!["breaks"] as Wire), away_s: 100, how: "stood" };
    await show({ ...scenes["leaves"]!, state: "standing", breaks: stands });
    expect(all(".offer-way")[0]!.textContent).toContain("On your feet for 1 min 40 s.");
    expect(root.querySelector("progress")!.value).toBeCloseTo(100 / 120);
    expect(reliefs()).toHaveLength(1);
    await show("onbreak");
    expect(root.querySelector(".offers, .told .offered")).toBeNull();
  });
  test("a full break is five minutes, the day's end ten with the question beside it", async () => {
    await offer("fullbreak");
    expect(reliefs()).toEqual(["/relief?minutes=5&stay=true"]);
    expect(button("Do 5 minutes here")).toBeDefined();
    await show("dayend");
    await settled();
    await pass(300);
    expect(reliefs().at(-1)).toBe("/relief?minutes=10");
    expect(names()).toEqual(["Before you stop"]);
    expect(button("Do 10 minutes")).toBeDefined();
    await vi.waitFor(() => expect(root.querySelector(".feel")).not.toBeNull());
    expect(root.querySelector(".aside")!.firstElementChild!.querySelector(".feel")).not.toBeNull();
  });
  test("an answer that is being given outlasts the offer", async () => {
    await offer("dayend");
    await vi.waitFor(() => expect(root.querySelector(".feel")).not.toBeNull());
    const card = root.querySelector(".feel")!;
    await act(() => void card.dispatchEvent(new Event("pointerdown", { bubbles: true })));
    await show(status());
    expect(root.querySelector(".offers")).toBeNull();
    expect(root.querySelector(".feel")).toBe(card);
  });
  test("not now puts it off, and the keys go on from the headline when it goes", async () => {
    await offer("breakdue");
    button("Not now").focus();
    await click(button("Not now"));
    expect(asked("POST")).toEqual(["/offer/dismiss"]);
    expect(root.querySelector(".offers")).not.toBeNull(); // it is the service's to take back
    await show(status());
    expect(root.querySelector(".offers")).toBeNull();
    expect(document.activeElement?.tagName).toBe("H1");
  });
  test("a refusal is said", async () => {
    await offer("breakdue");
    instead["/offer/dismiss"] = () => Response.json({ error: "nothing is offered now" }, { status: 409 });
    await click(button("Not now"));
    await settled();
    await pass(300);
    expect(text(".banner")).toContain("nothing is offered now");
  });
  test.each([
    ["a sign", { ...answered, red_flags: ["fever"] }, ""],
    ["signs that are asked for", answered, "You called the tension in your upper back 9 of 10."],
  ])("after %s there are no exercises, but the way to what comes first", async (_, who, why) => {
    said = who;
    due = why;
    await offer("breakdue");
    expect(text(".told .offered")).toMatch(/^You have been sitting/);
    expect(root.querySelector(".offer-way")).toBeNull();
    for (const e of programme["exercises"] as Wire[]) expect(text(".now")).not.toContain(e["name"]);
    await click(all(".offers .first a")[0]);
    await settled();
    await pass(300);
    expect(text("h1")).toMatch(/^(Please see a doctor first|Do you have any of these signs)/);
  });
  /** Answers the five questions, with a yes to those limits. */
  async function answerAll(...yes: string[]): Promise<void> {
    expect(text("h1")).toBe("Five short questions first");
    for (const q of programme["questions"] as Wire[]) {
      const say = yes.includes(String(q["limit"])) ? "Yes" : "No";
      await click(field(new RegExp(String(q["ask"]).slice(0, 20)), say));
    }
    await act(() => root.querySelector("form")!.requestSubmit());
    for (let i = 0; i < 2; i++) {
      await settled();
      await pass(300);
    }
  }
  /** What the service would choose by now. */
  const chosen = (query: string) =>
    (choice(new URLSearchParams(query), said)["routine"] as Wire[]).map((s) => s["name"]);
  test("before the first routine the questions come, and then what fits the answers", async () => {
    said = profile;
    await offer("breakdue");
    // Without the answers it is the barest that is offered.
    expect(all(".offer-way")[1]!.textContent).toContain("Calm breathing.");
    await click(button("Do 2 minutes here"));
    await settled();
    await pass(300);
    await answerAll("dizziness");
    const fits = chosen("minutes=2&stay=true");
    expect(fits.length).toBeGreaterThan(1);
    expect(text(".player h1")).toBe(fits[0]);
    expect(text(".player-bar")).toMatch(new RegExp(`^1 of ${fits.length} `));
    // What the answers rule out is not in it.
    const ruled = (programme["exercises"] as Wire[])
      .filter((e) => (e["not"] as string[]).includes("dizziness"))
      .map((e) => e["name"]);
    expect(ruled.length).toBeGreaterThan(0);
    for (const name of ruled) expect(fits).not.toContain(name);
    // Afterwards the page is as ever.
    expect(reliefs().at(-1)).toBe("/relief?minutes=5");
    await press("Escape");
    await click(button("Back to what helps"));
    expect(text(".wishes summary")).toContain("What fits, 5 min");
  });
  test("one thing that was offered before the questions is the one that fits after them", async () => {
    said = profile;
    await offer("micro");
    expect(names()[0]).not.toContain("Postural reset");
    await click(button("Do it now"));
    await settled();
    await pass(300);
    await answerAll();
    expect(text(".player h1")).toBe("Postural reset");
    expect(text(".player-bar")).toMatch(/^1 of 1 /);
  });
  test("questions that are put off put off what was offered", async () => {
    said = profile;
    await offer("breakdue");
    await click(button("Do 2 minutes here"));
    await settled();
    await pass(300);
    await click(button("Not now"));
    await settled();
    await pass(300);
    expect(reliefs().at(-1)).toBe("/relief?minutes=5");
    expect(root.querySelector(".player")).toBeNull();
    await click(button("Answer the five questions"));
    await answerAll();
    expect(root.querySelector(".player")).toBeNull();
  });
  test("what an address names for no time in particular is done after the questions as named", async () => {
    said = profile;
    await open("/relief?do=walk:1:180");
    await settled();
    await pass(300);
    await answerAll();
    expect(text(".player h1")).toBe("Walk");
  });
  test("an address says how much of each, within what is good", () => {
    const list = [
      { exercise: "pelvic_tilt", repetitions: 15, hold: 0 },
      { exercise: "walk", repetitions: 1, hold: 180 },
    ];
    const at = exercisePath(list, { minutes: 2, stay: true });
    expect(at).toBe("/relief?do=pelvic_tilt:15:0,walk:1:180&minutes=2&stay=true");
    expect(offeredOf(at.slice(7))).toEqual({ minutes: 2, stay: true });
    expect(exercisePath(list, { minutes: 0, stay: false })).toMatch(/:180&minutes=0$/);
    expect(offeredOf("?do=walk&minutes=0")).toEqual({ minutes: 0, stay: false });
    expect(offeredOf("?do=walk&minutes=30&stay=1")).toEqual({ minutes: 30, stay: false });
    for (const wrong of ["", "&minutes=", "&minutes=31", "&minutes=-2", "&minutes=2.5", "&minutes=1e1"])
      expect(offeredOf(`?do=walk${wrong}&stay=true`), wrong).toBeNull();
    expect(exercisesOf(at.slice(7))).toEqual([
      { exercise: "pelvic_tilt", repetitions: 15, hold: 0 },
      { exercise: "walk", repetitions: 1, hold: 180 },
    ]);
    expect(exercisesOf("?do=walk,plank:x:1e9,chin_tuck:-1")).toEqual([
      { exercise: "walk", repetitions: null, hold: null },
      { exercise: "plank", repetitions: null, hold: null },
      { exercise: "chin_tuck", repetitions: null, hold: null },
    ]);
    const all = parseProgramme(programme);
    const dose = (id: string, repetitions: number | null, hold: number | null) => {
      const it = { exercise: exerciseOf(all, id)!, repetitions: 1, adapt: "" };
      const { repetitions: r, hold: h } = dosed(it, { repetitions, hold });
      return [r, h];
    };
    expect(dose("pelvic_tilt", 12, null)).toEqual([12, 0]);
    expect(dose("pelvic_tilt", 9999, 60)).toEqual([15, 0]);
    expect(dose("walk", 5, 9999)).toEqual([1, 300]);
    expect(dose("plank", null, null)).toEqual([3, 10]);
  });
  test("an address with what nobody knows begins nothing", async () => {
    await open("/relief?do=constructor,no_such");
    expect(root.querySelector(".player")).toBeNull();
    expect(text(".said")).toBe("What was offered is not for you now. This is:");
    expect(location.search).toBe("");
  });
  test("an alert comes first", async () => {
    await offer("breakdue");
    await show({ ...scenes["alert"]!, offer: scenes["breakdue"]!["offer"] });
    expect(all(".told p")).toHaveLength(1);
    expect(root.querySelector(".offers")).toBeNull();
  });
  test("praise for a break stands beside what is offered, and goes", async () => {
    await offer("micro");
    const event = parseEvent({
      id: 90,
      kind: "break",
      time: status()["time"],
      level: 2,
      seconds: 185,
      state: "away",
    });
    await act(() => store.dispatch({ type: "event", event, at: performance.now() }));
    await pass(300);
    expect(text(".told .praise")).toBe("That was a break: 3 min away from the chair.");
    expect(root.querySelector(".told .offered")).not.toBeNull();
    await pass(11_000);
    expect(root.querySelector(".told .praise")).toBeNull();
  });
});

describe("while an exercise runs", () => {
  const doing = () => asked("POST").filter((a) => a.startsWith("/relief/doing"));
  test("the service is told, so that posture isn't judged meanwhile", async () => {
    await begin();
    // 8 s to get into place, 12 s of it, and 15 s of slack.
    expect(doing()).toEqual(['/relief/doing {"exercise":"postural_reset","seconds":35}']);
    await pass(5000);
    await press(" ");
    expect(doing().at(-1)).toBe('/relief/doing {"seconds":0}');
    await pass(60_000);
    await press(" ");
    expect(doing().at(-1)).toBe('/relief/doing {"exercise":"postural_reset","seconds":30}');
    // The end of one and the beginning of the next are one message.
    const before = doing().length;
    await press("ArrowRight");
    expect(doing().slice(before)).toEqual(['/relief/doing {"exercise":"chin_tuck","seconds":63}']);
    await press("Escape");
    expect(doing().slice(before + 1)).toEqual(['/relief/doing {"seconds":0}']);
    await click(button("Go on where I was"));
    expect(doing().at(-1)).toMatch(/"chin_tuck","seconds":\d+}/);
    await click(all("a").find((a) => a.textContent === "Live"));
    expect(doing().at(-1)).toBe('/relief/doing {"seconds":0}');
  });
  test("a page that closes says so without waiting", async () => {
    await begin();
    window.dispatchEvent(new Event("pagehide"));
    const [path, init] = vi.mocked(fetch).mock.calls.at(-1)!;
    expect(path).toBe("/api/v1/relief/doing");
    expect(init).toMatchObject({ method: "POST", keepalive: true, body: '{"seconds":0}' });
    // One that comes back from where the browser kept it says it again.
    const show = Object.assign(new Event("pageshow"), { persisted: true });
    window.dispatchEvent(show);
    await pass(100);
    expect(doing().at(-1)).toMatch(/"postural_reset"/);
  });
  test.each([
    ["refused", 409],
    ["that could not be begun", 503],
  ])("one %s leaves another page's alone", async (_, status) => {
    instead["/relief/doing"] = () => Response.json({ error: "not now" }, { status });
    await begin();
    await settled();
    window.dispatchEvent(new Event("pagehide"));
    await press("Escape");
    await settled();
    await click(all("a").find((a) => a.textContent === "Live"));
    await settled();
    expect(doing()).toEqual(['/relief/doing {"exercise":"postural_reset","seconds":35}']);
  });
  test("one that is refused after another leaves what runs now alone", async () => {
    await begin();
    await settled();
    instead["/relief/doing"] = () => Response.json({ error: "not now" }, { status: 409 });
    await press("ArrowRight");
    await settled();
    await pass(300);
    await settled();
    expect(doing().at(-1)).toMatch(/"chin_tuck"/);
  });
  test.each([
    ["the service could not be told of the next one", () => Response.json({}, { status: 503 })],
    ["no answer came", () => Promise.reject(new TypeError("no network"))],
  ])("its own is ended although %s", async (_, answers) => {
    await begin();
    await settled();
    instead["/relief/doing"] = answers;
    await press("ArrowRight");
    await settled();
    await press(" ");
    await settled();
    expect(doing().at(-1)).toBe('/relief/doing {"seconds":0}');
  });
  test("a page that was left and is gone has ended it once", async () => {
    await begin();
    await settled();
    window.dispatchEvent(new Event("pagehide"));
    await press(" ");
    await settled();
    expect(doing().slice(1)).toEqual(['/relief/doing {"seconds":0}']);
  });
  test("one that the service does not hear of runs all the same", async () => {
    instead["/relief/doing"] = () => Response.json({ error: "no" }, { status: 503 });
    await begin();
    await pass(21_000);
    expect(text("h1")).toBe("Chin tuck");
    expect(root.querySelector("[role=alert]")).toBeNull();
  });
  test("it is said at the end that it was a break", async () => {
    await begin();
    await pass(21_000);
    await press("Escape");
    expect(text(".sub")).toBe("You did 12 s. That counts, too.");
    const event = parseEvent({
      id: 7,
      kind: "break",
      time: status()["time"],
      level: 2,
      exercise: "chin_tuck",
    });
    await act(() => store.dispatch({ type: "event", event, at: performance.now() }));
    await pass(300);
    expect(text(".sub")).toBe("You did 12 s. It counted as a break. That counts, too.");
  });
});

describe("the question on the live page", () => {
  const now = Date.parse(String(status()["time"]));
  const tell = async (ms = 0) => {
    const live = parseLive(status({ time: new Date(now + ms).toISOString() }));
    await act(() => store.dispatch({ type: "live", live, at: performance.now() }));
    await pass(300);
  };
  async function comeBack(ms = 0, id = 500): Promise<void> {
    const event = parseEvent({ id, kind: "break", level: 2, time: new Date(now + ms).toISOString() });
    await tell(ms);
    await act(() => store.dispatch({ type: "event", event, at: performance.now() }));
    await pass(300);
    await settled();
    await vi.waitFor(() => expect(Boolean(root.querySelector(".feel")) || ms > 0).toBe(true));
    await pass(300);
  }
  const mark = () => all(".feel .tension button")[4]!;
  const kept = () => JSON.parse(localStorage.getItem("sitwell-asks") ?? "null") as Wire;
  beforeEach(() => localStorage.clear());

  test("comes after a break without taking the focus, is answered, thanks and goes", async () => {
    await open("/");
    expect(root.querySelector(".feel")).toBeNull();
    const link = all("a").find((a) => a.textContent === "Week")!;
    link.focus();
    await comeBack();
    expect(text(".feel h2")).toBe("How does your back feel?");
    expect(document.activeElement).toBe(link);
    expect(root.querySelector(".feel [role=alert], .feel [autofocus]")).toBeNull();
    await act(() => mark().focus());
    await click(mark());
    await settled();
    expect(asked("POST").at(-1)).toBe('/check-ins {"tension":{"overall":4}}');
    const event = parseEvent({
      id: 501,
      kind: "check_in",
      level: 4,
      area: "overall",
      time: new Date(now + 1e3).toISOString(),
    });
    await act(() => store.dispatch({ type: "event", event, at: performance.now() }));
    await tell(5000);
    await pass(1000);
    expect(text(".feel [role=status]")).toBe("Whole back: 4 of 10. Thank you.");
    // The others can be said with one tap each, or left.
    expect(all(".feel legend").map((l) => l.textContent)).toEqual(["Upper back", "Lower back"]);
    expect(document.activeElement).toBe(all(".feel .tension button")[0]);
    await click(all(".feel .tension button")[7]);
    await settled();
    expect(asked("POST").at(-1)).toBe('/check-ins {"tension":{"upper_back":7}}');
    expect(text(".feel [role=status]")).toBe("Upper back: 7 of 10, Whole back: 4 of 10. Thank you.");
    await pass(19_000);
    expect(root.querySelector(".feel")).not.toBeNull();
    await pass(2000);
    expect(root.querySelector(".feel")).toBeNull();
  });
  test("begins with the area that was strained most today, until another is chosen", async () => {
    strained = week("2026-W10");
    const days = strained["days"] as Wire[];
    const strain = (upper: number | null, lower: number | null) => {
      for (const d of days) {
        const e = d["exposure"] as Wire;
        const today = d["date"] === "2026-03-04";
        Object.assign(e, { upper_back: today ? upper : 99, lower_back: today ? lower : 1 });
      }
    };
    strain(3, 12);
    await open("/");
    await comeBack();
    await settled();
    await pass(300);
    const chosen = () => all(".feel .pick label").find((l) => l.querySelector("input")!.checked)!.textContent;
    expect(chosen()).toBe("Lower back");
    await click(field(/^Where/, "Upper back"));
    expect(text(".feel .scale legend")).toBe("Tension: upper back");
    await click(all(".feel .tension button")[0]);
    await settled();
    expect(asked("POST").at(-1)).toBe('/check-ins {"tension":{"upper_back":0}}');
    await click(button("Done"));
    expect(root.querySelector(".feel")).toBeNull();
    expect(kept()).toMatchObject({ off: false });
    expect(mostStrained({ upperBack: 3, lowerBack: 3 } as Exposure)).toBe("upper_back");
    expect(mostStrained({ upperBack: 0, lowerBack: null } as Exposure)).toBeNull();
    expect(mostStrained(undefined)).toBeNull();
  });
  test("the arrows go along the numbers without saying one", async () => {
    await open("/");
    await comeBack();
    const numbers = () => all(".feel .tension button");
    expect(numbers().map((b) => b.tabIndex)).toEqual([0, ...Array(10).fill(-1)]);
    numbers()[0]!.focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft"]) await press(key, document.activeElement!);
    expect(document.activeElement).toBe(numbers()[1]);
    await press("End", document.activeElement!);
    expect(document.activeElement!.getAttribute("aria-label")).toBe("10 of 10");
    expect(asked("POST")).toEqual([]);
  });
  test("shown to an empty room it is not used up until somebody is there", async () => {
    const over = parseEvent({ id: 520, kind: "bout_end", time: new Date(now - 2 * 3600e3).toISOString() });
    await open("/");
    await act(() => store.dispatch({ type: "event", event: over, at: performance.now() }));
    const live = parseLive(scenes["away"]!);
    await act(() => store.dispatch({ type: "live", live, at: performance.now() }));
    await pass(300);
    await vi.waitFor(() => expect(root.querySelector(".feel")).not.toBeNull());
    await pass(60_000);
    expect(kept()).toBeNull();
    await act(() => void document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })));
    await pass(300);
    expect(kept()).toMatchObject({ asked: [now - 2 * 3600e3] });
  });
  test("goes by itself when work has gone on, but not from under an answer", async () => {
    await open("/");
    await comeBack();
    await tell(190e3);
    expect(root.querySelector(".feel")).toBeNull();
    await comeBack(600e3, 502);
    expect(root.querySelector(".feel")).not.toBeNull();
    await act(() => mark().focus());
    await tell(900e3);
    expect(root.querySelector(".feel")).not.toBeNull();
    expect(kept()).toMatchObject({ asked: [now, now + 600e3], off: false });
  });
  test("put away it does not come again on that day, and the keys go on from the headline", async () => {
    await open("/");
    await comeBack();
    button("Not today").focus();
    await click(button("Not today"));
    expect(root.querySelector(".feel")).toBeNull();
    expect(document.activeElement?.tagName).toBe("H1");
    expect(kept()).toMatchObject({ off: true });
    await comeBack(600e3, 503);
    expect(root.querySelector(".feel")).toBeNull();
  });
  test("comes at most twice a day", async () => {
    await open("/");
    for (const [i, there] of [true, true, false].entries()) {
      await comeBack(i * 600e3, 510 + i);
      expect(root.querySelector(".feel") !== null).toBe(there);
      await tell(i * 600e3 + 200e3);
      expect(root.querySelector(".feel")).toBeNull();
    }
  });
});
