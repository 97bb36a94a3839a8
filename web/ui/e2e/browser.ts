// Real Chromium for the tests: a fresh profile, no traffic of its own, and a
// page whose every complaint is kept.

import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** Where Debian puts Chromium; CHROMIUM names another. */
const executablePath = process.env["CHROMIUM"] || "/usr/bin/chromium";

export function launch(): Promise<Browser> {
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
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
