// The relief page in real Chromium, against the stand-in service, by a clock of
// the test's own: what only a browser shows.

import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Mock } from "../test/mock";
import { answered, profile } from "../test/relief";
import { coaching, scenes, status, type Wire } from "../test/scenes";
import { weekNow } from "../test/weeks";
import { launch, visit, type Visit } from "./browser";
import { adapts, exercises, reading, signs, type Place } from "./relief-facts";

let browser: Browser;
let mock: Mock;
let address: string;
let seen: Visit | null = null;

beforeAll(async () => {
  browser = await launch();
  mock = new Mock();
  address = await mock.listen(join(import.meta.dirname, "../dist"));
});
afterAll(async () => {
  mock?.close();
  await browser?.close();
});
afterEach(async () => {
  const complaints = seen?.complaints ?? [];
  await seen?.page.context().close();
  seen = null;
  mock.signsDue = "";
  expect(complaints).toEqual([]);
});

type Page = Visit["page"];

async function open(
  path = "/relief",
  options: Parameters<typeof visit>[1] = {},
  said = answered,
): Promise<Page> {
  mock.profile = said;
  mock.done = [];
  mock.doing = [];
  mock.said = [];
  mock.show("upright");
  seen = await visit(browser, { viewport: { width: 1440, height: 900 }, ...options });
  await seen.page.clock.install({ time: weekNow });
  await seen.page.goto(`${address}${path}`);
  return seen.page;
}

const headline = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();
const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

test("from the live page's alert to what helps, and back by the header", async () => {
  const page = await open("/", { viewport: { width: 380, height: 800 } });
  await page.getByRole("heading", { level: 1 }).waitFor();
  mock.show(scenes["alert"]!);
  await page.clock.runFor(1000);
  await page.getByRole("link", { name: "What helps" }).click();
  await headline(page, "Postural reset");
  await expect.poll(() => focused(page)).toBe("H1");
  for (const name of ["Live", "Week", "Relief", "Settings"]) {
    const box = (await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name })
      .boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(380);
    expect(box.height).toBeGreaterThanOrEqual(24);
  }
  await page.getByRole("link", { name: "Live", exact: true }).click();
  expect(new URL(page.url()).pathname).toBe("/");
});

test("back from a break it is asked how the back feels, beside what one does", async () => {
  const page = await open("/", { viewport: { width: 380, height: 800 } });
  await page.getByRole("heading", { level: 1 }).waitFor();
  const time = String(status()["time"]);
  const pressed = page.getByRole("button", { name: "15 min" });
  await pressed.click({ trial: true }); // once it can be
  await pressed.focus();
  mock.send({ type: "event", event: { id: 950, kind: "break", level: 2, time } });
  mock.show("upright");
  const card = page.getByRole("region", { name: "How does your back feel?" });
  await card.waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("15 min");
  expect(await wide(page)).toBe(380);
  await card.getByRole("radio", { name: "Whole back" }).check();
  await card.getByRole("button", { name: "4 of 10" }).click();
  await card.getByText("Whole back: 4 of 10. Thank you.").waitFor();
  // The others with one tap each.
  const upper = card.getByRole("group", { name: "Upper back" });
  await upper.getByRole("button", { name: "0 of 10", exact: true }).click();
  await card.getByText("Upper back: 0 of 10").waitFor();
  expect(mock.said).toEqual([
    { area: "overall", level: 4 },
    { area: "upper_back", level: 0 },
  ]);
  expect(await wide(page)).toBe(380);
  await page.clock.runFor(21_000);
  await card.waitFor({ state: "detached" });
});

