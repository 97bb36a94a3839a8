// States of the service as it would tell them, for the tests and for looking
// at the page without a camera. All figures are made up.

/** A JSON object as it goes over the wire. */
export type Wire = Record<string, unknown>;

/** When the scenes play. */
export const t0 = Date.parse("2026-03-04T14:12:30Z");

const iso = (ms: number): string => new Date(ms).toISOString();

/** Go's zero time: none. */
const iso0 = "0001-01-01T00:00:00Z";

/** A person in the picture: x of the middle, y of eyes and shoulders, width of shoulders, in frame heights. */
export function person({
  x = 0.66,
  eyes = 0.33,
  shoulders = 0.66,
  width = 0.52,
  tilt = 0,
  face = 0.085,
} = {}): Wire {
  const aspect = 4 / 3;
  const p = (dx: number, y: number, v = 0.99): [number, number, number] => [(x + dx) / aspect, y, v];
  const f = face;
  const head = (dx: number, dy: number) =>
    p(dx * f + tilt * 0.3 * (shoulders - eyes), eyes + dy * f + dx * f * tilt);
  const points = [
    head(0, 0.55),
    head(0.25, 0),
    head(0.45, 0),
    head(0.65, 0),
    head(-0.25, 0),
    head(-0.45, 0),
    head(-0.65, 0),
    head(1.15, 0.2),
    head(-1.15, 0.2),
    head(0.3, 1.1),
    head(-0.3, 1.1),
    p(width / 2, shoulders + tilt * 0.1),
    p(-width / 2, shoulders - tilt * 0.1),
    p(width * 0.62, shoulders + 0.31, 0.8),
    p(-width * 0.62, shoulders + 0.31, 0.8),
    p(width * 0.35, shoulders + 0.5, 0.2),
    p(-width * 0.35, shoulders + 0.5, 0.2),
  ];
  while (points.length < 33) points.push(p(points.length % 2 ? 0.15 : -0.15, 1.3, 0.02));
  return { aspect, points };
}

const parts = (points: Partial<Record<string, number>>): Wire[] =>
  ["head_drop", "head_forward", "sink", "upper_back", "lean_in", "lean_aside", "head_pitch"].map(
    (signal) => ({
      signal,
      value: 0.6,
      baseline: 0.62,
      deviation: (points[signal] ?? 0) / 8,
      points: points[signal] ?? 0,
    }),
  );

/** Degrees against the upright; those that are not given are near it. */
function angles(deg: Partial<Record<string, number>>): Wire {
  const bands = {
    thoracic_flexion: 4.2,
    neck_inclination: 5.1,
    trunk_inclination: 6,
    lateral_lean: 3.4,
    head_pitch: 4,
  };
  return Object.fromEntries(
    Object.entries(bands).map(([k, band_deg]) => [k, { deg: deg[k] ?? 0.8, band_deg }]),
  );
}

const policy: Wire = { alert_after_s: 60, break_after_s: 120, shortened: false, careful: false };
/** The policy for somebody who is not to be told to move in a certain way. */
export const carefully: Wire = { ...policy, careful: true };

/** A whole status; `over` replaces fields of it. */
export function status(over: Wire = {}): Wire {
  const { source, ...rest } = over;
  return {
    time: iso(t0),
    state: "upright",
    since: iso(t0 - 12 * 60e3 - 20e3),
    score: 96.4,
    parts: parts({ head_drop: 2.1, lean_aside: 1.5 }),
    angles: angles({}),
    sitting_s: 2538,
    poor_s: 0,
    level: "none",
    alert: null,
    silent_until: iso0,
    ask: null,
    offer: null,
    breaks: { due: false, due_in_s: 862, taken: 3, debt: 0, away_s: 0, level: 0, how: "" },
    held_s: 240,
    calibration: { status: "idle", remaining_s: 0, progress: 0, quality: 0 },
    baseline: {
      id: 3,
      time: iso(t0 - 3600e3),
      quality: 0.97,
      way: "sitting",
      provisional: false,
      sharpened: true,
    },
    figure: person(),
    people: 1,
    brightness: 121.4,
    source: {
      status: "live",
      name: "auto",
      card: "Integrated Camera",
      demo: false,
      width: 640,
      height: 480,
      fourcc: "MJPG",
      fps: 30,
      since: iso(t0 - 7200e3),
      ...(source as Wire | undefined),
    },
    rates: { target_hz: 2, observed_hz: 2, grabbed_hz: 30, dropped: 0, model_ms: 13.2 },
    policy,
    version: "0.1.0",
    ...rest,
  };
}

