// Runs the original models on every picture in pictures/ and writes what they
// say to reference.json, which the Go test compares the converted ones with.
//
//   npm run reference
//
// Of the detector's 2254 anchors the surest 48 are kept with their boxes, so
// that any other has a lower score than the last of them.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { here, withPage } from "./litert.mjs";

const kept = 48;
const round = (values, digits) => values.map((v) => Number(v.toFixed(digits)));

// What a landmark model says: pixels and logits to 0.0001, metres to 1 µm.
function landmarks(name, { outputs }) {
  const { Identity, Identity_1, Identity_4 } = outputs;
  if (Identity.length !== 195 || Identity_1.length !== 1 || Identity_4.length !== 117) {
    throw new Error(`${name}: outputs of an unknown shape`);
  }
  return { landmarks: round(Identity, 4), pose_flag: round(Identity_1, 6)[0], world: round(Identity_4, 6) };
}

function detections({ outputs }) {
  const { Identity, Identity_1 } = outputs;
  if (Identity.length !== 2254 * 12 || Identity_1.length !== 2254) {
    throw new Error("detector: outputs of an unknown shape");
  }
  const order = Identity_1.map((_, i) => i).sort((a, b) => Identity_1[b] - Identity_1[a] || a - b);
  return order.slice(0, kept).map((anchor) => ({
    anchor,
    score: round([Identity_1[anchor]], 4)[0],
    box: round(Identity.slice(anchor * 12, anchor * 12 + 12), 4),
  }));
}

const files = await readdir(path.join(here, "pictures"));
const names = files.filter((f) => f.endsWith(".landmark.png")).map((f) => f.slice(0, -".landmark.png".length));
const lock = JSON.parse(await readFile(path.join(here, "package-lock.json"), "utf8"));
const runtime = lock.packages["node_modules/@litertjs/core"].version;

const pictures = await withPage(async (page, browser) => {
  console.log(`LiteRT ${runtime} in Chromium ${browser}, ${names.length} pictures`);
  const run = async (model, file) => {
    const png = await readFile(path.join(here, "pictures", file), "base64");
    return page.evaluate((a) => window.models.run(...a), [model, png]);
  };
  const all = [];
  for (const name of names.sort()) {
    const detector = await run("detector", `${name}.detector.png`);
    const lite = await run("landmark-lite", `${name}.landmark.png`);
    const full = await run("landmark-full", `${name}.landmark.png`);
    all.push({
      name,
      // Of the red, green and blue bytes, to show that both saw the same.
      sha256: { detector: detector.sha256, landmark: full.sha256 },
      detector: detections(detector),
      "landmark-lite": landmarks("landmark-lite", lite),
      "landmark-full": landmarks("landmark-full", full),
    });
  }
  return all;
});

const head = { format: "sitwell-parity/1", runtime: `@litertjs/core ${runtime}`, pictures: [] };
const lines = pictures.map((p) => JSON.stringify(p));
const text = JSON.stringify(head).replace("[]", () => `[\n${lines.join(",\n")}\n]`);
await writeFile(path.join(here, "reference.json"), `${text}\n`);
