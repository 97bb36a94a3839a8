import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../src/tokens.css"), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((m) => [
    m[1]!,
    [m[2]!, m[3]!] as const,
  ]),
);

/** Relative luminance and contrast as WCAG 2.2 has them. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

test("the arithmetic", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

const moods = ["calm", "poor", "alert", "quiet"];
const grounds = ["ground", "raised", ...moods.map((m) => `${m}-ground`)];

/** Text needs 4.5, marks that carry meaning need 3. */
const pairs: [front: string, back: string, least: number][] = [
  ...grounds.flatMap((g): [string, string, number][] => [
    ["ink", g, 4.5],
    ["ink-soft", g, 4.5],
  ]),
  ...moods.flatMap((m): [string, string, number][] => [
    [`${m}-ink`, `${m}-wash`, 4.5],
    [`${m}-soft`, `${m}-wash`, 4.5],
    [`${m}-mark`, `${m}-wash`, 3],
    [`${m}-mark`, `${m}-ground`, 3],
  ]),
  // The chart stands on every ground, the curve also on the shade of a slouch.
  ...grounds.flatMap((g): [string, string, number][] => [
    ["calm-mark", g, 3],
    ["poor-mark", g, 3],
    ["other-mark", g, 3],
    ["line-strong", g, 3],
  ]),
  // Text of the week stands on its cards; a score stands on its own colour.
  ...[0, 1, 2, 3, 4].map((i): [string, string, number] => [`heat-${i}-ink`, `heat-${i}`, 4.5]),
  ...["heat-0", "heat-4", "standing-mark"].map((h): [string, string, number] => [h, "raised", 3]),
  ["calm-wash", "calm-ink", 4.5],
  ["ink", "poor-wash", 4.5],
  ["poor-mark", "poor-wash", 3],
  ["calm-mark", "raised", 3],
  ["alert-mark", "raised", 3],
  // Gear and cautions of an exercise stand on the calm wash.
  ["poor-mark", "calm-wash", 3],
];

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("%s", (_, theme) => {
  test.each(pairs)("%s on %s has %d", (front, back, least) => {
    const [a, b] = [tokens.get(front), tokens.get(back)];
    expect(a, front).toBeDefined();
    expect(b, back).toBeDefined();
    expect(contrast(a![theme], b![theme])).toBeGreaterThanOrEqual(least);
  });
  test("the words in the circle that breathes", () => {
    const [mark, wash, ink] = ["calm-mark", "calm-wash", "calm-ink"].map((t) => tokens.get(t)![theme]);
    // As src/relief.css mixes it: 35 % of the mark.
    const air = [1, 3, 5].map((i) => {
      const [a, b] = [mark!, wash!].map((c) => parseInt(c.slice(i, i + 2), 16));
      return Math.round(0.35 * a! + 0.65 * b!)
        .toString(16)
        .padStart(2, "0");
    });
    expect(contrast(ink!, `#${air.join("")}`)).toBeGreaterThanOrEqual(4.5);
  });
});
