// The week page in real Chromium, against the stand-in service: what only a
// browser shows. How soon it paints is measured and printed, never judged by:
// a slow machine is no fault.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Mock } from "../test/mock";
import { weekNow } from "../test/weeks";
import { launch, visit, type Visit } from "./browser";

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
  expect(complaints).toEqual([]);
});

async function open(path: string, options: Parameters<typeof visit>[1] = {}): Promise<Visit["page"]> {
  // Not the zone of the history: its clock counts, not this browser's.
  seen = await visit(browser, { timezoneId: "America/Los_Angeles", ...options });
  await seen.page.clock.setFixedTime(weekNow);
  await seen.page.goto(`${address}${path}`);
  return seen.page;
}

const path = (page: Visit["page"]) => new URL(page.url()).pathname;
const shown = (page: Visit["page"], name: string) =>
  page.locator(".week[aria-busy=false] .which", { hasText: name }).waitFor();

test("the week is a click away, and its weeks a key, a swipe and a way back", async () => {
  const page = await open("/", { hasTouch: true, viewport: { width: 1440, height: 900 } });
  await page.getByRole("link", { name: "Week", exact: true }).click();
  await shown(page, "Week 48");
  await page.getByRole("heading", { level: 1, name: /^So far you sat/ }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");

  await page.keyboard.press("ArrowLeft");
  await shown(page, "Week 47");
  expect(path(page)).toBe("/week/2026-W47");
  await page.keyboard.press("ArrowLeft");
  await shown(page, "Week 46");
  await page.goBack();
  await shown(page, "Week 47");
  await page.goForward();
  await shown(page, "Week 46");
  await page.keyboard.press("t");
  await shown(page, "Week 48");
  await page.keyboard.press("ArrowRight");
  expect(path(page)).toBe("/week");

  // Fingers as the browser itself makes them.
  const touch = await page.context().newCDPSession(page);
  const swipe = async (from: number, to: number) => {
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: from, y: 300 }] });
    for (let i = 1; i <= 4; i++) {
      const x = from + ((to - from) * i) / 4;
      await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x, y: 300 + i }] });
    }
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
  await swipe(300, 700);
  await shown(page, "Week 47");
  await swipe(700, 300);
  await shown(page, "Week 48");

  // An address of its own.
  await page.goto(`${address}/week/2026-W43`);
  await shown(page, "Week 43");
  await page.getByText("Sunday 25 October had 25 hours").waitFor();
  expect(await page.title()).toBe("Week 2026-W43 – Sitwell");
});

test("a page whose file comes late has the focus all the same", async () => {
  seen = await visit(browser);
  const { page } = seen;
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(/\/assets\/Week-.*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(address);
  await page.getByRole("link", { name: "Week", exact: true }).click();
  await page.getByText("Loading…").waitFor();
  release();
  await page.locator(".which").waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
});

test("nothing scrolls sideways, at any width, with every table open", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await open("/week/2026-W47", { colorScheme });
    await shown(page, "Week 47");
    for (const summary of await page.locator("details > summary").all()) await summary.click();
    for (const width of [360, 380, 600, 768, 960, 1100, 1440, 2000]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `at ${width}`).toBeLessThanOrEqual(width);
      // Drawn anew at its own width: text keeps its size.
      await page.waitForFunction(() => {
        const svg = document.querySelector<SVGSVGElement>(".heat .drawing svg")!;
        return Math.abs(svg.viewBox.baseVal.width - svg.clientWidth) <= 1;
      });
    }
    expect(seen!.complaints).toEqual([]);
    if (colorScheme === "light") await page.context().close();
  }
});

test("no text of a chart is cut off or lies outside of it", async () => {
  for (const [id, width] of [
    ["2026-W47", 360],
    ["2026-W47", 1440],
    ["2026-W43", 380],
    ["2026-W42", 768],
  ] as const) {
    const page = await open(`/week/${id}`, { viewport: { width, height: 900 } });
    await page.locator(".week[aria-busy=false] .diary svg").waitFor();
    await page.waitForTimeout(100);
    const out = await page.evaluate(() =>
      [...document.querySelectorAll<SVGTextElement>(".drawing text")].flatMap((t) => {
        const [a, b] = [t.getBoundingClientRect(), t.ownerSVGElement!.getBoundingClientRect()];
        const inside =
          a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
        return inside ? [] : [`${t.closest("section")!.className}: ${t.textContent}`];
      }),
    );
    expect(out, `${id} at ${width}`).toEqual([]);
    await page.context().close();
    seen = null;
  }
});

test("charts are read by pointer and by key, and as tables", async () => {
  const page = await open("/week/2026-W47", { viewport: { width: 1440, height: 1000 } });
  await shown(page, "Week 47");
  const days = page.getByRole("region", { name: "Day by day" });
  const plot = days.getByRole("application");
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.15, box.y + box.height / 2);
  await days.getByText(/^Monday: upright \d h/).waitFor();
  await page.mouse.move(2, 2);
  await expect.poll(() => days.locator(".readout").textContent()).toBe("");
  await plot.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await days.getByText(/^Tuesday: /).waitFor();
  expect(path(page)).toBe("/week/2026-W47");

  const heat = page.getByRole("region", { name: "Hour by hour" });
  await heat.getByRole("application").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await heat.getByText(/^Tuesday, 09:00 to 10:00: score \d+, \d+ min judged$/).waitFor();

  for (const name of ["Hour by hour", "Day by day", "Week by week", "When you sat", "Strain on your back"]) {
    const section = page.getByRole("region", { name, exact: true });
    await section.getByText("Show as table").click();
    expect(await section.getByRole("row").count(), name).toBeGreaterThan(5);
  }
});