/** How an exercise goes that is followed. */
export const coaching = (over: Wire = {}): Wire => ({
  exercise: "chin_tuck",
  phase: "resting",
  repetitions: 0,
  left: 0,
  right: 0,
  target: 10,
  complete: false,
  hold_s: 0,
  hold_target_s: 1.5,
  last_hold_s: 0,
  range: null,
  overstretched: false,
  over: 0,
  doubtful: false,
  ...over,
});

const slouch = person({ eyes: 0.44, shoulders: 0.7, width: 0.55, face: 0.1 });
const slouchParts = parts({ head_drop: 28, head_forward: 11, sink: 8, upper_back: 8, lean_in: 2 });
const slouchAngles = angles({ thoracic_flexion: 12.4, neck_inclination: 9.3, head_pitch: 5.2 });
const alert = {
  since: iso(t0 - 460e3),
  state: "slouching",
  signal: "head_drop",
  seconds: 60,
  text: "You have been sunk down for 60 s. Grow tall: lift the top of your head, let the shoulders drop.",
  level: 1,
};
const checks = (q: number[], messages: string[] = []): Wire[] =>
  ["stillness", "visibility", "light", "framing"].map((name, i) => ({
    name,
    quality: q[i],
    ...(messages[i] && { message: messages[i] }),
  }));

const blind = (reason: string, over: Wire = {}): Wire =>
  status({
    state: "unknown",
    reason,
    score: null,
    parts: [],
    figure: null,
    angles: null,
    since: iso(t0 - 40e3),
    ...over,
  });

/** Nobody in the picture. */
const away: Wire = { state: "away", score: null, parts: [], figure: null, angles: null, people: 0 };

/** What is offered since a minute ago. */
const offer = (kind: string, minutes: number, text: string): Wire => ({
  kind,
  since: iso(t0 - 60e3),
  minutes,
  text,
});

const stopped = (s: string, message = ""): Wire =>
  blind(s, { source: { status: s, message, since: iso(t0 - 95e3) } });