test("an offer is taken and put off by keys alone, without taking the focus", async () => {
  const page = await open("/", { viewport: { width: 380, height: 800 } });
  await page.getByRole("heading", { level: 1 }).waitFor();
  const pressed = page.getByRole("button", { name: "15 min" });
  await pressed.click({ trial: true });
  await pressed.focus();
  mock.show("breakdue");
  await page.clock.runFor(1000);
  const stay = page.getByRole("button", { name: "Do 2 minutes here" });
  await stay.waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("15 min");
  expect(await wide(page)).toBe(380);
  // Nothing is asked again while it stands.
  const asked: string[] = [];
  page.on("request", (r) => asked.push(r.url()));
  for (let s = 1; s <= 5; s++) {
    mock.show(
      status({ ...scenes["leaves"]!, breaks: { ...(scenes["leaves"]!["breaks"] as Wire), away_s: 20 * s } }),
    );
    await page.clock.runFor(1000);
  }
  await page.getByText("Away for 1 min 40 s. It counts from 2 min.").waitFor();
  expect(asked).toEqual([]);

  const notNow = page.getByRole("button", { name: "Not now" });
  await notNow.focus();
  await page.keyboard.press("Enter");
  await page.clock.runFor(1000);
  await notNow.waitFor({ state: "detached" });
  expect(mock.asked.at(-1)).toBe("POST /api/v1/offer/dismiss");
  await expect.poll(() => focused(page)).toBe("H1");

  mock.show("micro");
  await page.clock.runFor(1000);
  const now = page.getByRole("button", { name: "Do it now" });
  await now.focus();
  await page.keyboard.press("Enter");
  await page.locator(".player").waitFor();
  await headline(page, "Postural reset");
  await expect.poll(() => focused(page)).toBe("H1");
  expect(new URL(page.url()).search).toBe("");
  await expect.poll(() => mock.doing).toEqual([{ exercise: "postural_reset", seconds: 35 }]);
  // Loaded again, it does not begin again; and what ran is over.
  await page.reload();
  await headline(page, "Postural reset");
  expect(await page.locator(".player").count()).toBe(0);
  await expect.poll(() => mock.doing.at(-1)).toEqual({ seconds: 0 });
  await page.goBack();
  await page.getByRole("button", { name: "Do it now" }).waitFor();
});

test("an offer fits at every width, in both themes", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await open("/", { colorScheme });
    await page.getByRole("heading", { level: 1 }).waitFor();
    for (const scene of ["micro", "breakdue", "breakcareful", "leaves", "fullbreak", "dayend"]) {
      mock.show(scene);
      const { text } = scenes[scene]!["offer"] as { text: string };
      await page.locator(".told .offered", { hasText: text }).waitFor();
      await page.clock.runFor(1000);
      await page.locator(".offer-ways button").waitFor();
      for (const width of [360, 380, 600, 768, 1100, 1280, 1440, 2000]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await wide(page), `${scene} at ${width}`).toBeLessThanOrEqual(width);
      }
    }
    expect(seen!.complaints).toEqual([]);
    if (colorScheme === "light") await page.context().close();
  }
});

test("the figure does what the camera sees", async () => {
  const page = await open();
  await page.locator("#exercise-neck_turn summary").click();
  await page.locator("#exercise-neck_turn").getByRole("button").click();
  await expect.poll(() => mock.coached).not.toBeNull();
  const figure = () => page.locator(".stage g").innerHTML();
  const c = { exercise: "neck_turn", hold_target_s: 5 };
  let told = 0;
  const tell = async (over: Wire, ms = 1000) => {
    const hint = `Message ${++told}.`;
    // What comes before the page knows that it is followed is not of this go: it is sent until it is shown.
    await expect
      .poll(() => {
        mock.show(status({ coach: coaching({ ...c, ...over, hint }) }));
        return page.locator(".coach-says").allTextContents();
      })
      .toEqual([hint]);
    await page.clock.runFor(ms);
  };
  await page.clock.runFor(500);
  await tell({ phase: "getting_ready" });
  const rest = await figure();
  await tell({ phase: "moving", side: "right" }, 3000);
  const far = await figure();
  expect(far).not.toBe(rest);
  await tell({ phase: "holding", side: "right", hold_s: 3.1 }, 9000);
  expect(await figure()).toBe(far);
  await expect.poll(() => page.locator(".phase").textContent()).toBe("Right: hold, 3 of 5 s");
  await tell({ phase: "resting", repetitions: 1, right: 1 }, 4000);
  expect(await figure()).toBe(rest);
});

