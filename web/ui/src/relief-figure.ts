// A small articulated figure that shows the exercises: limbs of fixed length whose
// joints turn between key poses. Units are those of a drawing 200 wide, in which a
// person stands 170 tall; angles are in degrees, 0 up and 90 to the right.

type XY = readonly [x: number, y: number];

/**
 * How a limb lies: "by" the angles of its two parts, with how much of their length
 * is seen when they point at the viewer, or "to" where its end is, with the side to
 * which the joint between bends, 1 clockwise.
 */
type Limb = readonly ["by", number, number, number?, number?] | readonly ["to", number, number, bend: 1 | -1];

export interface Pose {
  hip: XY;
  /** The lower and the upper half of the spine, the neck, and the head's own tilt. */
  low: number;
  high: number;
  neck: number;
  face: number;
  /** Near and far from the side; left and right on the screen from in front. */
  arms: readonly [Limb, Limb];
  legs: readonly [Limb, Limb];
  /** Seen from in front: half the shoulders' width, how far they are up, the head's turn and the chest's, -1 to 1. */
  wide?: number;
  lift?: number;
  turn?: number;
  twist?: number;
  /** Half of what is between the shoulder blades, and half of the waist's width. */
  blades?: number;
  girth?: number;
}

export interface Motion {
  view: "side" | "front" | "back";
  /** What is seen: left, top, width and height. */
  box: readonly [x: number, y: number, width: number, height: number];
  /** What stands around, as paths. */
  props: readonly string[];
  /** From the beginning of a repetition to its hold, and back if not the same way. */
  into: readonly Pose[];
  out?: readonly Pose[];
  /** It goes round, in milliseconds, rather than to a hold and back. */
  loop?: number;
  /** Each repetition to the other side, though both count as one. */
  alternate?: true;
  /** A band from the hands to a place, or a bar between them that hangs from one. */
  band?: XY;
  bar?: XY;
  /** The arms lie behind the head. */
  armsBehind?: true;
  /** The feet are no part of it. */
  barefoot?: true;
}

const length = { low: 27, high: 27, neck: 19, arm: 26, hand: 26, leg: 40, shin: 40, foot: 9 };
const headSize = 11;

/** What lies around. */
const line = (...points: XY[]): string => `M${points.map((p) => p.join(" ")).join("L")}`;
const seatSide = [
  line([70, 142], [112, 142]),
  line([67, 140], [63, 96]),
  line([90, 142], [90, 172]),
  line([70, 174], [110, 174]),
];
const fixedChair = [
  line([70, 142], [112, 142]),
  line([72, 141], [67, 98]),
  line([73, 142], [69, 175]),
  line([108, 142], [112, 175]),
];
const seatFront = [line([74, 150], [126, 150])];
const ground = line([4, 190], [196, 190]);
const mat = line([8, 176], [192, 176]);

const seatedLegs: Pose["legs"] = [
  ["by", 91, 178],
  ["by", 88, 183],
];
const frontLegs: Pose["legs"] = [
  ["by", 205, 180, 0.45, 0.95],
  ["by", 155, 180, 0.45, 0.95],
];
const hanging: Pose["arms"] = [
  ["by", 190, 176, 1, 0.9],
  ["by", 170, 184, 1, 0.9],
];
const onThighs: Pose["arms"] = [
  ["to", 116, 124, 1],
  ["to", 120, 122, 1],
];

/** Somebody who sits, from the side and from in front; who stands, lies, and is on all fours. */
const sat: Pose = { hip: [86, 130], low: -3, high: 2, neck: 6, face: 0, arms: onThighs, legs: seatedLegs };
const facing: Pose = {
  hip: [100, 140],
  low: 0,
  high: 0,
  neck: 0,
  face: 0,
  arms: hanging,
  legs: frontLegs,
  wide: 21,
  lift: 0,
  turn: 0,
};
const stood: Pose = {
  hip: [100, 108],
  low: 0,
  high: 2,
  neck: 6,
  face: 0,
  arms: [
    ["by", 182, 172],
    ["by", 180, 170],
  ],
  legs: [
    ["to", 102, 187, -1],
    ["to", 98, 187, -1],
  ],
};
const lying: Pose = {
  hip: [112, 160],
  low: -90,
  high: -90,
  neck: -86,
  face: -90,
  arms: [
    ["by", 98, 90],
    ["by", 96, 90],
  ],
  legs: [
    ["to", 148, 170, -1],
    ["to", 152, 170, -1],
  ],
};
const fours: Pose = {
  hip: [84, 128],
  low: 87,
  high: 90,
  neck: 82,
  face: 78,
  arms: [
    ["to", 140, 172, -1],
    ["to", 146, 172, -1],
  ],
  legs: [
    ["to", 45, 168, -1],
    ["to", 49, 168, -1],
  ],
};

