import { readFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Figure } from "../src/contract";
import { drawing, place } from "../src/figure";
import { person } from "./scenes";

const figure = (over?: Parameters<typeof person>[0]) => person(over) as unknown as Figure;
const numbers = (path: string) => (path.match(/-?\d+/g) ?? []).map(Number);

test("the person stands as in a mirror", () => {
  expect(place(drawing(figure({ x: 0.2 })))).toBe("on the right");
  expect(place(drawing(figure({ x: 1.1 })))).toBe("on the left");
  expect(place(drawing(figure()))).toBe("in the middle");
});

test("head, shoulders and arms are seen; hands and hips that are guessed are not", () => {
  const d = drawing(figure());
  expect(d.seen).toEqual(["head", "shoulders", "arms"]);
  expect(d.head!.turn).toBe(0);
  expect(d.arms.map((a) => a.opacity)).toEqual([1, 1]);
  // Shoulder to elbow only.
  expect(d.arms.every((a) => numbers(a.path).length === 4)).toBe(true);
});

test("a tilted head is drawn tilted, never upside down", () => {
  expect(drawing(figure({ tilt: 0.4 })).head!.turn).not.toBe(0);
  expect(Math.abs(drawing(figure({ tilt: 0.4 })).head!.turn)).toBeLessThan(45);
});

test("nothing seen, nothing drawn", () => {
  const blank: Figure = { aspect: 16 / 9, points: Array.from({ length: 33 }, () => [0.5, 0.5, 0] as const) };
  expect(drawing(blank)).toMatchObject({ width: 1778, head: null, body: "", shade: "", arms: [], seen: [] });
  expect(place(drawing(blank))).toBe("");
});

/** The folder with labelled people, if it is there. */
function data(): string | null {
  let root = import.meta.dirname;
  while (!existsSync(join(root, "go.mod")) && dirname(root) !== root) root = dirname(root);
  const file = join(
    process.env["SITWELL_DATA"] ?? join(root, "../shared/data"),
    "real-landmarks/dataset.json",
  );
  return existsSync(file) ? file : null;
}

interface Item {
  observation: { width: number; height: number; landmarks: number[][] };
}

test.runIf(data())("real people give whole drawings with the head above the shoulders", () => {
  const set = JSON.parse(readFileSync(data()!, "utf8")) as { stills: { items: Item[] }[] };
  let people = 0;
  for (const { items } of set.stills) {
    for (const { observation: o } of items.filter((_, i) => i % 20 === 0)) {
      const points = o.landmarks.map((l) => [l[0]! / o.width, l[1]! / o.height, l[3]!] as const);
      const d = drawing({ aspect: o.width / o.height, points });
      expect(`${d.body}${d.shade}${JSON.stringify(d.head)}`).not.toMatch(/NaN|Infinity|null,/);
      if (!d.head || !d.body) continue;
      people++;
      expect(d.head.cy).toBeLessThan(numbers(d.body)[1]!);
      expect(Math.abs(d.head.turn)).toBeLessThan(60);
    }
  }
  expect(people).toBeGreaterThan(20);
});
