// The original .tflite models in headless Chromium, run by LiteRT: an
// independent runtime on the files as they were published.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");

// Nothing is listened on: what the page asks for under this address is
// answered from these folders, and everything else is refused. (A page of
// localhost counts as secure, which its SHA-256 needs.)
const origin = "http://localhost";
const folders = {
  "/litert/": path.join(here, "node_modules/@litertjs"),
  "/tflite/": path.join(root, ".cache/models"), // models/build.sh puts them there
  "/": here,
};
const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

async function answer(route) {
  const url = new URL(route.request().url());
  const prefix = Object.keys(folders).find((p) => url.pathname.startsWith(p));
  if (url.origin !== origin) return route.abort();
  const file = path.join(folders[prefix], url.pathname.slice(prefix.length));
  try {
    const body = await readFile(file);
    const contentType = types[path.extname(file)] ?? "application/octet-stream";
    return await route.fulfill({ body, contentType });
  } catch (err) {
    console.error(`read ${file}: ${err.message}`);
    return route.fulfill({ status: 404, body: "" });
  }
}

// withPage runs use(page) on page.html, with window.models ready, and closes
// the browser. The browser is Chromium as installed, or $CHROMIUM.
export async function withPage(use) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
  try {
    const page = await browser.newPage();
    page.on("pageerror", (err) => console.error(`page: ${err.message}`));
    await page.route("**/*", answer);
    await page.goto(`${origin}/page.html`);
    await page.waitForFunction("window.ready", undefined, { timeout: 60_000 });
    return await use(page, browser.version());
  } finally {
    await browser.close();
  }
}