/** The exercises, by their IDs. */
const motions: Record<string, Motion> = {
  postural_reset: {
    view: "side",
    box: [30, 36, 150, 150],
    props: seatSide,
    into: [{ ...sat, hip: [88, 130], low: -18, high: 24, neck: 50, face: 8 }, sat],
  },
  chin_tuck: {
    view: "side",
    box: [48, 36, 84, 84],
    props: seatSide,
    into: [
      { ...sat, low: 0, high: 6, neck: 46 },
      { ...sat, low: -2, high: 1, neck: 3 },
    ],
  },
  blade_squeeze: {
    view: "back",
    box: [42, 44, 116, 116],
    props: seatFront,
    into: [
      {
        ...facing,
        lift: 1,
        blades: 12,
        arms: [
          ["by", 194, 196, 1, 0.3],
          ["by", 166, 164, 1, 0.3],
        ],
      },
      {
        ...facing,
        lift: -3,
        wide: 18.5,
        blades: 5,
        arms: [
          ["by", 184, 190, 1, 0.3],
          ["by", 176, 170, 1, 0.3],
        ],
      },
    ],
  },
  chest_stretch: {
    view: "side",
    box: [36, 40, 136, 136],
    props: seatSide.filter((_, i) => i !== 1),
    into: [
      {
        ...sat,
        hip: [88, 130],
        low: -8,
        high: 18,
        neck: 34,
        arms: [
          ["by", 172, 150],
          ["by", 168, 146],
        ],
      },
      {
        ...sat,
        hip: [88, 130],
        low: 3,
        high: -16,
        neck: -4,
        face: -12,
        arms: [
          ["by", 214, 196],
          ["by", 210, 192],
        ],
      },
    ],
  },
  hands_behind_head: {
    view: "front",
    box: [40, 32, 120, 120],
    props: seatFront,
    armsBehind: true,
    into: [
      {
        ...facing,
        arms: [
          ["by", -16, 74, 0.75, 0.74],
          ["by", 16, -74, 0.75, 0.74],
        ],
      },
      {
        ...facing,
        lift: -1,
        wide: 20,
        arms: [
          ["by", -38, 88],
          ["by", 38, -88],
        ],
      },
    ],
  },
  cross_body_stretch: {
    view: "front",
    box: [40, 40, 120, 120],
    props: seatFront,
    into: [
      {
        ...facing,
        arms: [
          ["by", 128, 104, 0.85, 0.85],
          ["to", 102, 112, -1],
        ],
      },
      {
        ...facing,
        arms: [
          ["by", 98, 88, 0.9, 0.95],
          ["to", 106, 98, -1],
        ],
      },
    ],
  },
  doorway_stretch: {
    view: "side",
    box: [4, 4, 192, 192],
    props: [ground, line([110, 6], [110, 190])],
    into: [
      {
        ...stood,
        arms: [
          ["by", 92, 0, 0.4, 1],
          ["by", 92, 0, 0.4, 1],
        ],
      },
      {
        ...stood,
        hip: [124, 112],
        low: 0,
        high: -8,
        neck: 2,
        arms: [
          ["by", 92, 0, -0.42, 1],
          ["by", 92, 0, -0.42, 1],
        ],
        legs: [
          ["to", 152, 187, -1],
          ["to", 90, 186, -1],
        ],
      },
    ],
  },
  neck_turn: {
    view: "front",
    box: [55, 40, 90, 90],
    props: seatFront,
    into: [facing, { ...facing, turn: -0.95 }],
  },
  neck_side_tilt: {
    view: "front",
    box: [55, 40, 90, 90],
    props: seatFront,
    into: [facing, { ...facing, neck: -30, face: -32 }],
  },
  shoulder_rolls: {
    view: "front",
    box: [42, 44, 116, 116],
    props: seatFront,
    into: [
      { ...facing, lift: -1 },
      { ...facing, lift: 10, wide: 20 },
      { ...facing, lift: 5, wide: 17.5 },
    ],
    out: [
      { ...facing, lift: 5, wide: 17.5 },
      { ...facing, lift: -3, wide: 19 },
      { ...facing, lift: -1 },
    ],
  },
  thoracic_extension: {
    view: "side",
    box: [28, 36, 150, 150],
    props: fixedChair,
    into: [
      {
        ...sat,
        low: -5,
        high: 6,
        neck: 14,
        arms: [
          ["by", 52, -62, 1, 0.85],
          ["by", 56, -58, 1, 0.85],
        ],
      },
      {
        ...sat,
        low: -8,
        high: -36,
        neck: -34,
        face: -36,
        arms: [
          ["by", 8, -104, 1, 0.85],
          ["by", 12, -100, 1, 0.85],
        ],
      },
    ],
  },
  row: {
    view: "side",
    box: [34, 36, 150, 150],
    props: [...seatSide, line([176, 60], [176, 176])],
    band: [176, 98],
    into: [
      {
        ...sat,
        high: 5,
        arms: [
          ["to", 136, 96, 1],
          ["to", 136, 94, 1],
        ],
      },
      {
        ...sat,
        high: -5,
        arms: [
          ["to", 106, 102, 1],
          ["to", 108, 101, 1],
        ],
      },
    ],
  },
  lat_pulldown: {
    view: "front",
    box: [30, 14, 150, 150],
    props: [...seatFront, line([40, 16], [160, 16])],
    bar: [100, 16],
    into: [
      {
        ...facing,
        lift: 4,
        arms: [
          ["by", -24, -14],
          ["by", 24, 14],
        ],
      },
      {
        ...facing,
        lift: -2,
        arms: [
          ["by", -158, -12],
          ["by", 158, 12],
        ],
      },
    ],
  },
  seated_twist: {
    view: "front",
    box: [40, 40, 130, 130],
    props: seatFront,
    into: [
      {
        ...facing,
        twist: 0,
        arms: [
          ["by", 160, 66, 0.62, 1.1],
          ["by", 200, -66, 0.62, 1.1],
        ],
      },
      {
        ...facing,
        twist: -0.9,
        turn: -0.8,
        wide: 14,
        arms: [
          ["by", 172, 58, 0.62, 0.62],
          ["by", 226, -72, 0.62, 1],
        ],
      },
    ],
  },
  back_bend: {
    view: "side",
    box: [4, 8, 190, 190],
    props: [ground],
    into: [
      {
        ...stood,
        arms: [
          ["to", 93, 98, 1],
          ["to", 95, 98, 1],
        ],
      },
      {
        ...stood,
        hip: [108, 108],
        low: -14,
        high: -32,
        neck: -40,
        face: -36,
        arms: [
          ["to", 98, 99, 1],
          ["to", 100, 99, 1],
        ],
      },
    ],
  },
  pelvic_tilt: {
    view: "side",
    box: [22, 92, 146, 92],
    props: [mat],
    into: [
      { ...lying, low: -72, high: -108 },
      { ...lying, hip: [112, 158], low: -94, high: -90 },
    ],
  },
  knee_rolls: {
    view: "front",
    box: [20, 10, 178, 178],
    props: ["M56 14H144V186H56Z"],
    alternate: true,
    barefoot: true,
    into: [
      {
        ...facing,
        hip: [100, 112],
        arms: [
          ["by", -104, -98],
          ["by", 104, 98],
        ],
        legs: [
          ["by", 182, 180, 0.4, 0.55],
          ["by", 178, 180, 0.4, 0.55],
        ],
      },
      {
        ...facing,
        hip: [100, 112],
        arms: [
          ["by", -104, -98],
          ["by", 104, 98],
        ],
        legs: [
          ["by", 244, 150, 0.9, 0.85],
          ["by", 250, 158, 0.9, 0.85],
        ],
      },
    ],
  },
  bottom_to_heels: {
    view: "side",
    box: [14, 84, 160, 98],
    props: [mat],
    barefoot: true,
    into: [
      fours,
      {
        ...fours,
        hip: [54, 142],
        low: 96,
        high: 106,
        neck: 104,
        face: 100,
        arms: [
          ["to", 148, 171, -1],
          ["to", 152, 171, -1],
        ],
      },
    ],
  },
  bird_dog: {
    view: "side",
    box: [6, 84, 190, 98],
    props: [mat],
    barefoot: true,
    into: [
      {
        ...fours,
        hip: [96, 128],
        arms: [
          ["by", 180, 180, 0.88, 0.88],
          ["by", 178, 178, 0.88, 0.88],
        ],
        legs: [
          ["by", 180, 270],
          ["by", 178, 270],
        ],
      },
      {
        ...fours,
        hip: [96, 128],
        neck: 86,
        arms: [
          ["by", 180, 180, 0.88, 0.88],
          ["by", 86, 86, 0.95, 0.95],
        ],
        legs: [
          ["by", 268, 268],
          ["by", 178, 270],
        ],
      },
    ],
  },
  bridge: {
    view: "side",
    box: [22, 92, 146, 92],
    props: [mat],
    into: [lying, { ...lying, hip: [110, 141], low: -111, high: -108 }],
  },
  plank: {
    view: "side",
    box: [8, 96, 178, 86],
    props: [mat],
    into: [
      {
        ...fours,
        hip: [99, 147],
        low: 82,
        high: 82,
        neck: 76,
        face: 78,
        arms: [
          ["by", 180, 91],
          ["by", 178, 91],
        ],
        legs: [
          ["by", 240, 276],
          ["by", 238, 276],
        ],
      },
      {
        ...fours,
        hip: [99, 149],
        low: 79,
        high: 79,
        neck: 74,
        face: 78,
        arms: [
          ["by", 180, 91],
          ["by", 178, 91],
        ],
        legs: [
          ["by", 259, 259],
          ["by", 258, 258],
        ],
      },
    ],
  },
  leg_raise: {
    view: "side",
    box: [4, 78, 190, 104],
    props: [mat],
    into: [
      {
        ...lying,
        hip: [100, 160],
        legs: [
          ["by", 92, 92],
          ["to", 138, 170, -1],
        ],
      },
      {
        ...lying,
        hip: [100, 160],
        legs: [
          ["by", 38, 38],
          ["to", 138, 170, -1],
        ],
      },
    ],
  },
  walk: {
    view: "side",
    box: [4, 8, 190, 190],
    props: [ground],
    loop: 1200,
    into: [
      {
        ...stood,
        hip: [100, 110],
        arms: [
          ["by", 206, 184],
          ["by", 154, 128],
        ],
        legs: [
          ["by", 154, 172],
          ["by", 202, 222],
        ],
      },
      {
        ...stood,
        hip: [100, 107],
        arms: [
          ["by", 180, 158],
          ["by", 180, 158],
        ],
        legs: [
          ["by", 180, 180],
          ["by", 168, 228],
        ],
      },
      {
        ...stood,
        hip: [100, 110],
        arms: [
          ["by", 154, 128],
          ["by", 206, 184],
        ],
        legs: [
          ["by", 202, 222],
          ["by", 154, 172],
        ],
      },
      {
        ...stood,
        hip: [100, 107],
        arms: [
          ["by", 180, 158],
          ["by", 180, 158],
        ],
        legs: [
          ["by", 168, 228],
          ["by", 180, 180],
        ],
      },
    ],
  },
  calm_breathing: {
    view: "front",
    box: [42, 40, 130, 130],
    props: seatFront,
    loop: 10_000,
    into: [
      {
        ...facing,
        girth: 11,
        arms: [
          ["by", 196, 150, 1, 0.9],
          ["by", 164, 210, 1, 0.9],
        ],
      },
      {
        ...facing,
        girth: 15,
        lift: 4,
        wide: 22.5,
        arms: [
          ["by", 196, 148, 1, 0.9],
          ["by", 164, 212, 1, 0.9],
        ],
      },
    ],
  },
};

