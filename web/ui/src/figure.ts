// The stick figure: from the model's points to lines, mirrored, so that the
// page shows you as a mirror would.

import type { Figure, Point } from "./contract";

/** The picture's height in the drawing's units. */
export const frameHeight = 1000;

/** Points less visible than this, 0 to 1, are guesses of the model. */
const visible = 0.5;

/** Arms fade in between these two, for at a desk their visibility wavers. */
const faintArm = 0.3;
const clearArm = 0.7;

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
  /** Neck, shoulders and trunk as one path. */
  body: string;
  arms: readonly { path: string; opacity: number }[];
  /** From the shoulders down to the picture's edge: a shade that carries the lines, not a claim. */
  shade: string;
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
  const out = {
    width,
    stroke: 26,
    head: null as Drawing["head"],
    face: [] as Spot[],
    shade: "",
    seen: [] as string[],
  };
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
    const arch = `M${at(a)}Q${at([m[0], m[1] - lift * 2])} ${at(b)}`;
    path.push(arch);
    const flare = (b[0] - a[0]) * 0.12;
    out.shade = `${arch}L${r(b[0] + flare)} ${frameHeight}H${r(a[0] - flare)}Z`;
    if (chin && top[1] > chin[1]) path.push(`M${at(chin)}L${at(top)}`);
    if (sees(leftHip) && sees(rightHip)) {
      out.seen.push("trunk");
      path.push(`M${at(top)}L${at(middle(spot(leftHip), spot(rightHip)))}`);
    }
  }
  const limbs = arms.flatMap(([shoulder, elbow, wrist]) => {
    const v = f.points[elbow]?.[2] ?? 0;
    if (!sees(shoulder) || v <= faintArm) return [];
    const opacity = Math.min(1, Math.round(((v - faintArm) / (clearArm - faintArm)) * 10) / 10);
    const hand = sees(wrist) ? `L${at(spot(wrist))}` : "";
    return [{ path: `M${at(spot(shoulder))}L${at(spot(elbow))}${hand}`, opacity }];
  });
  if (limbs.some((l) => l.opacity > 0.5)) out.seen.push("arms");
  return { ...out, stroke: r(out.stroke), body: path.join(""), arms: limbs };
}

/** Where in the mirror the person is, in words. */
export function place(d: Drawing): string {
  if (!d.head) return "";
  const x = d.head.cx / d.width;
  return x < 0.35 ? "on the left" : x > 0.65 ? "on the right" : "in the middle";
}