test("a whole first visit by keys alone: questions, a routine, how it is now", async () => {
  const page = await open("/relief", {}, profile);
  await headline(page, "Walk"); // before the questions are answered nothing else
  await page.getByRole("button", { name: "Start the routine" }).focus();
  await page.keyboard.press("Enter");
  await headline(page, "Five short questions first");
  await expect.poll(() => focused(page)).toBe("H1");
  // From the headline on, tab by tab: each question is one stop.
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("radio");
    await page.keyboard.press(i === 2 ? "Space" : "ArrowRight");
  }
  await page.getByText(/bends or turns the back to its end/).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await headline(page, "Postural reset");
  expect(mock.profile).toMatchObject({ answered: true, limits: ["osteoporosis"] });
  await page.getByRole("button", { name: "Start the routine" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".player").waitFor();
  await expect.poll(() => focused(page)).toBe("H1");

  const phase = page.locator(".phase");
  await expect.poll(() => phase.textContent()).toBe("Get into place");
  await page.clock.runFor(9500);
  await expect.poll(() => phase.textContent()).toBe("Hold");
  await page.keyboard.press("Space");
  await expect.poll(() => phase.textContent()).toBe("Paused");
  const ring = () => page.locator(".count-ring text").textContent();
  const stood = await ring();
  await page.clock.runFor(30_000);
  expect(await ring()).toBe(stood);
  await page.keyboard.press("Space");
  // The lid is closed for a while that one may miss: the clock jumps, the routine is where it must be.
  await page.clock.fastForward(20_000);
  await headline(page, "Chin tuck");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("s");
  await page.clock.runFor(500);
  const swapped = await page.locator("h1").textContent();
  expect(["Postural reset", "Chin tuck"]).not.toContain(swapped);
  await page.clock.runFor(40_000);
  await page.keyboard.press("Escape");
  await headline(page, "Stopped.");
  await expect.poll(() => focused(page)).toBe("H1");
  expect(mock.done[0]).toEqual({ exercise: "postural_reset", seconds: 12, repetitions: 1, ago_s: 0 });
  expect(mock.done.length).toBeGreaterThan(1);
  await page.keyboard.press("Tab");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByText("Thank you. It stands in your diary.").waitFor();
  await expect.poll(() => focused(page)).toBe("H1");
  expect(mock.said).toEqual([{ area: "upper_back", level: 4 }]);
  await page.keyboard.press("Escape");
  await headline(page, "Postural reset");
});

test("the figure moves, the ring empties, and a pause holds both", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Start the routine" }).click();
  await page.locator(".player").waitFor();
  const figure = () => page.locator(".stage g").innerHTML();
  const ring = () => page.locator(".count-ring .left").getAttribute("stroke-dasharray");
  await page.clock.runFor(8200);
  const [f1, r1] = [await figure(), await ring()];
  await page.clock.runFor(600);
  expect(await figure()).not.toBe(f1);
  await page.clock.runFor(1000);
  const r2 = await ring();
  expect(Number.parseFloat(r2!)).toBeLessThan(Number.parseFloat(r1!));
  await page.keyboard.press("Space");
  await page.clock.runFor(100);
  const [f3, r3] = [await figure(), await ring()];
  await page.clock.runFor(5000);
  expect([await figure(), await ring()]).toEqual([f3, r3]);
});

test("the camera counts, goes on by itself when it is complete, and stops with the page", async () => {
  const page = await open("/relief", { viewport: { width: 380, height: 700 } });
  await page.locator("#area-upper_back > summary").click(); // a fold on a small screen
  await page.locator("#exercise-chin_tuck summary").click();
  await page.locator("#exercise-chin_tuck").getByRole("button").click();
  await expect.poll(() => mock.coached).toEqual({ exercise: "chin_tuck", repetitions: 10 });
  const tell = async (over: Wire) => {
    await page.clock.runFor(1000);
    mock.show(status({ coach: coaching(over) }));
    await page.clock.runFor(1000);
  };
  const says = (selector: string) => page.locator(selector).textContent();
  await tell({ phase: "getting_ready" });
  await expect.poll(() => says(".phase")).toBe("Sit at ease for a moment");
  await tell({ phase: "moving", repetitions: 4, overstretched: true, over: 0.2 });
  await expect.poll(() => says(".coach-says")).toMatch(/^Ease off/);
  expect(await says(".progress")).toBe("4 of 10");
  expect(await wide(page)).toBe(380);
  await page.getByRole("switch", { name: "Let the camera count" }).uncheck();
  await expect.poll(() => mock.coached).toBeNull();
  // Whoever used a pointer has the keys again, and a key on the switch is the switch's.
  expect(await focused(page)).toBe("H1");
  await page.getByRole("switch").focus();
  await page.keyboard.press("Space");
  await expect.poll(() => mock.coached).toEqual({ exercise: "chin_tuck", repetitions: 6 });
  await page.clock.runFor(9000);
  await tell({ phase: "resting", repetitions: 6, target: 6, complete: true });
  await headline(page, "Well done, and thank you.");
  await expect.poll(() => mock.done.length).toBe(1);
  expect(mock.done[0]).toMatchObject({ exercise: "chin_tuck", repetitions: 10 });
  await expect.poll(() => mock.coached).toBeNull();

  await page.getByRole("button", { name: "Back to what helps" }).click();
  await page.locator("#area-upper_back > summary").click(); // a fold on a small screen
  await page.locator("#exercise-chin_tuck summary").click();
  await page.locator("#exercise-chin_tuck").getByRole("button").click();
  await expect.poll(() => mock.coached).not.toBeNull();
  await page.goto("about:blank");
  await expect.poll(() => mock.coached).toBeNull();
});

