// The stick figure: from the model's points to lines, mirrored, so that the
// page shows you as a mirror would.

import type { Figure, Point } from "./contract";

/** The picture's height in the drawing's units. */
export const frameHeight = 1000;

/** Points less visible than this, 0 to 1, are guesses of the model and are not drawn. */
const visible = 0.5;

const nose = 0;
const leftEye = 2;
const rightEye = 5;
const leftEar = 7;
const rightEar = 8;
const leftShoulder = 11;
const rightShoulder = 12;
const arms = [
  [11, 13, 15],
  [12, 14, 16],
] as const;
const leftHip = 23;
const rightHip = 24;

export interface Drawing {
  width: number;
  /** Width of the lines. */
  stroke: number;
  head: { cx: number; cy: number; rx: number; ry: number; turn: number } | null;
  /** The eyes as dots. */
  face: readonly (readonly [x: number, y: number])[];
  /** Neck, shoulders, arms and trunk as one path. */
  body: string;
  /** What is drawn, in words. */
  seen: readonly string[];
}

type Spot = readonly [x: number, y: number];

const middle = (a: Spot, b: Spot): Spot => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
const apart = (a: Spot, b: Spot): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const r = (n: number): number => Math.round(n);
const at = (p: Spot): string => `${r(p[0])} ${r(p[1])}`;

/** Turns a figure into lines. */
export function drawing(f: Figure): Drawing {
  const width = r(f.aspect * frameHeight);
  const spot = (i: number): Spot => {
    const p = f.points[i] as Point;
    return [(1 - p[0]) * width, p[1] * frameHeight];
  };
  const sees = (i: number): boolean => (f.points[i]?.[2] ?? 0) >= visible;
  const out = { width, stroke: 26, head: null as Drawing["head"], face: [] as Spot[], seen: [] as string[] };
  const path: string[] = [];

  const shoulders = sees(leftShoulder) && sees(rightShoulder);
  const span = shoulders ? apart(spot(leftShoulder), spot(rightShoulder)) : 0;
  if (shoulders) out.stroke = Math.min(44, Math.max(14, span * 0.07));

  let chin: Spot | null = null;
  if (sees(nose)) {
    out.seen.push("head");
    // The ear on the mirror's left first, so that the turn is upright.
    const [a, b] = [spot(leftEar), spot(rightEar)].sort((p, q) => p[0] - q[0]) as [Spot, Spot];
    const eyes = apart(spot(leftEye), spot(rightEye));
    const rx = Math.max(apart(a, b) * 0.56, eyes * 1.1, span * 0.2);
    const ry = rx * 1.3;
    const turn = Math.atan2(b[1] - a[1], b[0] - a[0]);
    const [cx, cy] = middle(a, b);
    out.head = { cx: r(cx), cy: r(cy), rx: r(rx), ry: r(ry), turn: r((turn * 180) / Math.PI) };
    out.face = [leftEye, rightEye].map((i) => spot(i).map(r) as unknown as Spot);
    chin = [cx - Math.sin(turn) * ry, cy + Math.cos(turn) * ry];
  }
  if (shoulders) {
    out.seen.push("shoulders");
    const a = spot(leftShoulder);
    const b = spot(rightShoulder);
    const m = middle(a, b);
    // The shoulders hang from the neck in a shallow arch.
    const lift = chin ? Math.max(0, (m[1] - chin[1]) * 0.45) : span * 0.06;
    const top: Spot = [m[0], m[1] - lift];
    path.push(`M${at(a)}Q${at([m[0], m[1] - lift * 2])} ${at(b)}`);
    if (chin && top[1] > chin[1]) path.push(`M${at(chin)}L${at(top)}`);
    if (sees(leftHip) && sees(rightHip)) {
      out.seen.push("trunk");
      path.push(`M${at(top)}L${at(middle(spot(leftHip), spot(rightHip)))}`);
    }
  }
  let limbs = false;
  for (const [shoulder, elbow, wrist] of arms) {
    if (!sees(shoulder) || !sees(elbow)) continue;
    limbs = true;
    path.push(`M${at(spot(shoulder))}L${at(spot(elbow))}${sees(wrist) ? `L${at(spot(wrist))}` : ""}`);
  }
  if (limbs) out.seen.push("arms");
  return { ...out, stroke: r(out.stroke), body: path.join("") };
}

/** Where in the mirror the person is, in words. */
export function place(d: Drawing): string {
  if (!d.head) return "";
  const x = d.head.cx / d.width;
  return x < 0.35 ? "on the left" : x > 0.65 ? "on the right" : "in the middle";
}