/** Somebody who just stands, for an exercise that is not known here. */
const unknown: Motion = { view: "side", box: [4, 8, 190, 190], props: [ground], into: [stood, stood] };

export const motionIDs = Object.keys(motions);
export const motionOf = (id: string): Motion => (Object.hasOwn(motions, id) ? motions[id]! : unknown);

/** Between two values of the same form; words stay those of the first. What is left out is seen in full. */
function mix<T>(a: T, b: T, t: number): T {
  if (typeof a === "number") return (a + ((b as number) - a) * t) as T;
  if (Array.isArray(a)) {
    const [x, y] = [a as unknown[], b as unknown[]];
    return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => mix(x[i] ?? 1, y[i] ?? 1, t)) as T;
  }
  if (typeof a !== "object" || a === null) return a;
  const out: Record<string, unknown> = {};
  for (const [k, v] of Object.entries(a)) out[k] = mix(v as unknown, (b as Record<string, unknown>)[k], t);
  return out as T;
}

const ease = (t: number): number => (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, t)))) / 2;

/** Along key poses, 0 to 1, slowly at both ends. */
function along(keys: readonly Pose[], t: number): Pose {
  const at = ease(t) * (keys.length - 1);
  const i = Math.min(keys.length - 2, Math.floor(at));
  return keys.length < 2 ? keys[0]! : mix(keys[i]!, keys[i + 1]!, at - i);
}

