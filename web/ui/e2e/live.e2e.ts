// The whole chain as a person meets it: the real binary plays the demo clip,
// real Chromium shows it. The clip: upright until 18 s, a slouch until 52 s,
// upright, away from 63 s to 80 s.
//
//   SITWELL_BIN  another binary than bin/sitwell
//   SHOTS        folder for pictures of the page at the important moments
//   CHROMIUM     another browser than the first on the PATH

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { icon } from "../src/mark";
import { launch, visit, type Visit } from "./browser";

const binary = resolve(process.env["SITWELL_BIN"] ?? join(import.meta.dirname, "../../../bin/sitwell"));
const shots = process.env["SHOTS"];

const seconds = 1000;
/** How soon a stopped service must be gone. */
const stopWithin = 5 * seconds;

let data: string;
let service: ChildProcess;
let address: string;
let browser: Browser;
let page: Visit["page"];
let heard: Visit;
const log: string[] = [];

beforeAll(async () => {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: run make build first`);
  data = mkdtempSync(join(tmpdir(), "sitwell-e2e-"));
  service = spawn(binary, ["run", "--source", "demo", "--addr", "127.0.0.1:0", "--data", data]);
  address = await new Promise<string>((done, failed) => {
    const gone = (code: number | null) => failed(new Error(`sitwell ended with ${code}:\n${log.join("")}`));
    service.once("exit", gone);
    service.stderr!.on("data", (b: Buffer) => log.push(b.toString()));
    service.stdout!.on("data", (b: Buffer) => {
      log.push(b.toString());
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(log.join(""))?.[0];
      if (!url) return;
      service.off("exit", gone);
      done(url);
    });
  });
  browser = await launch();
  heard = await visit(browser, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  page = heard.page;
  await page.goto(address).catch((e: Error) => {
    throw new Error(`${e.message}\n${log.join("")}`);
  });
});

afterAll(async () => {
  await browser?.close();
  if (service && service.exitCode === null) service.kill("SIGKILL");
  if (data) rmSync(data, { recursive: true, force: true });
});

/** Takes the page at both widths and themes, and holds that it fits. */
async function picture(name: string): Promise<void> {
  if (shots) mkdirSync(shots, { recursive: true });
  await page.mouse.move(2, 2);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (const [width, height] of [
    [380, 800],
    [1440, 1000],
  ] as const) {
    await page.setViewportSize({ width, height });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), "scrolls sideways").toBe(width);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      if (shots) await page.screenshot({ path: join(shots, `${name}-${width}-${colorScheme}.png`) });
    }
  }
}

test("the demo is watched from upright to slouch, alert, and upright again", async () => {
  // Said to be the demo, and scored within seconds.
  await page.getByText("A built-in clip plays").waitFor({ timeout: 5 * seconds });
  await page.waitForFunction(() => Number(document.querySelector(".score")?.textContent) >= 85, null, {
    timeout: 15 * seconds,
  });
  await page.getByRole("heading", { level: 1, name: "Sitting upright" }).waitFor({ timeout: 5 * seconds });
  expect(await page.title()).toBe("Upright – Sitwell");
  expect(await page.locator("html").getAttribute("data-mood")).toBe("calm");
  await page.getByRole("img", { name: /Stick figure of you.*head, shoulders/ }).waitFor();
  await picture("upright");

  // The camera's own picture, on request only.
  expect(await page.locator("canvas.picture").count()).toBe(0);
  await page.getByRole("button", { name: "Show the camera picture" }).click();
  await page.waitForFunction(() => {
    const c = document.querySelector<HTMLCanvasElement>("canvas.picture");
    const px = c?.getContext("2d")?.getImageData(0, 0, c.width, c.height).data;
    return px !== undefined && new Set(px).size > 50;
  });
  await picture("mirror");
  await page.getByRole("button", { name: "Hide the camera picture" }).click();
  await page.locator("canvas.picture").waitFor({ state: "detached" });

  // The upright can be taken again, by keyboard: sitting or standing, begun,
  // and the wish taken back.
  const take = page.getByRole("button", { name: "This is my upright" });
  await take.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "Your upright" }).waitFor();
  await dialog.getByText("You are in the picture.").waitFor();
  expect(await dialog.getByRole("radio", { name: "Sitting" }).isChecked()).toBe(true);
  await picture("calibrate");
  await dialog.getByRole("button", { name: "Start" }).press("Enter");
  await dialog.locator(".count", { hasText: /[123]/ }).waitFor({ timeout: 3 * seconds });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Cancel");
  await expect.poll(() => dialog.locator(".checks li").count(), { timeout: 6 * seconds }).toBe(4);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await take.evaluate((b) => b === document.activeElement)).toBe(true);

  // The slouch: the score falls, the state changes, the colour a little later.
  await page.getByRole("heading", { level: 1, name: /^Slouching/ }).waitFor({ timeout: 30 * seconds });
  await page.waitForFunction(() => Number(document.querySelector(".score")?.textContent) < 65);
  expect(await page.title()).toBe("Slouching – Sitwell");
  await page.getByText("when last upright").waitFor();

  // The alert, with one thing to do.
  const alert = page.locator(".told .alert");
  await alert.waitFor({ timeout: 15 * seconds });
  expect(await alert.textContent()).toMatch(/for \d+ s\. /);
  expect(await page.locator("html").getAttribute("data-mood")).toBe("alert");
  await page.locator(".events li.alert").first().waitFor();
  expect(await page.locator("link[rel=icon]").getAttribute("href")).toBe(icon("alert"));
  await picture("alert");

  // Upright again, and told so.
  await page.getByRole("heading", { level: 1, name: "Sitting upright" }).waitFor({ timeout: 40 * seconds });
  await page.locator(".told .praise").waitFor({ timeout: 10 * seconds });
  await page.waitForFunction(() => Number(document.querySelector(".score")?.textContent) >= 80);
  expect(await page.locator("html").getAttribute("data-mood")).toBe("calm");
  expect(await page.locator(".chart .note").textContent()).toMatch(/slouching \d+ s/i);
  await picture("recovered");

  // The chart is read by keyboard.
  const readout = page.locator(".readout");
  await page.locator(".plot").focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => readout.textContent()).toMatch(/\d+:\d\d:\d\d.*, \d+, upright$/);
  await page.keyboard.press("Escape");
  await expect.poll(() => readout.textContent()).toBe("");
});

test("alerts are snoozed, with the reason said, and let come again", async () => {
  const alerts = page.getByRole("region", { name: "Alerts" });
  await alerts.getByRole("button", { name: "15 min" }).click();
  await alerts.getByText(/^Snoozed until \d/).waitFor({ timeout: 5 * seconds });
  await page.locator(".toast").getByRole("button", { name: "End it" }).waitFor();
  await picture("snoozed");
  await alerts.getByRole("button", { name: "End the snooze" }).click();
  await alerts.getByRole("button", { name: "60 min" }).waitFor({ timeout: 5 * seconds });
  await page.locator(".events li.snooze_end").waitFor();
});

test("settings are tried, saved, and kept over a reload", async () => {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  const head = page.getByRole("slider", { name: /^Head forward/ });
  await head.focus();
  await page.keyboard.press("ArrowRight");
  expect(await head.getAttribute("aria-valuetext")).toBe("4 of 5: more sensitive");
  // What would have happened, or that there is nothing to tell it from.
  await page.getByText(/^(In the last 7 days|There are no measurements)/).waitFor({ timeout: 5 * seconds });
  await page.getByRole("slider", { name: "Suggest a break after" }).fill("2400");
  await page.getByRole("button", { name: "Add quiet hours" }).click();
  await page.getByText("3 changes are not saved yet.").waitFor();
  await picture("settings");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("All is saved.").waitFor({ timeout: 5 * seconds });

  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  await expect.poll(() => head.getAttribute("aria-valuetext")).toBe("4 of 5: more sensitive");
  await page.getByText("40 min of sitting").waitFor();
  expect(
    await page.getByRole("region", { name: "Quiet hours" }).getByLabel("from", { exact: true }).inputValue(),
  ).toBe("22:00");
  await page
    .getByText(/quality \d+ %/)
    .first()
    .waitFor();

  await page.getByRole("button", { name: "Reset to default" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Everything is at its default.").waitFor({ timeout: 5 * seconds });
  expect(await head.inputValue()).toBe("3");
  await page.getByRole("link", { name: "Live" }).click();
  await page.locator(".score").waitFor();
});

test("the week has what was watched so far, and says whose it is", async () => {
  await page.getByRole("link", { name: "Week", exact: true }).click();
  await page
    .getByRole("heading", { level: 1, name: /^(So far you|Nothing has been watched this week yet)/ })
    .waitFor({ timeout: 10 * seconds });
  await page.getByText("This is the demo’s own history, not yours.").waitFor();
  await picture("week");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("heading", { level: 1, name: "Nothing was watched in this week." }).waitFor();
  await page.getByRole("link", { name: "Live" }).click();
  await page.locator(".score").waitFor();
});

test("while an exercise runs posture isn't judged, and it is told by its name", async () => {
  await page.getByRole("link", { name: "Relief", exact: true }).click();
  const begin = async () => {
    const card = page.locator("#exercise-calm_breathing");
    if ((await card.getAttribute("open")) === null) await card.locator("summary").click();
    await card.getByRole("button", { name: /^Do this one/ }).click();
  };
  await page.locator("#exercise-calm_breathing").waitFor({ timeout: 10 * seconds });
  await begin();
  await page.getByRole("heading", { level: 1, name: "Five short questions first" }).waitFor();
  for (const no of await page.getByRole("radio", { name: "No" }).all()) await no.check({ force: true });
  await page.locator("form button[type=submit]").click();
  await page.locator("#exercise-calm_breathing").waitFor({ timeout: 10 * seconds });
  await begin();
  await page.getByRole("heading", { level: 1, name: "Calm breathing" }).waitFor();
  const live = () =>
    page.evaluate(async () => {
      const l = (await (await fetch("/api/v1/live")).json()) as Record<string, unknown>;
      return `${String(l["state"])} ${String(l["reason"] ?? "")}`;
    });
  // Whoever is away just now is away; the clip comes back within half a minute.
  await expect.poll(live, { timeout: 30 * seconds }).toBe("unknown exercise");
  await page.waitForTimeout(11 * seconds); // from ten seconds on it counts
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { level: 1, name: "Stopped." }).waitFor();
  await expect.poll(live, { timeout: 5 * seconds }).not.toMatch(/exercise/);
  await page.getByRole("link", { name: "Live", exact: true }).click();
  await page.locator(".events li.exercise", { hasText: /Calm breathing, \d+ (s|min)/ }).waitFor();
});

// The clip begins anew after a minute and a half.
test("an alert is called wrong, and that is taken back", { timeout: 150 * seconds }, async () => {
  await page.locator(".told .alert").waitFor({ timeout: 120 * seconds });
  await page.getByRole("button", { name: "That was wrong", exact: true }).click();
  const toast = page.locator(".toast");
  await toast.getByText(/^Noted\. “.*” counts a little less/).waitFor({ timeout: 5 * seconds });
  await page.locator(".told .alert").waitFor({ state: "detached", timeout: 5 * seconds });
  await page.locator(".events li.alert .verdict", { hasText: "called wrong" }).waitFor();
  expect(await page.locator("html").getAttribute("data-mood")).toBe("calm");
  await picture("wrong");
  await toast.getByRole("button", { name: "Undo" }).click();
  await page.locator(".events li.wrong_off").waitFor({ timeout: 5 * seconds });
  expect(await page.locator(".verdict", { hasText: "called wrong" }).count()).toBe(0);
});

test("a pause is said, with the camera off, and ends", async () => {
  await page.getByRole("button", { name: /^Pause/ }).click();
  await page.getByRole("heading", { level: 1, name: "Paused" }).waitFor({ timeout: 5 * seconds });
  expect(await page.title()).toBe("Paused – Sitwell");
  await page.getByRole("button", { name: /^Resume/ }).click();
  await page
    .getByRole("heading", { level: 1, name: "Paused" })
    .waitFor({ state: "detached", timeout: 10 * seconds });
});

test("nothing complains and nothing leaves the machine", async () => {
  expect(heard.complaints).toEqual([]);
  expect([...heard.hosts]).toEqual([new URL(address).host]);
});

test("a stopped service is gone in time, and the page says so", async () => {
  const began = Date.now();
  const gone = new Promise<number | null>((done) => service.once("exit", done));
  service.kill("SIGTERM");
  expect(await gone, log.join("")).toBe(0);
  expect(Date.now() - began).toBeLessThan(stopWithin);
  await page
    .getByText("The connection to Sitwell is lost.")
    .first()
    .waitFor({ timeout: 5 * seconds });
  expect(await page.title()).toBe("Not connected – Sitwell");
});