test("how the back feels is one tap each, and stands in the diary", async () => {
  mock.said = [];
  const page = await open("/week", { viewport: { width: 380, height: 800 }, hasTouch: true });
  await shown(page, "Week 48");
  const form = page.getByRole("region", { name: "How does your back feel?" });
  await form.getByRole("group", { name: "Lower back" }).getByRole("radio", { name: "7", exact: true }).tap();
  await form.getByRole("group", { name: "All in all" }).getByRole("radio", { name: "10", exact: true }).tap();
  await form.getByRole("button", { name: "Write it down" }).tap();
  await form.getByText("Thank you. It stands in your diary.").waitFor();
  expect(mock.said).toEqual([
    { area: "lower_back", level: 7 },
    { area: "overall", level: 10 },
  ]);
  const diary = page.getByRole("region", { name: "How your back felt" });
  await diary.getByText("Show as table").click();
  await expect.poll(() => diary.getByRole("row", { name: /^Wednesday/ }).textContent()).toMatch(/5\.5.*5\.5/); // beside what was said before
});

test("on paper it is light, on two sheets, without what can only be pressed", async () => {
  const page = await open("/week/2026-W47", { colorScheme: "dark", viewport: { width: 1440, height: 900 } });
  await shown(page, "Week 47");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect
    .poll(() => page.locator(".heat .drawing svg").evaluate((s: SVGSVGElement) => s.viewBox.baseVal.width))
    .toBe(860);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
    "rgb(255, 255, 255)",
  );
  for (const gone of [".pages", ".controls", ".weeks", ".take", ".as-table", ".week-bar .actions"]) {
    expect(await page.locator(gone).first().isVisible(), gone).toBe(false);
  }
  for (const there of ["h1", ".which", ".seen", "footer", ".diary svg"]) {
    expect(await page.locator(there).first().isVisible(), there).toBe(true);
  }
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(2);
  await page.emulateMedia({ media: "screen" });
  await expect
    .poll(() => page.locator(".heat .drawing svg").evaluate((s: SVGSVGElement) => s.viewBox.baseVal.width))
    .toBeGreaterThan(1000);
});

test("the report opens beside the page, and an export comes as a file", async () => {
  const page = await open("/week/2026-W47");
  await shown(page, "Week 47");
  const [report] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Report", exact: true }).click(),
  ]);
  await report.waitForLoadState();
  expect(await report.title()).toBe("Report of 2026-W47");
  await report.close();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("region", { name: "Take it with you" }).getByRole("link", { name: "CSV" }).first().click(),
  ]);
  expect(file.suggestedFilename()).toBe("sitwell.csv");
  // A download ends the navigation that began it: no failure of the page.
  seen!.complaints.splice(0, Infinity, ...seen!.complaints.filter((c) => !c.includes("ERR_ABORTED")));
});

test("everything is deleted after a second thought, and the week is empty then", async () => {
  const page = await open("/settings", { viewport: { width: 380, height: 800 } });
  const data = page.getByRole("region", { name: "Your data" });
  await data.getByText("from 4 January 2021 to 25 November 2026, 62 MB").waitFor();
  await data.getByLabel("Everything").check();
  await data.getByRole("button", { name: "Delete…" }).click();
  const sure = data.getByRole("button", { name: "Delete for good" });
  expect(await sure.isDisabled()).toBe(true);
  expect(mock.kept).not.toBeNull();
  await data.getByLabel(/^Type delete/).fill("delete");
  await sure.click();
  await page.locator(".toast", { hasText: /^Deleted: 48,210 events/ }).waitFor();
  await data.getByText(/^nothing yet/).waitFor();
  await page.getByRole("link", { name: "Week", exact: true }).click();
  await page.getByText("Your first week begins here").waitFor();
  mock.kept = (await import("../test/weeks")).kept;
});

test("from the click to the paint, measured", async () => {
  const shots = process.env["SHOTS"];
  const times: number[] = [];
  // The stand-in makes a week when it is first asked for one; the real service is quicker.
  await fetch(`${address}/api/v1/weeks/2026-W48`);
  for (let i = 0; i < 5; i++) {
    seen = await visit(browser, { viewport: { width: 1440, height: 900 } });
    const { page } = seen;
    // Only the date is another; the clock that measures runs on.
    await page.addInitScript((now) => void (Date.now = () => now), weekNow);
    await page.goto(address);
    await page.getByRole("heading", { level: 1, name: "Sitting upright" }).waitFor();
    await page.waitForTimeout(500); // the browser is idle once in a while
    const time = await page.evaluate(
      () =>
        new Promise<number>((done) => {
          const link = document.querySelector<HTMLAnchorElement>('a[href="/week"]')!;
          link.dispatchEvent(new PointerEvent("pointerenter"));
          const from = performance.now();
          link.click();
          const look = () => {
            if (document.querySelector(".week[aria-busy=false] .diary svg")) {
              // The frame after it was drawn has it on the screen.
              requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
            } else requestAnimationFrame(look);
          };
          look();
        }),
    );
    times.push(Math.round(time));
    if (shots && i === 0) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, "week-clicked.png") });
    }
    if (i < 4) await page.context().close();
  }
  console.log(`week page painted ${times.join(", ")} ms after the click`);
  expect(times).toHaveLength(5);
});
