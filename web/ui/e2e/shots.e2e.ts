// Pictures of every state at every width and theme, from the stand-in service:
//   SHOTS=folder npm run shots [SCENES=upright,alert] [WIDTHS=380,1440]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { Mock } from "../test/mock";
import { answered, profile } from "../test/relief";
import { coaching, scenes, status, t0 } from "../test/scenes";
import { weekNow } from "../test/weeks";
import { launch, visit } from "./browser";

const folder = process.env["SHOTS"];
const list = (name: string, all: string[]) => process.env[name]?.split(",") ?? all;
const widths = list("WIDTHS", ["380", "768", "1440"]).map(Number);
const themes = list("THEMES", ["light", "dark"]) as ("light" | "dark")[];
const dialogs = ["choose", "countdown", "running", "done", "failed"];
/** Views that are no state of the service; they play over "upright". */
const views = [
  "lost",
  "mirror",
  "asks",
  "asked",
  "praised",
  "remarked",
  "offerstop",
  "choose",
  "settings",
  "changed",
  "toast",
  "data",
];
/** Weeks as they are looked at, by their addresses. */
const weeks: Record<string, string> = {
  week: "/week",
  weekfull: "/week/2026-W47",
  weekdst: "/week/2026-W43",
  weeksparse: "/week/2026-W42",
  weekempty: "/week/2026-W45",
  weektables: "/week/2026-W47",
  weekwrong: "/week/2026-W99",
  weekprint: "/week/2026-W47",
};

/** The relief page, by what is looked at. */
const reliefs = [
  "relief",
  "reliefnew",
  "reliefasks",
  "reliefsigns",
  "reliefstop",
  "reliefopen",
  "reliefready",
  "reliefhold",
  "reliefcalm",
  "reliefstill",
  "reliefdesk",
  "reliefdesked",
  "reliefcount",
  "reliefeases",
  "reliefend",
  "reliefprint",
];

let browser: Browser;
let mock: Mock;
let address: string;

beforeAll(async () => {
  browser = await launch();
  mock = new Mock();
  address = await mock.listen(join(import.meta.dirname, "../dist"));
});
afterAll(async () => {
  mock.close();
  await browser.close();
});