test("without motion nothing moves, and both poses are there", async () => {
  const page = await open("/relief", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Start the routine" }).click();
  await expect.poll(() => page.locator(".stage .moving svg").count()).toBe(2);
  const stage = () => page.locator(".stage .moving").innerHTML();
  const before = await stage();
  await page.clock.runFor(9500);
  expect(await stage()).toBe(before);
  await expect.poll(() => page.locator(".phase").textContent()).toBe("Hold");
});

test("a sign stops everything, and None of these lets it go on", async () => {
  mock.signsDue = "You called the tension in your upper back 9 of 10.";
  const page = await open("/relief", { viewport: { width: 380, height: 800 } });
  await headline(page, "Do you have any of these signs?");
  await page.getByLabel("Numbness around the genitals").check();
  await page.getByRole("button", { name: "I have what I ticked" }).click();
  await headline(page, "Please get help now.");
  expect(await page.getByRole("button", { name: /Start|Do this/ }).count()).toBe(0);
  expect(await page.locator(".item, .moving").count()).toBe(0);
  await page.getByRole("heading", { name: "When to see somebody" }).waitFor();
  expect(await wide(page)).toBe(380);
  await page.getByRole("button", { name: /change my answers/ }).click();
  await page.getByRole("button", { name: "None of these" }).click();
  await headline(page, "Postural reset");
});

/**
 * Whether a pattern can really be read within a place: its words are drawn, in view once
 * scrolled to, not clipped to nothing, and nothing lies over them. Resolves to an empty
 * string, or to what is wrong.
 */
const unread = (scope: Locator, pattern: RegExp): Promise<string> =>
  scope.evaluate((root, { source, flags }) => {
    const wanted = new RegExp(source, flags);
    const holds = (e: Element) => wanted.test((e.textContent ?? "").replace(/\s+/g, " "));
    if (!holds(root)) return "is not there";
    const inner: Element[] = [];
    for (const e of [root, ...root.querySelectorAll("*")]) {
      if (holds(e) && ![...e.children].some(holds)) inner.push(e);
    }
    const wrong = (e: Element): string => {
      if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return "is hidden";
      const style = getComputedStyle(e);
      if (/, 0\)$/.test(style.color) || Number.parseFloat(style.fontSize) < 8) return "can't be made out";
      const range = document.createRange();
      range.selectNodeContents(e);
      const whole = range.getBoundingClientRect();
      if (whole.width < 4 || whole.height < 8) return "has no size";
      e.scrollIntoView({ block: "center" });
      // Where its words begin is scrolled to, as a reader would.
      const first = () => [...range.getClientRects()].find((r) => r.width > 0 && r.height > 0);
      scrollBy(0, (first()?.y ?? 0) - innerHeight / 2);
      const words = first();
      if (!words) return "has no size";
      let { left, top, right, bottom } = words;
      for (let p: Element | null = e; p && p !== document.documentElement; p = p.parentElement) {
        const s = getComputedStyle(p);
        if (s.clipPath !== "none") return "is clipped";
        if (s.overflow === "visible" || s.display === "inline") continue;
        const c = p.getBoundingClientRect();
        left = Math.max(left, c.left);
        top = Math.max(top, c.top);
        right = Math.min(right, c.right);
        bottom = Math.min(bottom, c.bottom);
      }
      if (right - left < 4 || bottom - top < 8) return "is clipped";
      const at = document.elementFromPoint(Math.min((left + right) / 2, left + 12), (top + bottom) / 2);
      return at && e.contains(at) ? "" : "is out of view, or something lies over it";
    };
    const found = inner.map(wrong);
    return found.includes("") ? "" : found[0]!;
  }, pattern);