/** The pose in a phase of a repetition, share 0 to 1; what goes round goes by its time. */
export function poseAt(m: Motion, kind: "ready" | "in" | "hold" | "out", share: number, ms = 0): Pose {
  if (m.loop) {
    // Breath goes in for four tenths of its time, steps go on evenly.
    const at = (ms % m.loop) / m.loop;
    if (m.into.length === 2) return along(m.into, at < 0.4 ? at / 0.4 : 1 - (at - 0.4) / 0.6);
    const step = at * m.into.length;
    const i = Math.floor(step) % m.into.length;
    return mix(m.into[i]!, m.into[(i + 1) % m.into.length]!, step - Math.floor(step));
  }
  switch (kind) {
    case "ready":
      return m.into[0]!;
    case "in":
      return along(m.into, share);
    case "hold":
      return m.into.at(-1)!;
    case "out":
      return m.out ? along(m.out, share) : along(m.into, 1 - share);
  }
}

/** The two poses that say it without motion. */
export const keyPoses = (m: Motion): readonly [Pose, Pose] => [
  m.into[0]!,
  m.into[m.loop && m.into.length > 2 ? m.into.length >> 1 : m.into.length - 1]!,
];

const radians = Math.PI / 180;

function from([x, y]: XY, angle: number, by: number): XY {
  return [x + by * Math.sin(angle * radians), y - by * Math.cos(angle * radians)];
}