for (const name of list("SCENES", [...Object.keys(scenes), ...views]).filter(
  (n) => !(n in weeks) && !reliefs.includes(n),
)) {
  test.runIf(folder)(name, { timeout: 120_000 }, async () => {
    mkdirSync(folder!, { recursive: true });
    for (const colorScheme of themes) {
      const { page, complaints } = await visit(browser, {
        colorScheme,
        viewport: { width: 1440, height: 900 },
        timezoneId: "Europe/Berlin",
        reducedMotion: "reduce",
      });
      await page.clock.setFixedTime(t0);
      mock.show(dialogs.includes(name) || views.includes(name) ? "upright" : name);
      await page.goto(address);
      await page.locator("h1").filter({ hasNotText: "Connecting" }).waitFor();
      if (dialogs.includes(name)) {
        await page.getByRole("button", { name: "This is my upright" }).click();
        if (name !== "choose") {
          await page.getByRole("button", { name: "Start" }).click();
          mock.show("countdown");
          await page.waitForTimeout(400);
          mock.show(name);
        }
      }
      if (["settings", "changed", "data"].includes(name)) {
        await page.getByRole("link", { name: "Settings" }).click();
        await page.getByRole("heading", { name: "How sensitive" }).waitFor();
      }
      if (name === "data") {
        await page.getByLabel("Everything").check();
        await page.getByRole("button", { name: "Delete…" }).click();
        await page.getByLabel(/^Type delete/).fill("delete");
      }
      if (name === "changed") {
        await page.getByRole("slider", { name: /^Head sunk/ }).fill("4");
        await page.getByRole("table").waitFor();
        await page.getByRole("radio", { name: "At a time" }).check();
        await page.getByRole("button", { name: /^Delete Standing/ }).click();
      }
      if (name === "toast") {
        await page.getByRole("button", { name: "15 min" }).click();
        await page.locator(".toast").waitFor();
      }
      if (["asks", "asked", "praised", "remarked"].includes(name)) {
        const time = String(status()["time"]);
        const [level, seconds] = name === "remarked" ? [1, 70] : [2, 185];
        const event = { id: 950, kind: "break", level, seconds, state: "away", time };
        mock.send({ type: "event", event });
        mock.show("upright");
        await page.locator(level > 1 ? ".feel" : ".remark").waitFor();
      }
      if (name === "asked") {
        await page.getByRole("button", { name: "4 of 10" }).click();
        await page.getByText("Thank you.").waitFor();
      }
      if (name === "offerstop") {
        mock.profile = { ...answered, red_flags: ["fever"] };
        mock.show("breakdue");
        await page.locator(".offers .first").waitFor();
        mock.profile = profile;
      }
      if (name === "lost") mock.close();
      if (name === "mirror") await page.getByRole("button", { name: "Show the camera picture" }).click();
      await page.waitForTimeout(700);
      for (const width of widths) {
        await page.setViewportSize({ width, height: width < 500 ? 800 : 900 });
        await page.waitForTimeout(250);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${name} at ${width}: scrolls sideways`).toBeLessThanOrEqual(width);
        await page.screenshot({
          path: join(folder!, `${name}-${width}-${colorScheme}.png`),
          fullPage: width < 1440,
        });
      }
      if (name === "lost") address = await mock.listen(join(import.meta.dirname, "../dist"));
      else expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
}

for (const name of list("SCENES", Object.keys(weeks)).filter((n) => n in weeks)) {
  test.runIf(folder)(name, { timeout: 120_000 }, async () => {
    mkdirSync(folder!, { recursive: true });
    for (const colorScheme of themes) {
      const { page, complaints } = await visit(browser, {
        colorScheme,
        viewport: { width: 1440, height: 900 },
        // Not the zone of the history: its clock counts, not this one.
        timezoneId: "America/New_York",
        reducedMotion: "reduce",
      });
      await page.clock.setFixedTime(weekNow);
      mock.show("upright");
      await page.goto(`${address}${weeks[name]}`);
      await page.locator(".which").waitFor();
      await page.waitForFunction(() => !document.querySelector(".week")?.matches("[aria-busy=true]"));
      if (name === "weektables") {
        for (const d of await page.locator("details > summary").all()) await d.click();
      }
      if (name === "weekprint") {
        await page.emulateMedia({ media: "print", colorScheme });
        await page.pdf({ path: join(folder!, `${name}-${colorScheme}.pdf`), preferCSSPageSize: true });
        await page.setViewportSize({ width: 690, height: 900 });
        await page.waitForTimeout(250);
        await page.screenshot({ path: join(folder!, `${name}-${colorScheme}.png`), fullPage: true });
        await page.context().close();
        continue;
      }
      await page.waitForTimeout(400);
      for (const width of widths) {
        await page.setViewportSize({ width, height: width < 500 ? 800 : 900 });
        await page.waitForTimeout(250);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${name} at ${width}: scrolls sideways`).toBeLessThanOrEqual(width);
        await page.screenshot({ path: join(folder!, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      // The browser itself complains of an answer of 400.
      expect(complaints.filter((c) => !(name === "weekwrong" && c.includes("400")))).toEqual([]);
      await page.context().close();
    }
  });
}

for (const name of list("SCENES", reliefs).filter((n) => reliefs.includes(n))) {
  test.runIf(folder)(name, { timeout: 120_000 }, async () => {
    mkdirSync(folder!, { recursive: true });
    for (const colorScheme of themes) {
      const { page, complaints } = await visit(browser, {
        colorScheme,
        viewport: { width: 1440, height: 900 },
        reducedMotion: name === "reliefstill" ? "reduce" : "no-preference",
      });
      await page.clock.install({ time: weekNow });
      mock.show("upright");
      mock.profile = ["reliefnew", "reliefasks"].includes(name) ? profile : answered;
      mock.signsDue = name === "reliefsigns" ? "You called the tension in your upper back 9 of 10." : "";
      if (name === "reliefdesked") {
        mock.profile = { ...answered, workplace: { screen_height: "low", backrest: "blades", feet: "hang" } };
      }
      if (name === "reliefstop") mock.profile = { ...answered, red_flags: ["saddle"] };
      await page.goto(`${address}/relief`);
      const run = (ms: number) => page.clock.runFor(ms);
      await page.locator("h1").waitFor();
      await run(500);
      await page.locator(".relief .disclaimer").first().waitFor();
      const start = () => page.getByRole("button", { name: "Start the routine" }).click();
      if (name === "reliefasks") {
        await start();
        await page
          .getByRole("group", { name: /osteoporosis/ })
          .getByRole("radio", { name: "Yes" })
          .click();
      }
      if (name === "reliefopen") {
        for (const id of ["chin_tuck", "row", "plank"]) {
          await page.locator(`#exercise-${id} summary`).click();
        }
        await page.locator("#technique-heat_and_cold summary").click();
      }
      if (name === "reliefcalm") {
        await page.locator("#exercise-calm_breathing summary").click();
        await page.locator("#exercise-calm_breathing").getByRole("button").click();
      } else if (["reliefready", "reliefhold", "reliefstill", "reliefend"].includes(name)) await start();
      if (["reliefready", "reliefhold", "reliefstill", "reliefcalm", "reliefend"].includes(name)) {
        await page.locator(".player").waitFor();
        await run(name === "reliefready" ? 2000 : name === "reliefcalm" ? 3600 : 13_000);
      }
      if (name === "reliefdesk") {
        await page.getByRole("button", { name: "Check my desk" }).click();
        await page.getByRole("button", { name: "Next" }).click();
        await page.getByRole("radio", { name: "Clearly nearer" }).check();
        await page.getByRole("button", { name: "Measure" }).click();
        await page.getByText("about 62 cm").waitFor();
      }
      if (name === "reliefcount" || name === "reliefeases") {
        await page.locator("#exercise-neck_turn summary").click();
        await page.locator("#exercise-neck_turn").getByRole("button").click();
        await page.locator(".eye").waitFor();
        await run(1000);
      }
      if (name === "reliefend") {
        await page.keyboard.press("Escape");
        await page.locator(".player.ended").waitFor();
        await run(300);
      }
      if (name === "reliefprint") {
        await page.emulateMedia({ media: "print", colorScheme });
        await page.pdf({ path: join(folder!, `${name}-${colorScheme}.pdf`), preferCSSPageSize: true });
        await page.setViewportSize({ width: 690, height: 900 });
        await page.screenshot({ path: join(folder!, `${name}-${colorScheme}.png`), fullPage: true });
        await page.context().close();
        continue;
      }
      const c = { exercise: "neck_turn", side: "left", repetitions: 5, left: 3, right: 2, hold_target_s: 5 };
      if (name === "reliefcount") {
        const hint = "Keep the chin level while you turn.";
        mock.show(status({ coach: coaching({ ...c, phase: "holding", hold_s: 3.2, hint }) }));
      } else if (name === "reliefeases") {
        mock.show(status({ coach: coaching({ ...c, phase: "moving", overstretched: true, over: 0.3 }) }));
      } else mock.show("upright");
      for (const width of widths) {
        await page.setViewportSize({ width, height: width < 500 ? 800 : 900 });
        await run(250);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${name} at ${width}: scrolls sideways`).toBeLessThanOrEqual(width);
        await page.screenshot({ path: join(folder!, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
}
