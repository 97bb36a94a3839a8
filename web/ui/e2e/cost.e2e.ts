// What the page costs while it is open: processor time of all of Chromium's
// processes over 20 s, by the browser's own count.
//   npm run cost
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, CDPSession } from "playwright-core";
import { Mock } from "../test/mock";
import { person, status, t0, type Wire } from "../test/scenes";
import { launch, visit } from "./browser";

const span = 20; // seconds

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

async function processorSeconds(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, p) => sum + p.cpuTime, 0);
}

/** A person who sways a little: every figure differs from the last. */
function swaying(i: number): Wire {
  return status({
    time: new Date(t0 + i * 500).toISOString(),
    score: 95 + 2 * Math.sin(i / 9),
    figure: person({ x: 0.66 + 0.01 * Math.sin(i / 3), eyes: 0.33 + 0.004 * Math.sin(i / 5) }),
  });
}

test.each([
  ["an empty page, to compare with", -1, 4],
  ["the page, nothing comes (paused)", 0, 4],
  ["the page, 2 messages a second, the person sways", 2, 12],
  ["the page, 10 messages a second, the person sways", 10, 40],
] as const)("%s", { timeout: 60_000 }, async (name, hz, most) => {
  const { page } = await visit(browser, { viewport: { width: 1440, height: 900 } });
  if (hz >= 0) {
    await page.goto(address);
    await page.locator("h1").filter({ hasText: "Sitting upright" }).waitFor();
  }
  if (hz === 0) mock.show("paused");
  let i = 0;
  const timer =
    hz > 0 ? setInterval(() => mock.send({ type: "live", live: swaying(++i) }), 1000 / hz) : undefined;
  await page.waitForTimeout(3000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  const all = await browser.newBrowserCDPSession();
  const metrics = async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return new Map(metrics.map((m) => [m.name, m.value]));
  };
  const [cpu, before] = [await processorSeconds(all), await metrics()];
  await page.waitForTimeout(span * 1000);
  const [after, used] = [await metrics(), (await processorSeconds(all)) - cpu];
  clearInterval(timer);
  const main = (key: string) => (((after.get(key)! - before.get(key)!) / span) * 100).toFixed(2);
  console.log(
    `${name}: ${((used / span) * 100).toFixed(2)} % of a core in all; main thread ${main("TaskDuration")} % ` +
      `(script ${main("ScriptDuration")}, style ${main("RecalcStyleDuration")}, layout ${main("LayoutDuration")}); ` +
      `heap ${(after.get("JSHeapUsedSize")! / 1e6).toFixed(1)} MB`,
  );
  await page.context().close();
  mock.scene = status();
  expect((used / span) * 100).toBeLessThan(most);
});