/** The joint and the end of a limb, and the angle of its second part. */
function limb(root: XY, how: Limb, upper: number, lower: number): { joint: XY; end: XY; angle: number } {
  if (how[0] === "by") {
    const joint = from(root, how[1], upper * (how[3] ?? 1));
    return { joint, end: from(joint, how[2], lower * (how[4] ?? 1)), angle: how[2] };
  }
  const [, x, y, bend] = how;
  const [dx, dy] = [x - root[0], y - root[1]];
  const far = Math.min(upper + lower - 0.01, Math.max(Math.abs(upper - lower) + 0.01, Math.hypot(dx, dy)));
  const base = Math.atan2(dx, -dy) / radians;
  const open = Math.acos((upper ** 2 + far ** 2 - lower ** 2) / (2 * upper * far)) / radians;
  const joint = from(root, base + bend * open, upper);
  const end = from(root, base, far);
  return { joint, end, angle: Math.atan2(end[0] - joint[0], joint[1] - end[1]) / radians };
}

/** A part of the drawing: its class and its path. */
export interface Shape {
  part: string;
  d: string;
}

const n = (v: number): string => (Math.round(v * 10) / 10).toString();
const at = (p: XY): string => `${n(p[0])} ${n(p[1])}`;
const round = ([x, y]: XY, r: number): string =>
  `M${n(x - r)} ${n(y)}a${r} ${r} 0 1 1 ${n(2 * r)} 0a${r} ${r} 0 1 1 ${n(-2 * r)} 0Z`;
const bent = (...points: XY[]): string => `M${points.map(at).join("L")}`;

/**
 * The drawing of a pose, back to front, always of the same parts. The other side is
 * the near and the far limbs changed; from in front the drawing is turned as a whole.
 */
