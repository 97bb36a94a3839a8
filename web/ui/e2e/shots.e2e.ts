// Pictures of every state at every width and theme, from the stand-in service:
//   SHOTS=folder npm run shots [SCENES=upright,alert] [WIDTHS=380,1440]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { Mock } from "../test/mock";
import { scenes, t0 } from "../test/scenes";
import { launch, visit } from "./browser";

const folder = process.env["SHOTS"];
const list = (name: string, all: string[]) => process.env[name]?.split(",") ?? all;
const widths = list("WIDTHS", ["380", "768", "1440"]).map(Number);
const themes = list("THEMES", ["light", "dark"]) as ("light" | "dark")[];
const dialogs = ["choose", "countdown", "running", "done", "failed"];
/** Views that are no state of the service; they play over "upright". */
const views = ["lost", "mirror", "choose", "settings", "changed", "toast"];

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

for (const name of list("SCENES", [...Object.keys(scenes), ...views])) {
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
      if (name === "settings" || name === "changed") {
        await page.getByRole("link", { name: "Settings" }).click();
        await page.getByRole("heading", { name: "How sensitive" }).waitFor();
      }
      if (name === "changed") {
        await page.getByRole("slider", { name: /^Head sunk/ }).fill("4");
        await page.getByRole("table").waitFor();
        await page.getByRole("button", { name: /^Delete Standing/ }).click();
      }
      if (name === "toast") {
        await page.getByRole("button", { name: "15 min" }).click();
        await page.locator(".toast").waitFor();
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