/** The important states, by name. */
export const scenes: Record<string, Wire> = {
  upright: status(),
  moment: status({
    state: "slouching",
    since: iso(t0 - 6e3),
    poor_s: 6.2,
    score: 57.3,
    parts: slouchParts,
    figure: slouch,
  }),
  slouching: status({
    state: "slouching",
    since: iso(t0 - 24e3),
    poor_s: 24.3,
    level: "ambient",
    score: 44.2,
    parts: slouchParts,
    angles: slouchAngles,
    figure: slouch,
  }),
  alert: status({
    state: "slouching",
    since: iso(t0 - 78e3),
    poor_s: 78.4,
    level: "alert",
    score: 41.8,
    parts: slouchParts,
    angles: slouchAngles,
    figure: slouch,
    alert,
    silence: "cooldown",
    silent_until: iso(t0 + 14 * 60e3),
  }),
  strong: status({
    state: "slouching",
    since: iso(t0 - 252e3),
    poor_s: 252,
    level: "strong",
    score: 38.2,
    parts: slouchParts,
    angles: slouchAngles,
    figure: slouch,
    alert: {
      ...alert,
      level: 2,
      seconds: 240,
      text: "You have been sunk down for 4 min. Stand up for a moment, reach for the ceiling, and sit down anew.",
    },
    silence: "hour_cap",
    silent_until: iso(t0 + 22 * 60e3),
  }),
  snoozed: status({
    state: "slouching",
    since: iso(t0 - 130e3),
    poor_s: 130,
    score: 44.2,
    parts: slouchParts,
    angles: slouchAngles,
    figure: slouch,
    silence: "snoozed",
    silent_until: iso(t0 + 48 * 60e3),
  }),
  moved: blind("camera moved", {
    figure: person(),
    people: 1,
    baseline: { id: 3, time: iso(t0 - 3600e3), quality: 0.97, way: "sitting", stale: "camera moved" },
    ask: {
      kind: "camera_moved",
      since: iso(t0 - 30e3),
      text: "The camera seems to have moved. Did it? Until you say, nothing is held against you.",
    },
  }),
  guess: status({
    baseline: { id: 9, time: iso(t0 - 300e3), quality: 0.4, way: "sitting", provisional: true },
  }),
  breakdue: status({
    sitting_s: 1990,
    breaks: { due: true, due_in_s: 0, taken: 2, debt: 1, away_s: 0, level: 0, how: "" },
    offer: offer("break", 2, "You have been sitting for 33 min. Stand up and walk for two or three minutes."),
  }),
  breakcareful: status({
    sitting_s: 1990,
    breaks: { due: true, due_in_s: 0, taken: 2, debt: 1, away_s: 0, level: 0, how: "" },
    offer: offer("break", 2, "You have been sitting for 33 min. Take a break from it, as is easy for you."),
    policy: carefully,
  }),
  leaves: status({
    ...away,
    sitting_s: 1990,
    breaks: { due: true, due_in_s: 0, taken: 2, debt: 1, away_s: 75, level: 1, how: "left" },
    offer: offer("break", 2, "You have been sitting for 33 min. Stand up and walk for two or three minutes."),
  }),
  fullbreak: status({
    sitting_s: 3240,
    breaks: { due: true, due_in_s: 0, taken: 0, debt: 2, away_s: 0, level: 0, how: "" },
    offer: offer(
      "full_break",
      5,
      "You have been sitting for 54 min without a break. Take five minutes away from the desk.",
    ),
  }),
  micro: status({
    held_s: 1210,
    offer: offer(
      "micro",
      0,
      "You have held one posture for 20 min. Shift in your chair, lean back, roll your shoulders.",
    ),
  }),
  dayend: status({
    offer: offer(
      "day_end",
      10,
      "Your working day is nearly over. Ten minutes for your back would round it off.",
    ),
  }),
  exercising: blind("exercise", { figure: person(), people: 1 }),
  onbreak: status({
    state: "away",
    score: null,
    parts: [],
    figure: null,
    angles: null,
    people: 0,
    since: iso(t0 - 200e3),
    sitting_s: 0,
    breaks: { due: false, due_in_s: 1800, taken: 3, debt: 0, away_s: 200, level: 2, how: "left" },
  }),
  blurred: blind("blurred"),
  leaning: status({
    state: "leaning_in",
    since: iso(t0 - 75e3),
    score: 82,
    parts: parts({ lean_in: 18 }),
    figure: person({ eyes: 0.34, shoulders: 0.76, width: 0.68, face: 0.12 }),
  }),
  dark: blind("dark", { brightness: 6 }),
  shoulders: blind("shoulders not visible", { figure: person({ eyes: 0.7, shoulders: 1.05 }) }),
  away: status({
    state: "away",
    score: null,
    parts: [],
    figure: null,
    people: 0,
    since: iso(t0 - 200e3),
    sitting_s: 0,
  }),
  baseline: blind("no baseline", { figure: person(), baseline: null }),
  countdown: status({ calibration: { status: "countdown", remaining_s: 1.6, progress: 0, quality: 0 } }),
  running: status({
    calibration: {
      status: "running",
      remaining_s: 0,
      progress: 0.46,
      quality: 0.68,
      checks: checks([0.94, 0.97, 0.62, 0.99], ["", "", "Switch on a light in front of you."]),
    },
  }),
  done: status({ calibration: { status: "done", remaining_s: 0, progress: 1, quality: 0.96 } }),
  failed: status({
    calibration: {
      status: "failed",
      remaining_s: 0,
      progress: 0,
      quality: 0.3,
      message:
        "Your shoulders were not in the picture. Move the camera back or tilt it down so that both show, and try again.",
      checks: checks([0.9, 0.3, 0.95, 0.35], ["", "", "", "Move the camera so that both shoulders show."]),
    },
  }),
  demo: status({
    source: {
      name: "demo",
      card: "",
      demo: true,
      message:
        "No camera was found, so a built-in clip plays. Alerts come after 8 s instead of 60 s, breaks count from 8 s, and none of it goes into your history.",
    },
    policy: { alert_after_s: 8, break_after_s: 8, shortened: true, careful: false },
  }),
  nocamera: stopped(
    "no_camera",
    "No camera was found. Plug one in: it is looked for again every few seconds.",
  ),
  busy: stopped(
    "busy",
    "Another program has the camera /dev/video0. Close it, or wait: it is tried again every few seconds.",
  ),
  paused: stopped("paused"),
  disk: status({
    store_error:
      "What happens can't be written to disk right now and is held in memory: no space left on device",
  }),
};