export function shapes(m: Motion, pose: Pose, other = false): Shape[] {
  const mid = from(pose.hip, pose.low, length.low);
  const c7 = from(mid, pose.high, length.high);
  const head = from(c7, pose.neck, length.neck);
  const out: Shape[] = m.props.map((d) => ({ part: "around", d }));
  const add = (part: string, d: string) => out.push({ part, d });
  if (m.view === "side") {
    const shoulder = from(c7, pose.high + 180, 5);
    const turned = other ? 1 : 0;
    const arm = (i: number) => limb(shoulder, pose.arms[i ^ turned]!, length.arm, length.hand);
    const leg = (i: number) => limb(pose.hip, pose.legs[i ^ turned]!, length.leg, length.shin);
    const legPath = (i: number) => {
      const l = leg(i);
      return bent(pose.hip, l.joint, l.end, ...(m.barefoot ? [] : [from(l.end, l.angle - 90, length.foot)]));
    };
    const armPath = (i: number) => {
      const a = arm(i);
      return bent(shoulder, a.joint, a.end);
    };
    add("far arm", armPath(1));
    add("far leg", legPath(1));
    // Through the middle of the spine, so that it is round and not broken.
    const through: XY = [2 * mid[0] - (pose.hip[0] + c7[0]) / 2, 2 * mid[1] - (pose.hip[1] + c7[1]) / 2];
    add("neck", bent(c7, head));
    add("trunk", `M${at(pose.hip)}Q${at(through)} ${at(c7)}`);
    add("near leg", legPath(0));
    add("head", round(head, headSize));
    const nose = from(head, pose.face + 96, headSize);
    add("nose", bent(from(nose, pose.face + 276, 3), from(nose, pose.face + 100, 2.5)));
    add("edge arm", armPath(0));
    add("near arm", armPath(0));
    if (m.band) add("gear", bent(arm(0).end, m.band));
    return out;
  }
  const { wide = 21, lift = 0, turn = 0, twist = 0, girth = 11 } = pose;
  const side = (by: number, up: number, sign: number): XY => {
    const p = from(c7, pose.high + 90, sign * by);
    return [p[0] - up * Math.sin(pose.high * radians) * -1, p[1] + 4 - up];
  };
  const shoulders: readonly [XY, XY] = [side(wide, lift, -1), side(wide, lift, 1)];
  const hips: readonly [XY, XY] = [
    [pose.hip[0] - girth, pose.hip[1]],
    [pose.hip[0] + girth, pose.hip[1]],
  ];
  const arms = [0, 1].map((i) => {
    const a = limb(shoulders[i as 0 | 1], pose.arms[i]!, length.arm, length.hand);
    return { ...a, d: bent(shoulders[i as 0 | 1], a.joint, a.end) };
  });
  [0, 1].forEach((i) => {
    const l = limb([pose.hip[0] + (i ? 8 : -8), pose.hip[1]], pose.legs[i]!, length.leg, length.shin);
    add("near leg", bent([pose.hip[0] + (i ? 8 : -8), pose.hip[1]], l.joint, l.end));
  });
  const drawArms = () => arms.forEach((a) => (add("edge arm", a.d), add("near arm", a.d)));
  if (m.armsBehind || m.view === "back") drawArms();
  add("trunk front", `${bent(shoulders[0], c7, shoulders[1], hips[1], hips[0])}Z`);
  add("neck", bent(c7, head));
  add("head", round(head, headSize));
  if (m.view === "front") {
    // The face: where the nose is says where the head turns.
    const middle = from(head, pose.face + 90, turn * headSize * 0.75);
    add("nose", bent(from(middle, pose.face, 1), from(middle, pose.face + 180, 4)));
  }
  if (pose.twist !== undefined) {
    const top: XY = [c7[0] + twist * wide * 0.75, c7[1] + 12];
    add("mark", bent(top, [pose.hip[0] + twist * 4, pose.hip[1] - 14]));
  }
  if (pose.blades !== undefined) {
    for (const s of [-1, 1]) {
      const x = c7[0] + s * pose.blades;
      add("mark", `M${n(x)} ${n(c7[1] + 12 - lift)}q${n(s * 5)} 9 0 18`);
    }
  }
  if (!m.armsBehind && m.view !== "back") drawArms();
  if (m.bar) {
    const [a, b] = [arms[0]!.end, arms[1]!.end];
    add("gear", bent([a[0] - 8, a[1]], [b[0] + 8, b[1]]));
    add("gear thin", bent([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], m.bar));
  }
  return out;
}
