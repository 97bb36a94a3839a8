// Makes the pictures that the models are compared on, from stills of the
// synthetic set (CC0-1.0): for each a letterboxed one for the detector, and
// the crop of the person for the landmark models.
//
//   npm run pictures -- FOLDER_OF_STILLS
//
// They are committed, so that the comparison depends on no JPEG decoder and
// no scaler; this script tells how they came about.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { person } from "./anchors.mjs";
import { here, withPage } from "./litert.mjs";

// Every body, camera and posture of the set is in it.
const people = [
  "b01_far_upright",
  "b01_laptop_slouch_severe",
  "b01_monitor_look_keyboard",
  "b01_offset_phone",
  "b01_side_forward_head",
  "b01_threequarter_slouch_mod",
  "b02_far_lean_left",
  "b02_laptop_chin_rest",
  "b02_monitor_slouch_mild",
  "b02_side_slide_recline",
  "b02_threequarter_upright",
  "b03_laptop_head_turn",
  "b03_offset_lean_to_screen",
  "b03_side_slouch_severe",
  "b03_threequarter_rounded_shoulders",
  "b04_far_recline_straight",
  "b04_laptop_upright",
  "b04_monitor_forward_head",
  "b05_far_slouch_mod",
  "b05_monitor_lean_right_shoulder_up",
  "b05_offset_upright",
  "b06_laptop_lean_to_screen",
  "b06_monitor_upright",
  "b06_offset_slouch_severe",
];
// Squares with nobody in them: left, top and side in pixels of the still.
const empty = [
  ["b01_far_upright", 0, 0, 160],
  ["b04_far_recline_straight", 480, 0, 160],
];

const stills = process.argv[2];
if (!stills) {
  console.error("usage: npm run pictures -- FOLDER_OF_STILLS");
  process.exit(2);
}
const out = path.join(here, "pictures");
await mkdir(out, { recursive: true });
const save = (name, png) => writeFile(path.join(out, name), Buffer.from(png, "base64"));
const still = (name) => readFile(path.resolve(stills, `${name}.jpg`), "base64");

await withPage(async (page) => {
  const crop = (...args) => page.evaluate((a) => window.models.crop(...a), args);
  for (const name of people) {
    const jpeg = await still(name);
    const box = await page.evaluate((j) => window.models.letterbox(j), jpeg);
    const { outputs } = await page.evaluate((p) => window.models.run("detector", p), box.png);
    const { logit, x, y, half } = person(outputs.Identity, outputs.Identity_1);
    const [left, top] = [(x - half - box.left) / box.scale, (y - half - box.top) / box.scale];
    const side = (2 * half) / box.scale;
    console.log(`${name}: logit ${logit.toFixed(2)}, crop ${[left, top, side].map(Math.round)}`);
    if (logit < 0) throw new Error(`${name}: nobody found`);
    await save(`${name}.detector.png`, box.png);
    await save(`${name}.landmark.png`, (await crop(jpeg, left, top, side)).png);
  }
  for (const [i, [name, left, top, side]] of empty.entries()) {
    const { png } = await crop(await still(name), left, top, side);
    const box = await page.evaluate((p) => window.models.letterbox(p), png);
    await save(`empty_${i + 1}.detector.png`, box.png);
    await save(`empty_${i + 1}.landmark.png`, png);
  }
});