/** The events before the scenes. */
export const events: Wire[] = [
  { id: 19, kind: "bout_start", time: iso(t0 - 100 * 60e3) },
  { id: 20, kind: "camera_back", time: iso(t0 - 101 * 60e3), text: "The camera is back." },
  {
    id: 21,
    kind: "baseline",
    time: iso(t0 - 3600e3),
    text: "Your upright was taken from 20 pictures in 10 s.",
  },
  { id: 22, kind: "bout_end", time: iso(t0 - 48 * 60e3), seconds: 3120 },
  { id: 23, kind: "bout_start", time: iso(t0 - 2538e3) },
  {
    id: 24,
    kind: "episode_start",
    time: iso(t0 - 520e3),
    state: "slouching",
    signal: "head_drop",
    score: 55,
  },
  {
    id: 25,
    kind: "alert",
    time: iso(t0 - 460e3),
    state: "slouching",
    signal: "head_drop",
    seconds: 60,
    score: 47,
    text: alert.text,
  },
  {
    id: 26,
    kind: "episode_end",
    time: iso(t0 - 446e3),
    state: "slouching",
    signal: "head_drop",
    seconds: 74,
  },
  {
    id: 27,
    kind: "recovered",
    time: iso(t0 - 446e3),
    state: "upright",
    score: 93,
    text: "Upright again. Well done.",
  },
];

/** What GET /api/v1/settings answers. */
export const settings = {
  sensitivity: { head_pitch: 2 } as Record<string, number>,
  eased: { head_drop: 2 } as Record<string, number>,
  alert_after_s: 60,
  alert_cooldown_s: 900,
  alerts_per_hour: 3,
  alerts_per_day: 10,
  break_every_s: 1800,
  static_after_s: 1200,
  day_end: "auto",
  quiet: [{ from: "22:00", to: "07:00" }],
  snoozed_until: iso0,
};
export const defaults = { ...settings, sensitivity: {}, eased: {}, quiet: [] };

/** What GET /api/v1/baselines answers. */
export const baselines: Wire[] = [
  {
    id: 3,
    time: iso(t0 - 3600e3),
    camera: "Integrated Camera",
    way: "sitting",
    quality: 0.97,
    sharpened: true,
    in_use: true,
  },
  { id: 5, time: iso(t0 - 26 * 3600e3), camera: "Integrated Camera", way: "standing", quality: 0.91 },
  {
    id: 2,
    time: iso(t0 - 80 * 3600e3),
    camera: "Integrated Camera",
    way: "sitting",
    quality: 0.88,
    stale: "camera moved",
  },
  {
    id: 1,
    time: iso(t0 - 200 * 3600e3),
    camera: "HD Webcam C615",
    way: "sitting",
    quality: 0.42,
    provisional: true,
  },
].map((b) => ({ provisional: false, sharpened: false, in_use: false, seconds: 12, samples: 24, ...b }));

/** What GET /api/v1/whatif answers. */
export const whatif = {
  from: iso(t0 - 7 * 86400e3),
  to: iso(t0),
  days: 7,
  watched_s: 111_600,
  was: Array.from({ length: 12 }, () => ({})),
  would: Array.from({ length: 7 }, () => ({})),
  per_day: [3, 1, 0, 4, 2, 0, 2].map((was, i) => ({
    day: iso(t0 - (6 - i) * 86400e3).slice(0, 10),
    was,
    would: [2, 1, 0, 2, 1, 0, 1][i],
    watched_s: was === 0 && i < 5 ? 0 : 18_600,
  })),
};

/** Ten minutes that lead to a scene, oldest first, one status a second. */
export function before(scene: Wire): Wire[] {
  const out: Wire[] = [];
  for (let s = -600; s < 0; s++) {
    const wave = 3 * Math.sin(s / 17) + 2 * Math.sin(s / 5.3);
    let at: Wire = { state: "upright", score: 94 + wave };
    if (s >= -520 && s < -446) at = { state: "slouching", score: 50 + wave };
    else if (s >= -380 && s < -330) at = { state: "leaning_in", score: 84 + wave };
    else if (s >= -250 && s < -205) at = { state: "away", score: null };
    else if (s >= -150 && s < -120) at = { state: "unknown", score: null, reason: "dark" };
    else if (s >= -24 && scene["state"] === "slouching") at = { state: "slouching", score: 46 + wave };
    out.push(
      status({
        ...at,
        time: iso(t0 + s * 1000),
        source: scene["source"] && (scene["source"] as Wire)["demo"] ? { demo: true, name: "demo" } : {},
      }),
    );
  }
  return out;
}