/** Walks from the live page to a place, by counted presses; resolves to where it is. */
async function walk(
  page: Page,
  { folds = [], buttons = [] }: Place,
): Promise<{ at: Locator; presses: number }> {
  await page.getByRole("link", { name: "Live", exact: true }).click(); // where the count begins
  await page.locator(".relief").waitFor({ state: "detached" });
  let presses = 0;
  const press = async (what: Locator) => {
    await what.click();
    presses++;
  };
  await press(page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Relief" }));
  await page.locator(".programme").waitFor();
  let at = page.locator("main");
  for (const name of folds) {
    const fold = at.locator("details").filter({
      has: page.locator("> summary").filter({ has: page.getByText(name, { exact: true }) }),
    });
    expect(await fold.count(), `folds called ${name}`).toBe(1);
    if (!(await fold.evaluate((d) => (d as HTMLDetailsElement).open))) await press(fold.locator("> summary"));
    at = fold;
  }
  for (const name of buttons) await press(page.getByRole("button", { name }));
  return { at, presses };
}

const sizes = [
  ["a screen", { width: 1280, height: 800 }],
  ["a phone", { width: 390, height: 844 }],
] as const;

test.each(sizes)(
  "every fact is three clicks from the live page at most, on %s",
  { timeout: 300_000 },
  async (_, viewport) => {
    const page = await open("/", { viewport, reducedMotion: "reduce" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByRole("link", { name: "Week" }).click(); // every walk begins by going back to the live page
    const lacks: string[] = [];
    let facts = 0;
    const look = async (scope: Locator, says: readonly RegExp[], where: string) => {
      for (const pattern of says) {
        facts++;
        const wrong = await unread(scope, pattern);
        if (wrong) lacks.push(`${where}: ${String(pattern)} ${wrong}`);
      }
    };
    for (const place of [...exercises, ...reading]) {
      const { at, presses } = await walk(page, place);
      const where = [...(place.folds ?? []), ...(place.buttons ?? [])].join(" > ");
      expect(presses, where).toBeLessThanOrEqual(3);
      await look(at, place.says, where);
    }
    const { at, presses } = await walk(page, { says: [] });
    expect(presses).toBeLessThanOrEqual(3);
    for (const [soon, says] of Object.entries(signs)) {
      const list = at
        .locator("#see-somebody .two > div")
        .filter({ has: page.getByText(new RegExp(`^${soon}:`)) });
      await look(list, says, soon);
    }
    // An answer's meaning comes with the answer.
    for (const [asked, then] of adapts) {
      const { presses } = await walk(page, { buttons: [/^Change my answers$/], says: [] });
      const question = page.getByRole("group", { name: asked });
      await question.getByRole("radio", { name: "Yes" }).click();
      expect(presses + 1).toBeLessThanOrEqual(3);
      await look(question, [then], String(asked));
    }
    expect(lacks).toEqual([]);
    expect(facts).toBeGreaterThan(270);
  },
);

test("what a style hides counts as not there", async () => {
  const page = await open();
  await headline(page, "Postural reset");
  await page.locator("#exercise-chin_tuck > summary").click();
  const step = () => unread(page.locator("#exercise-chin_tuck"), /eyes level/);
  expect(await step()).toBe("");
  expect(await unread(page.locator("#exercise-plank"), /straight line/)).not.toBe(""); // folded away
  for (const style of [
    "display: none",
    "visibility: hidden",
    "opacity: 0",
    "height: 0; overflow: hidden",
    "position: absolute; left: -9999px",
    "clip-path: inset(50%)",
    "font-size: 0",
    "color: transparent",
    "max-height: 3px; overflow: hidden",
  ]) {
    await page.evaluate(
      (s) =>
        document.styleSheets[0]!.insertRule(
          `.how { ${s.replace(/;|$/g, " !important;")} }`,
          document.styleSheets[0]!.cssRules.length,
        ),
      style,
    );
    expect(await step(), style).not.toBe("");
    await page.evaluate(() =>
      document.styleSheets[0]!.deleteRule(document.styleSheets[0]!.cssRules.length - 1),
    );
    expect(await step(), `without ${style}`).toBe("");
  }
  await page.evaluate(() =>
    document.styleSheets[0]!.insertRule(
      "main::after { content: ''; position: fixed; inset: 0; background: red }",
    ),
  );
  expect(await step(), "covered").not.toBe("");
});

test("nothing scrolls sideways, with every fold open, also in a routine", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await open("/relief", { colorScheme });
    await headline(page, "Postural reset");
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    await page.clock.runFor(200);
    const sizes = async (what: string) => {
      for (const width of [360, 380, 600, 768, 1100, 1440, 2000]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await wide(page), `${what} at ${width}`).toBeLessThanOrEqual(width);
      }
    };
    await sizes("page");
    await page.getByRole("button", { name: "Check my desk" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("radio", { name: "Clearly nearer" }).check();
    await page.getByRole("button", { name: "Measure" }).click();
    await page.getByText("about 62 cm").waitFor();
    await sizes("desk");
    await page.getByRole("button", { name: "Check the signs" }).click();
    await sizes("signs");
    await page.getByRole("button", { name: "Not now" }).click();
    await page.getByRole("button", { name: "Change my answers" }).click();
    await sizes("questions");
    await page.getByRole("button", { name: "Not now" }).click();
    await page.getByRole("button", { name: "Start the routine" }).click();
    await page.locator(".player").waitFor();
    await sizes("routine");
    // The controls are at hand without scrolling on a small screen.
    await page.setViewportSize({ width: 380, height: 700 });
    const box = (await page.getByRole("button", { name: "Pause", exact: false }).last().boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(700);
    expect(seen!.complaints).toEqual([]);
    if (colorScheme === "light") await page.context().close();
  }
});

test.each(sizes)(
  "a routine begins on the first screen, and nothing of it lies under anything, on %s",
  async (_, viewport) => {
    const page = await open("/relief", { viewport });
    const start = page.getByRole("button", { name: "Start the routine" });
    const at = (await start.boundingBox())!;
    expect(at.y + at.height).toBeLessThanOrEqual(viewport.height);
    await start.click();
    await page.locator(".player").waitFor();
    await expect.poll(() => focused(page)).toBe("H1"); // it hears the keys by now
    await page.keyboard.press("ArrowRight");
    await headline(page, "Chin tuck");
    await page.clock.runFor(9000);
    expect(await page.getByRole("navigation", { name: "Pages" }).isVisible()).toBe(viewport.width > 600);
    const box = async (selector: string) => (await page.locator(selector).first().boundingBox())!;
    const top = (await box(".player-controls")).y;
    const caution = await box(".player .caution");
    const steps = await page.locator(".player .how li").all();
    expect(steps).toHaveLength(3);
    for (const step of steps) {
      const { y, height } = (await step.boundingBox())!;
      expect(y).toBeGreaterThanOrEqual(caution.y + caution.height);
      expect(y + height).toBeLessThanOrEqual(top);
    }
    // And so is what stands last, at the latest once it is scrolled to, which moves nothing else.
    await page.locator(".player .disclaimer").scrollIntoViewIfNeeded();
    const disclaimer = await box(".player .disclaimer");
    expect(disclaimer.y + disclaimer.height).toBeLessThanOrEqual(Math.min(top, viewport.height) + 1);
    expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
  },
);

test("on paper it is light, opened, and without what can only be pressed", async () => {
  const page = await open("/relief", { colorScheme: "dark" });
  await headline(page, "Postural reset");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
    "rgb(255, 255, 255)",
  );
  expect(await page.getByText("On forearms and toes").isVisible()).toBe(true);
  for (const gone of [".pages", ".wishes", ".parts-nav", ".relief .primary", ".now-card .moving"]) {
    expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
  }
  expect(await page.locator(".programme > .disclaimer").isVisible()).toBe(true);
});
