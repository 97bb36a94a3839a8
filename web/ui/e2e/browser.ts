// Real Chromium for the tests: a fresh profile, no traffic of its own, and a
// page whose every complaint is kept.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** The browser that CHROMIUM names, else the first of the usual ones on the PATH. */
function findChromium(): string {
  if (process.env["CHROMIUM"]) return process.env["CHROMIUM"];
  const places = (process.env["PATH"] ?? "").split(delimiter);
  const found = ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => places.map((p) => join(p, name)))
    .concat("/Applications/Chromium.app/Contents/MacOS/Chromium")
    .find((path) => existsSync(path));
  if (!found) throw new Error("no Chromium found: run make setup-test, or set CHROMIUM to its path");
  return found;
}

export function launch(): Promise<Browser> {
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      ...(root ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Visit {
  page: Page;
  /** Console errors, uncaught errors, refused policy, failed requests. */
  complaints: string[];
  /** Every host the page talked to. */
  hosts: Set<string>;
}

/** Opens a page of its own context, and listens to it from the start. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (m) => {
    if (m.type() === "error") complaints.push(`error: ${m.text()}`);
  });
  page.on("pageerror", (e) => complaints.push(`uncaught: ${e.message}`));
  page.on("requestfailed", (r) => complaints.push(`failed: ${r.url()} ${r.failure()?.errorText ?? ""}`));
  page.on("request", (r) => hosts.add(new URL(r.url()).host));
  page.on("websocket", (s) => hosts.add(new URL(s.url()).host));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (e) =>
      console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`),
    );
  });
  return { page, complaints, hosts };
}
