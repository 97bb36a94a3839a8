import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ContractError, parseLive, type Coaching } from "../src/contract";
import { wishQuery } from "../src/relief-api";
import {
  parseChoice,
  parseDistance,
  parseEffects,
  parseProfile,
  parseProgramme,
  profilePatch,
  type Change,
  type Exercise,
} from "../src/relief-contract";
import { keyPoses, motionIDs, motionOf, poseAt, shapes } from "../src/relief-figure";
import {
  atRest,
  begin,
  breathAt,
  elapsed,
  follow,
  lengthOf,
  phaseAt,
  planOf,
  readyTime,
  reduce,
  sleepAfter,
  swapFor,
  view,
  type Action,
  type Item,
  type Player,
} from "../src/relief-player";
import {
  amountWords,
  changeWords,
  doseWords,
  effectWords,
  enoughLike,
  enoughTimes,
  fitting,
  itemsOf,
  listWords,
  leftWords,
  lengthWords,
  phaseWords,
  progressWords,
  routineShare,
  spokenSeen,
  spokenWords,
  stopOf,
  wishWords,
} from "../src/relief-words";
import { answered, choice, distance, effects, profile, programme, seconds } from "./relief";
import { coaching, status, type Wire } from "./scenes";

const copy = (v: unknown): Wire => JSON.parse(JSON.stringify(v)) as Wire;
const all = parseProgramme(programme);
const exercise = (id: string): Exercise => all.exercises.find((e) => e.id === id)!;
const item = (id: string, over: Partial<Exercise> = {}): Item => ({
  exercise: { ...exercise(id), ...over },
  repetitions: exercise(id).dose.repetitions,
  adapt: "",
});

/** Changes one field of a copy by its path. */
function at(of: Wire, path: string, v: unknown): Wire {
  const out = copy(of);
  const keys = path.split(".");
  let o = out;
  for (const k of keys.slice(0, -1)) o = o[k] as Wire;
  if (v === undefined) delete o[keys.at(-1)!];
  else o[keys.at(-1)!] = v;
  return out;
}

describe("the programme", () => {
  test("is read whole", () => {
    expect(all.exercises).toHaveLength(24);
    expect(all.techniques).toHaveLength(15);
    expect(all.redFlags).toHaveLength(17);
    expect(exercise("cross_body_stretch").dose).toEqual({
      repetitions: 1,
      most: 0,
      hold: 15,
      holdMost: 30,
      sets: 1,
      sides: 2,
      often: "",
    });
    expect(exercise("thoracic_extension").source).toEqual({ name: "a single leaflet", weak: true });
    expect(all.redFlags.filter((f) => f.neck).map((f) => f.urgency)).toEqual(Array(6).fill("soon"));
  });
  test("what it names is in it", () => {
    const techniques = new Set(all.techniques.map((t) => t.id));
    const exercises = new Set(all.exercises.map((e) => e.id));
    for (const c of all.causes) for (const id of c.eased) expect(techniques, id).toContain(id);
    for (const a of all.areas) {
      for (const id of a.techniques) expect(techniques, id).toContain(id);
      for (const id of a.exercises) expect(exercises, id).toContain(id);
    }
  });
  test.each([
    ["disclaimer", ""],
    ["manner", 3],
    ["exercises.0.id", "No words"],
    ["exercises.0.areas", []],
    ["exercises.0.dose", undefined],
    ["exercises.0.dose.repetitions", 1.5],
    ["exercises.0.dose.repetitions", -1],
    ["exercises.0.dose.hold_s", "10"],
    ["exercises.0.dose.hold_s", 1e9],
    ["exercises.0.dose.sides", 3],
    ["exercises.0.pace_s", null],
    ["exercises.0.steps.0", ""],
    ["exercises.0.caution", undefined],
    ["exercises.0.source", null],
    ["exercises.0.source.weak", "yes"],
    ["exercises.0.adapt", { pregnancy: 1 }],
    ["techniques.0.how", undefined],
    ["techniques.0.with", "a mat"],
    ["avoid.0.rather", undefined],
    ["red_flags.0.urgency", "later"],
    ["questions.0.ask", ""],
    ["questions.0.waits", 1],
    ["causes.0.eased", [{}]],
    ["minutes", [0]],
    ["kits", [""]],
  ])("refuses %s as %j", (path, v) => {
    expect(() => parseProgramme(at(programme, path, v))).toThrow(ContractError);
  });
  test("a field from a newer service is let through unread", () => {
    expect(parseProgramme({ ...copy(programme), more: 1 })).toEqual(all);
  });
});

describe("a profile", () => {
  test("is read as it is told", () => {
    expect(parseProfile(profile)).toEqual({
      answered: false,
      limits: [],
      cleared: [],
      kit: null,
      redFlags: [],
      checkedAt: null,
      workplace: {},
      measured: null,
    });
    const said = {
      answered: true,
      limits: ["surgery"],
      cleared: ["surgery"],
      kit: ["chair"],
      red_flags: ["fever"],
      checked_at: "2026-11-25T12:00:00.123Z",
      workplace: { screen_height: "low" },
      measured: { cm: 65, apart: 0.08 },
    };
    const { checked_at, red_flags, ...same } = said;
    const at = Date.parse(checked_at);
    expect(parseProfile(said)).toEqual({ ...same, redFlags: red_flags, checkedAt: at });
  });
  test("is changed by what changed, and nothing else is sent", () => {
    expect(copy(profilePatch({ kit: [] }))).toEqual({ kit: [] });
    expect(copy(profilePatch({ workplace: { feet: "hang" } }))).toEqual({ workplace: { feet: "hang" } });
    expect(copy(profilePatch({ redFlags: [], checkedAt: 0 }))).toEqual({
      red_flags: [],
      checked_at: "1970-01-01T00:00:00.000Z",
    });
    expect(copy(profilePatch({ answered: true, limits: ["surgery"], cleared: ["surgery"] }))).toEqual({
      answered: true,
      limits: ["surgery"],
      cleared: ["surgery"],
    });
    expect(copy(profilePatch({ measured: null }))).toEqual({ measured: null });
  });
  test.each([
    ["answered", "true"],
    ["limits", ["Osteo Porosis"]],
    ["kit", "chair"],
    ["checked_at", "today"],
    ["checked_at", undefined],
    ["workplace", ["low"]],
    ["workplace.screen_height", 1],
    ["workplace.Screen height", "low"],
    ["cleared", "surgery"],
    ["measured", { cm: "62", apart: 0.08 }],
  ])("refuses %s as %j", (path, v) => {
    expect(() => parseProfile(at(profile, path, v))).toThrow(ContractError);
  });
});

describe("a choice", () => {
  const one = choice(new URLSearchParams("minutes=5"), answered);
  test("is read", () => {
    const c = parseChoice(copy(one));
    expect(c.routine.length).toBeGreaterThan(2);
    expect(c.now).toMatchObject({ exercise: "postural_reset", seconds: 20 });
    expect(c.stop).toBeNull();
    expect(c.exercises.map((f) => f.exercise)).toEqual(all.exercises.map((e) => e.id));
    expect(c.exercises.find((f) => f.exercise === "row")).toEqual({
      exercise: "row",
      repetitions: 10,
      hold: 0,
      seconds: seconds(exercise("row")),
      adapt: "",
      against: "",
      missing: "Needs an exercise band.",
    });
  });
  test("that stops has no area, and where to turn", () => {
    const c = parseChoice(copy(choice(new URLSearchParams(), { ...answered, red_flags: ["saddle"] })));
    expect(c).toMatchObject({ area: "", now: null, routine: [], stop: { urgency: "at_once" } });
    expect(c.disclaimer).not.toBe("");
  });
  test.each([
    ["area", ""],
    ["disclaimer", ""],
    ["seconds", -1],
    ["now.exercise", 3],
    ["now.seconds", Infinity],
    ["routine.0.repetitions", 0.5],
    ["routine", {}],
    ["ask_safety", "no"],
    ["see_professional", null],
    ["short", 5],
    ["now.hold_s", undefined],
    ["now.for_rest", "yes"],
    ["exercises.0.exercise", ""],
    ["exercises.0.seconds", -1],
    ["exercises.0.against", null],
    ["exercises.0.missing", ["band"]],
    ["stop", { urgency: "at_once", signs: ["x"], text: "" }],
    ["stop", { urgency: "never", signs: ["x"], text: "x" }],
    ["techniques", [1]],
  ])("refuses %s as %j", (path, v) => {
    expect(() => parseChoice(at(one, path, v))).toThrow(ContractError);
  });
  test("is asked for by what is wanted alone", () => {
    expect(wishQuery({ area: "", minutes: 0, feels: [] })).toBe("");
    expect(wishQuery({ area: "", minutes: 2, feels: [], stay: true })).toBe("minutes=2&stay=true");
    expect(wishQuery({ area: "", minutes: 2, feels: [], stay: false })).toBe("minutes=2");
    expect(wishQuery({ area: "lower_back", minutes: 10, feels: ["tight", "nerve"] })).toBe(
      "area=lower_back&minutes=10&feel=tight%2Cnerve",
    );
  });
});

describe("a distance", () => {
  test("is read, also when there is none", () => {
    expect(parseDistance({ distance: copy(distance) })).toEqual({
      cm: 62,
      low: 47,
      high: 82,
      verdict: "",
      apart: 0.0726,
      measured: false,
      text: distance["text"],
    });
    expect(parseDistance({ distance: null })).toBeNull();
  });
  test.each([
    ["cm", "62"],
    ["low_cm", -1],
    ["high_cm", undefined],
    ["verdict", "middling"],
    ["apart", 2],
    ["text", ""],
  ])("refuses %s as %j", (key, v) => {
    expect(() => parseDistance({ distance: at(distance, key, v) })).toThrow(ContractError);
  });
});

describe("what followed", () => {
  const none: Change = { n: 0, comparable: 0, mean: null, low: null, high: null };
  const one = parseEffects(copy(effects)).effects[0]!;
  test("is read", () => {
    expect(one).toEqual({
      exercise: "chin_tuck",
      area: "upper_back",
      times: 11,
      alone: 4,
      lastEased: true,
      tension: { n: 8, comparable: 16, mean: -1.4, low: -2.2, high: -0.6 },
      upright: { n: 3, comparable: 6, mean: 0.1, low: null, high: null },
      enough: true,
    });
    expect(parseEffects({ effects: [], days: 180 })).toEqual({ effects: [], days: 180 });
  });
  test.each([
    ["days", 0],
    ["days", undefined],
    ["effects.0.exercise", "Chin tuck"],
    ["effects.0.times", 1.5],
    ["effects.1.tension", undefined],
    ["effects.1.tension.n", -1],
    ["effects.1.tension.comparable", undefined],
    ["effects.1.alone", null],
    ["effects.1.tension.low", "-2"],
    ["effects.1.upright_share.mean", "much"],
    ["effects.2.enough", 1],
  ])("refuses %s as %j", (path, v) => {
    expect(() => parseEffects(at(effects, path, v))).toThrow(ContractError);
  });
  test("is called lower or higher only where the bounds say so", () => {
    const like = { comparable: 12 };
    const words = (tension: Change, upright = none) => effectWords({ ...one, tension, upright });
    expect(words({ n: 5, ...like, mean: 1.2, low: 0.4, high: 2 })).toBe(
      "After it the tension in your upper back was 1.2 points higher than without it (0.4 to 2; 5 days).",
    );
    expect(words({ n: 5, ...like, mean: -1.2, low: -2.4, high: 0 })).toMatch(/may have been either/);
    expect(words(none, { n: 5, ...like, mean: -0.1, low: -0.15, high: -0.05 })).toBe(
      "After it you were upright 10 % less of the time than without it (5 % to 15 %; 5 days).",
    );
    expect(words(none, { n: 9, ...like, mean: 0.1, low: -0.02, high: 0.2 })).toMatch(
      /about as much as without it, 2 % less to 20 % more/,
    );
    const open = { mean: -3, low: null, high: null };
    expect(words({ n: 4, ...like, ...open })).toBe("Done 11 times; 4 of 5 days could be compared.");
    expect(words({ n: 6, comparable: 3, ...open })).toBe(
      "Done 11 times; 3 of 8 days without it to compare with.",
    );
    // Done, and noted as done.
    expect(effectWords({ ...one, times: 1, tension: none, upright: none })).toBe(
      "Done once; 0 of 5 days could be compared.",
    );
    expect(effectWords({ ...one, area: "overall" })).toContain("tension in your back was");
  });
  test("what was part of a routine has only a share in it", () => {
    expect(routineShare({ ...one, times: 11, alone: 4 })).toBe("7 times as part of a routine.");
    expect(routineShare({ ...one, times: 5, alone: 4 })).toBe("Once as part of a routine.");
    expect(routineShare({ ...one, times: 5, alone: 0 })).toBe("As part of a routine.");
    expect(routineShare({ ...one, times: 5, alone: 5 })).toBe("");
  });
  test("is enough when the service says", () => {
    const go = readFileSync(join(import.meta.dirname, "../../../posture/history/comparison.go"), "utf8");
    expect(go).toMatch(new RegExp(`enoughTimes += ${enoughTimes}\\n`));
    expect(go).toMatch(new RegExp(`enoughLike += ${enoughLike}\\n`));
  });
});

describe("a plan", () => {
  test.each(all.exercises.map((e) => [e.id, e] as const))("of %s takes what the service says", (id, e) => {
    const plan = planOf(item(id));
    expect(plan.ms / 1000).toBeCloseTo(seconds(e), 6);
    // Without gaps, and never backwards.
    let end = 0;
    for (const p of plan.phases) {
      expect(p.from).toBeCloseTo(end, 6);
      expect(p.ms).toBeGreaterThan(0);
      end = p.from + p.ms;
    }
  });
  test("sides take turns in each repetition", () => {
    const plan = planOf(item("neck_turn"));
    const holds = plan.phases.filter((p) => p.kind === "hold");
    expect(holds.map((p) => `${p.repetition} ${p.side}`)).toEqual(
      [1, 2, 3, 4, 5].flatMap((n) => [`${n} left`, `${n} right`]),
    );
  });
  test("of rounds counts each anew", () => {
    const plan = planOf(item("row"));
    expect(plan.phases.filter((p) => p.kind === "out").map((p) => `${p.set} ${p.repetition}`)).toEqual(
      [1, 2].flatMap((s) => Array.from({ length: 10 }, (_, i) => `${s} ${i + 1}`)),
    );
  });
  test("of nothing is empty", () => {
    for (const it of [{ ...item("chin_tuck"), repetitions: 0 }, item("shoulder_rolls", { pace: 0 })]) {
      expect(planOf(it)).toMatchObject({ ms: 0, readyMs: 0, phases: [] });
      expect(phaseAt(planOf(it), 0)).toBeNull();
    }
  });
});

const play = (p: Player, ...actions: Action[]): Player => actions.reduce(reduce, p);
const tick = (at: number): Action => ({ type: "tick", at });

describe("a routine", () => {
  const two = [item("postural_reset"), item("walk")]; // 8 + 12 s, 120 s
  const t = 5_000_000; // clocks don't begin at nothing

  test("runs by the clock from one exercise to the next", () => {
    let p = play(begin(two, t), tick(t + 7999));
    expect(view(p, t + 7999)).toMatchObject({ kind: "ready", seconds: 1, left: 133 });
    p = play(p, tick(t + 9100));
    expect(view(p, t + 9100)).toMatchObject({ kind: "hold", seconds: 10, repetition: 1 });
    p = play(p, tick(t + 20_500));
    expect(p.at).toBe(1);
    expect(view(p, t + 20_500)).toMatchObject({ kind: "hold", seconds: 120, left: 120 });
    expect(p.did).toEqual([{ exercise: "postural_reset", seconds: 12, repetitions: 1 }]);
    p = play(p, tick(t + 140_000));
    expect(p).toMatchObject({ end: "done", at: 2, since: null });
    expect(p.did[1]).toEqual({ exercise: "walk", seconds: 120, repetitions: 1 });
    expect(view(p, t + 150_000)).toBeNull();
    // What is over stays over.
    expect(play(p, { type: "resume", at: t + 200_000 }, { type: "back", at: t + 200_000 })).toBe(p);
  });
  test("holds still while paused, to the millisecond", () => {
    const p = play(begin(two, t), { type: "toggle", at: t + 10_250 }, tick(t + 90_000));
    expect(elapsed(p, t + 1e9)).toBe(10_250);
    const on = play(p, { type: "toggle", at: t + 500_000 });
    expect(on.slept).toBe(false);
    expect(elapsed(on, t + 501_000)).toBe(11_250);
    expect(on.did).toEqual([]);
  });
  test("is right at its next look after a hidden page, however seldom it is looked at", () => {
    const often = Array.from({ length: 100 }, (_, i) => tick(t + i * 1000)).reduce(reduce, begin(two, t));
    const seldom = play(begin(two, t), tick(t + 39_000), tick(t + 99_000));
    expect(seldom).toEqual(often);
    expect(elapsed(seldom, t + 99_000)).toBe(79_000);
  });
  test("several short ones end in a single look when they did", () => {
    const p = play(
      begin([item("postural_reset"), item("postural_reset"), item("walk")], t),
      tick(t + 45_000),
    );
    expect(p.at).toBe(2);
    expect(p.did).toHaveLength(2);
    expect(elapsed(p, t + 45_000)).toBe(5000);
  });
  test("a machine that slept is no exercise done: the next one waits", () => {
    const p = play(
      begin([item("postural_reset"), item("postural_reset"), item("walk")], t),
      tick(t + 1000),
      tick(t + 9e6),
    );
    expect(p).toMatchObject({ at: 1, since: null, slept: true, end: "" });
    expect(p.did).toHaveLength(1);
    expect(play(p, { type: "resume", at: t + 9.1e6 })).toMatchObject({ slept: false, since: t + 9.1e6 });
    // Just short of that it goes on.
    const late = play(begin([item("calm_breathing"), item("walk")], t), tick(t + sleepAfter));
    expect(late).toMatchObject({ at: 1, slept: false, since: t + 120_000 });
  });
  test("a clock that runs back holds it, and does no harm", () => {
    const p = play(begin(two, t), tick(t + 15_000), tick(t + 3000), { type: "pause", at: t + 2000 });
    expect(elapsed(p, t)).toBe(15_000);
  });
  test("what is skipped at once was not done, what was half done is", () => {
    const early = play(begin(two, t), { type: "skip", at: t + 9000 });
    expect(early).toMatchObject({ at: 1, did: [] });
    const later = play(begin([item("chin_tuck")], t), { type: "skip", at: t + readyTime + 9000 });
    expect(later.did).toEqual([{ exercise: "chin_tuck", seconds: 9, repetitions: 2 }]);
    expect(later.end).toBe("done");
    // One side alone is no repetition.
    const side = play(begin([item("cross_body_stretch")], t), { type: "skip", at: t + readyTime + 20_000 });
    expect(side.did).toEqual([{ exercise: "cross_body_stretch", seconds: 20, repetitions: 0 }]);
  });
  test("skipping while paused waits at the next", () => {
    const p = play(begin(two, t), { type: "pause", at: t + 1000 }, { type: "skip", at: t + 2000 });
    expect(p).toMatchObject({ at: 1, since: null, offset: 0 });
  });
  test("both sides are told, left first", () => {
    const p = begin([item("cross_body_stretch")], t);
    expect(view(p, t + readyTime + 5000)).toMatchObject({ kind: "hold", side: "left", seconds: 12 });
    expect(view(p, t + readyTime + 19_000 + 5000)).toMatchObject({ kind: "hold", side: "right" });
  });
  test("back begins again, and at the beginning goes back", () => {
    let p = play(begin(two, t), tick(t + 30_000));
    p = play(p, { type: "back", at: t + 30_000 });
    expect(p).toMatchObject({ at: 1, offset: 0, since: t + 30_000 });
    p = play(p, { type: "back", at: t + 31_000 });
    expect(p.at).toBe(0);
    p = play(p, { type: "back", at: t + 31_500 });
    expect(p.at).toBe(0);
    // Of the walk ten seconds were done before.
    expect(p.did.map((d) => d.exercise)).toEqual(["postural_reset", "walk"]);
  });
  test("another takes an exercise's place from its beginning", () => {
    const p = play(begin(two, t), { type: "swap", at: t + 4000, item: item("chin_tuck") });
    expect(p.items.map((i) => i.exercise.id)).toEqual(["chin_tuck", "walk"]);
    expect(elapsed(p, t + 5000)).toBe(1000);
    expect(p.did).toEqual([]);
  });
  test("stopped it can go on, and nothing counts twice", () => {
    let p = play(begin(two, t), tick(t + 20_000), { type: "stop", at: t + 60_000 });
    expect(p).toMatchObject({ end: "stopped", since: null });
    expect(p.did.at(-1)).toEqual({ exercise: "walk", seconds: 40, repetitions: 0 });
    expect(play(p, tick(t + 70_000), { type: "skip", at: t + 70_000 })).toEqual(p);
    p = play(p, { type: "resume", at: t + 500_000 }, tick(t + 580_000));
    expect(p.end).toBe("done");
    expect(p.did.at(-1)).toEqual({ exercise: "walk", seconds: 80, repetitions: 1 });
    expect(p.did.filter((d) => d.exercise === "walk").reduce((s, d) => s + d.seconds, 0)).toBe(120);
  });
  test("exercises without any time end at once and are not done", () => {
    const none = item("shoulder_rolls", { pace: 0 });
    const p = begin([none, none, two[0]!], t);
    expect(view(p, t)).toBeNull();
    const on = play(p, tick(t));
    expect(on).toMatchObject({ at: 2, did: [], end: "" });
    expect(play(begin([none], t), tick(t))).toMatchObject({ end: "done", did: [] });
    expect(begin([], t)).toMatchObject({ end: "done", since: null });
  });
  const count = (at: number, repetitions: number | null): Action => ({ type: "count", at, repetitions });
  test("who counts is believed, also when it is broken off", () => {
    for (const type of ["skip", "stop"] as const) {
      const p = play(begin([item("chin_tuck")], t), count(t + 20_000, 7), { type, at: t + 28_000 });
      expect(p.did).toEqual([{ exercise: "chin_tuck", seconds: 20, repetitions: 7 }]);
    }
    // Fewer than by the clock, and none at all.
    const p = play(begin([item("chin_tuck")], t), count(t + 9000, 0), { type: "skip", at: t + 40_000 });
    expect(p.did).toEqual([{ exercise: "chin_tuck", seconds: 32, repetitions: 0 }]);
  });
  test("the clock does not run out on a set that is counted", () => {
    let p = begin([item("chin_tuck"), item("walk")], t);
    p = play(p, count(t + 12_000, 0));
    for (let n = 1; n <= 9; n++) p = play(p, count(t + 12_000 + n * 12_000, n)); // slow ones
    expect(p).toMatchObject({ at: 0, end: "" });
    // One is left, at some 11 s each, beside a walk of 120 s.
    expect(view(p, t + 120_000)).toMatchObject({ repetition: 10, left: 135, about: true });
    // Nobody goes on: long after the last one it is over, with what was done until then, and the next waits.
    const over = t + lengthOf(p);
    expect(over).toBeGreaterThan(t + 120_000 + 60_000);
    expect(play(p, tick(over - 1)).at).toBe(0);
    p = play(p, tick(over));
    expect(p).toMatchObject({ at: 1, since: null, slept: true, counted: null });
    expect(p.did).toEqual([{ exercise: "chin_tuck", seconds: 112, repetitions: 9 }]);
  });
  test("what is left of what is counted is reckoned from the count and the own pace", () => {
    const one = begin([item("chin_tuck")], t); // 8 s, and 10 times 4 s
    const left = (p: Player, at: number) => view(p, at)!.left;
    // Until one is counted it is the plan's; who takes longer for the first has no less to do.
    let p = play(one, count(t + 3000, 0));
    expect(left(p, t + 3000)).toBe(45);
    expect(left(p, t + 11_000)).toBe(40);
    expect(left(p, t + 60_000)).toBe(40);
    // Nine are left, however long the clock has run.
    p = play(p, count(t + 60_000, 1));
    expect(left(p, t + 60_000)).toBe(40);
    // Slow ones, 12 s each: five are left, at (4 + 4 x 12) / 5 s each.
    for (let n = 2; n <= 5; n++) p = play(p, count(t + 60_000 + (n - 1) * 12_000, n));
    expect(left(p, t + 108_000)).toBe(55);
    expect(left(p, t + 115_000)).toBe(45);
    // The one under way lasts longer than that: the other four are left all the same.
    expect(left(p, t + 140_000)).toBe(45);
    expect(left(play(p, count(t + 141_000, 10)), t + 141_000)).toBe(0);
    // Quick ones, 2 s each: less than planned. Several that are counted at once are no pace.
    p = play(one, count(t + 20_000, 4));
    expect(left(p, t + 20_000)).toBe(25);
    p = play(p, count(t + 28_000, 8));
    expect(left(p, t + 28_000)).toBe(5);
    // By the clock it is to the second, and so it is again once nobody counts.
    expect(view(one, t + 3000)).toMatchObject({ left: 45, about: false });
    expect(view(play(p, count(t + 28_000, null)), t + 29_000)).toMatchObject({ left: 7, about: false });
    // What comes after is as planned.
    p = play(begin([item("chin_tuck"), item("walk")], t), count(t + 30_000, 9));
    expect(left(p, t + 30_000)).toBe(125);
    // Rounds and sides count as the repetitions that they make.
    const sided = item("neck_turn");
    p = play(begin([sided], t), count(t + 20_000, 1));
    const round = (planOf(sided).ms - readyTime) / sided.repetitions;
    expect(left(p, t + 20_000)).toBe(5 * Math.ceil(((sided.repetitions - 1) * round) / 5000));
  });
  test("a walk that is seen is over by its time, not by its count", () => {
    const p = play(begin([item("walk")], t), count(t + 40_000, 1));
    expect(view(p, t + 50_000)).toMatchObject({ left: 70, about: false });
  });
  test("stands where the count is, paused and when it goes on", () => {
    let p = play(begin([item("chin_tuck")], t), count(t + 12_000, 0), count(t + 40_000, 2));
    p = play(p, { type: "pause", at: t + 41_000 });
    expect(view(p, t + 90_000)).toMatchObject({ repetition: 3, kind: "in" });
    p = play(p, { type: "resume", at: t + 90_000 });
    expect(view(p, t + 95_000)).toMatchObject({ repetition: 3, kind: "in" });
    p = play(begin([item("chin_tuck")], t), count(t + 30_000, 0));
    expect(view(p, t + 31_000)).toMatchObject({ repetition: 1, kind: "in" });
  });
  test("where the camera stops counting the clock goes on", () => {
    const one = begin([item("chin_tuck")], t); // 8 s, and 10 times 4 s
    let p = play(one, count(t + 20_000, 1), count(t + 60_000, 4), count(t + 62_000, null));
    expect(view(p, t + 62_000)).toMatchObject({ repetition: 5, kind: "in" });
    p = play(p, tick(t + 62_000 + 24_000));
    expect(p.end).toBe("done");
    // The time that was taken is all of it.
    expect(p.did).toEqual([{ exercise: "chin_tuck", seconds: 78, repetitions: 10 }]);
    // Faster than the clock it goes ahead; before it has begun it stays where it was.
    p = play(one, count(t + 16_000, 8), count(t + 16_000, null), { type: "skip", at: t + 16_000 });
    expect(p.did).toEqual([{ exercise: "chin_tuck", seconds: 8, repetitions: 8 }]);
    p = play(one, count(t + 3000, 0), count(t + 3000, null));
    expect(view(p, t + 3000)).toMatchObject({ kind: "ready", seconds: 5 });
    expect(play(one, count(t + 3000, null))).toMatchObject({ offset: 0, since: t });
  });
  test("a hold's end is shown for a moment", () => {
    const p = begin([item("blade_squeeze")], t);
    const end = t + readyTime + 1500 + 10_000;
    expect(view(p, end - 1)).toMatchObject({ kind: "hold", letGo: false, seconds: 1 });
    expect(view(p, end + 1)).toMatchObject({ kind: "out", letGo: true, seconds: 0 });
    expect(view(p, end + 1200)).toMatchObject({ kind: "out", letGo: false });
    expect(view(p, end + 1700)).toMatchObject({ kind: "in", seconds: 10, repetition: 2 });
  });
});

describe("a swap", () => {
  const pool = itemsOf(all, parseChoice(choice(new URLSearchParams("minutes=30"), answered)).routine);
  test("is of the same area, of the same kind first, and not in the routine", () => {
    const p = begin([item("chin_tuck"), item("neck_turn")], 0);
    const got = swapFor(p, pool, new Set())!;
    expect(got.exercise.areas).toContain("upper_back");
    expect(got.exercise.kind).toBe("mobility");
    expect(["chin_tuck", "neck_turn"]).not.toContain(got.exercise.id);
  });
  test("goes through all before one comes again, and is none when there is none", () => {
    let p = begin([item("bird_dog")], 0);
    const tried = new Set<string>();
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      const got = swapFor(p, pool, tried);
      if (!got) break;
      tried.add(p.items[0]!.exercise.id);
      seen.push(got.exercise.id);
      p = reduce(p, { type: "swap", at: 0, item: got });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(
      swapFor(begin([item("bird_dog")], 0), [item("chin_tuck"), item("bird_dog")], new Set()),
    ).toBeNull();
  });
});

describe("a movement that is seen", () => {
  const turn = item("neck_turn"); // two seconds into it, five of hold
  const of = (over: Wire) =>
    parseLive(status({ coach: coaching({ exercise: "neck_turn", ...over }) })).coach!;
  const at = (f = atRest(0), ...seen: [ms: number, over: Wire][]) =>
    seen.reduce((f, [ms, over]) => follow(f, of(over), turn, f.at + ms), f);
  test("goes out, is held for as long as it is held, and comes back", () => {
    let f = at(atRest(0), [1000, { phase: "resting" }]);
    expect(f).toMatchObject({ depth: 0, begun: false });
    f = at(f, [1, { phase: "moving", side: "right" }], [700, { phase: "moving", side: "right" }]);
    expect(f).toMatchObject({ begun: true, side: "right", back: false });
    expect(f.depth).toBeGreaterThan(0.2);
    expect(f.depth).toBeLessThan(1);
    f = at(f, [60_000, { phase: "holding", side: "right", hold_s: 60 }]);
    expect(f.depth).toBe(1);
    f = at(f, [400, { phase: "moving", side: "right" }]);
    expect(f.back).toBe(true);
    expect(f.depth).toBeLessThan(1);
    f = at(f, [5000, { phase: "resting", repetitions: 1 }]);
    expect(f).toMatchObject({ depth: 0, back: false, begun: true });
  });
  test("stands still at rest and out of sight, whatever the clock says", () => {
    for (const phase of ["resting", "getting_ready", "not_seen"]) {
      expect(at({ ...atRest(0), begun: true }, [30_000, { phase }])).toMatchObject({ depth: 0, ms: 0 });
    }
    // A movement that is given up goes back.
    expect(at({ ...atRest(0), depth: 0.6 }, [30_000, { phase: "not_seen" }]).depth).toBe(0);
  });
  test("to the other side begins anew", () => {
    const f = at({ ...atRest(0), depth: 0.1, back: true, side: "left" }, [
      500,
      { phase: "moving", side: "right" },
    ]);
    expect(f).toMatchObject({ back: false, side: "right" });
    expect(f.depth).toBeGreaterThan(0.1);
  });
  test("without a hold goes to and fro while it is moved", () => {
    const roll = item("shoulder_rolls");
    const c = of({ exercise: "shoulder_roll", phase: "moving" });
    const way: number[] = [];
    let f = atRest(0);
    for (let ms = 100; ms < 20_000; ms += 100) way.push((f = follow(f, c, roll, ms)).depth);
    expect(Math.max(...way)).toBe(1);
    expect(way.filter((d, i) => d === 0 && way[i - 1]! > 0).length).toBeGreaterThan(2);
  });
});

test("a breath is four seconds in and six out", () => {
  expect(breathAt(0)).toMatchObject({ into: true, full: 0, seconds: 4 });
  expect(breathAt(3999).into).toBe(true);
  expect(breathAt(4000)).toMatchObject({ into: false, full: 1, seconds: 6 });
  expect(breathAt(9999).full).toBeLessThan(0.001);
  expect(breathAt(10_000)).toMatchObject({ into: true, seconds: 4 });
  expect(breathAt(-5).full).toBe(0);
});

describe("the figure", () => {
  test("every exercise has its own key poses", () => {
    expect([...motionIDs].sort()).toEqual(all.exercises.map((e) => e.id).sort());
    const drawn = motionIDs.map((id) =>
      JSON.stringify(keyPoses(motionOf(id)).map((p) => shapes(motionOf(id), p))),
    );
    expect(new Set(drawn).size).toBe(24);
    for (const id of motionIDs) {
      const [a, b] = keyPoses(motionOf(id)).map((p) => JSON.stringify(shapes(motionOf(id), p)));
      expect(a, id).not.toBe(b);
    }
  });
  test.each(motionIDs)("%s moves in small steps, always of the same parts, within its frame", (id) => {
    const m = motionOf(id);
    const [x, y, w, h] = m.box;
    const parts = shapes(m, m.into[0]!).map((s) => s.part);
    const numbers = (d: string) => (d.match(/-?[\d.]+/g) ?? []).map(Number);
    let last: number[][] | null = null;
    for (const other of [false, true]) {
      last = null;
      for (const kind of ["ready", "in", "hold", "out"] as const) {
        for (let i = 0; i <= 40; i++) {
          const list = shapes(m, poseAt(m, kind, i / 40, (i / 40) * (m.loop ?? 0)), other);
          expect(list.map((s) => s.part)).toEqual(parts);
          for (const s of list) expect(s.d).not.toMatch(/NaN|undefined|Infinity/);
          const now = list.filter((s) => /arm|leg|trunk/.test(s.part)).map((s) => numbers(s.d));
          if (last && i > 0) {
            const far = Math.max(...now.flatMap((d, j) => d.map((v, k) => Math.abs(v - last![j]![k]!))));
            expect(far, `${kind} ${i}`).toBeLessThan(9);
          }
          last = now;
          const head = numbers(list.find((s) => s.part === "head")!.d);
          expect(head[0]! + 11).toBeGreaterThan(x);
          expect(head[0]! + 11).toBeLessThan(x + w);
          expect(head[1]!).toBeGreaterThan(y);
          expect(head[1]!).toBeLessThan(y + h);
        }
      }
    }
  });
  test("limbs keep their length", () => {
    const leg = (d: string) => {
      const [a, b, c] = d
        .slice(1)
        .split("L")
        .map((p) => p.split(" ").map(Number) as [number, number]);
      return [
        [a!, b!],
        [b!, c!],
      ].map(([p, q]) => Math.hypot(p![0] - q![0], p![1] - q![1]));
    };
    for (const id of ["bridge", "bottom_to_heels", "leg_raise", "back_bend"]) {
      const m = motionOf(id);
      for (let i = 0; i <= 20; i++) {
        const near = shapes(m, poseAt(m, "in", i / 20)).find((s) => s.part === "near leg")!;
        for (const l of leg(near.d)) expect(l, `${id} ${i}`).toBeCloseTo(40, 0);
      }
    }
  });
  test("an exercise that is not known is a person who stands", () => {
    expect(shapes(motionOf("constructor"), motionOf("constructor").into[0]!).length).toBeGreaterThan(5);
  });
});

describe("words", () => {
  test.each([
    ["chin_tuck", "10 times"],
    ["neck_turn", "5 times each side, hold for 5 s"],
    ["cross_body_stretch", "15 to 30 s each side"],
    ["chest_stretch", "5 times, hold for 5 to 10 s"],
    ["row", "10 to 12 times, 2 rounds"],
    ["back_bend", "5 times, three times a day"],
    ["walk", "2 to 5 min, every half hour"],
    ["shoulder_rolls", "10 times"],
    ["plank", "3 times, hold for 10 to 30 s"],
  ])("the dose of %s", (id, words) => expect(doseWords(exercise(id).dose)).toBe(words));
  test("lengths", () => {
    expect([20, 60, 88, 120].map(lengthWords)).toEqual(["20 s", "1 min", "1 min 28 s", "2 min"]);
    expect([0, 9, 65].map(leftWords)).toEqual(["0:00", "0:09", "1:05"]);
  });
  test("what fits is what the service has nothing against, and what is at hand", () => {
    const fits = (limits: string[], kit = all.kits) =>
      parseChoice(choice(new URLSearchParams(), { ...answered, limits, kit })).exercises;
    const ids = (list: Item[]) => list.map((i) => i.exercise.id);
    expect(ids(fitting(all, fits([])))).toEqual(all.exercises.map((e) => e.id));
    expect(ids(fitting(all, fits(["recent_injury"])))).toEqual(["walk", "calm_breathing"]);
    expect(ids(fitting(all, fits([], [])))).not.toContain("chin_tuck");
    // Those that are named, in that order, as this person is to do them.
    const named = ["seated_twist", "plank", "no_such", "chin_tuck"];
    const some = fitting(all, fits(["pregnancy"]), named);
    expect(ids(some)).toEqual(["seated_twist", "chin_tuck"]);
    expect(some[0]).toMatchObject({ adapt: "A small, open turn.", repetitions: 5 });
  });
  test("amounts and lists", () => {
    const s = {
      exercise: "x",
      name: "X",
      repetitions: 10,
      hold: 0,
      seconds: 48,
      adapt: "",
      why: "",
      forRest: false,
    };
    expect(amountWords(s)).toBe("10 times, 48 s");
    expect(amountWords({ ...s, repetitions: 1, seconds: 120 })).toBe("2 min");
    expect(listWords([])).toBe("");
    expect(listWords(["Chin tuck"])).toBe("Chin tuck");
    expect(listWords(["Chin tuck", "Neck turn", "Walk"])).toBe("Chin tuck, neck turn and walk");
  });
  test("progress and phases", () => {
    const p = begin([item("neck_turn")], 0);
    const v = view(p, readyTime + 8000 + 3000)!;
    expect(progressWords(p.items[0]!, v)).toBe("Right side, 1 of 5");
    expect(phaseWords(p.items[0]!, v)).toBe("Hold");
    const plank = begin([item("plank")], 0);
    expect(phaseWords(plank.items[0]!, view(plank, readyTime + 13_000)!)).toBe("Rest");
    const row = begin([item("row")], 0);
    expect(progressWords(row.items[0]!, view(row, readyTime + 41_000)!)).toBe("Round 2 of 2, 1 of 10");
  });
  test("what stops advice is told by what was named, and what is not known is taken for the worst", () => {
    const stop = (...redFlags: string[]) => stopOf(all, { ...parseProfile(profile), redFlags });
    expect(stop()).toBeNull();
    expect(stop("fever")).toMatchObject({ urgency: "soon", signs: ["Fever"] });
    expect(stop("fever")!.text).toMatch(/doctor/);
    expect(stop("fever", "saddle")!.urgency).toBe("at_once");
    expect(stop("saddle")!.text).toMatch(/emergency number/);
    expect(stop("fever", "new_sign")!.urgency).toBe("at_once");
  });
  test("what a routine is made for, in a line", () => {
    expect(wishWords({ area: "", minutes: 5, feels: [] }, ["chair", "door"])).toBe(
      "What fits, 5 min, with a chair and a doorway",
    );
    expect(wishWords({ area: "lower_back", minutes: 0, feels: ["tight"] }, [])).toBe(
      "Lower back, one thing, tight, stiff, with nothing at hand",
    );
  });
  test("phases are said aloud once each, and short movements are counted", () => {
    const told = (id: string, to: number) => {
      const p = begin([item(id)], 0);
      const words: string[] = [];
      for (let t = 0; t < to; t += 100) {
        const said = spokenWords(p.items[0]!, view(p, t)!, false);
        if (said !== words.at(-1)) words.push(said);
      }
      return words;
    };
    expect(told("neck_turn", readyTime + 17_000)).toEqual([
      "Neck turn: get into place, left side",
      "left side, 1 of 5, Slowly",
      "left side, 1 of 5, Hold",
      "And back",
      "right side, 1 of 5, Slowly",
      "right side, 1 of 5, Hold",
      "And back",
      "left side, 2 of 5, Slowly",
    ]);
    expect(told("plank", readyTime + 14_000).slice(1, 4)).toEqual(["1 of 3, Slowly", "1 of 3, Hold", "Rest"]);
    // Four seconds each: two words of each would be one over the other.
    expect(
      told("chin_tuck", readyTime + 9000)
        .slice(1)
        .filter(Boolean),
    ).toEqual(["1 of 10", "2 of 10", "3 of 10"]);
    expect(told("calm_breathing", 21_000)).toEqual([
      "Calm breathing: breathe in",
      "Breathe out",
      "Breathe in",
      "Breathe out",
      "Breathe in",
    ]);
    const p = begin([item("plank")], 0);
    expect(spokenWords(p.items[0]!, view(p, 20_000)!, true)).toBe("Paused");
  });
  test("so are they when the camera counts, without the seconds", () => {
    const neck = item("neck_turn");
    const c = (over: Wire): Coaching =>
      parseLive(
        status({ coach: coaching({ exercise: "neck_turn", hold_target_s: 5, side: "left", ...over }) }),
      ).coach!;
    const said = (over: Wire) => spokenSeen(neck, c(over), false);
    expect(said({ phase: "holding", hold_s: 1.2 })).toBe("Hold, left side");
    expect(said({ phase: "holding", hold_s: 3.9 })).toBe("Hold, left side");
    expect(said({ phase: "holding", hold_s: 5 })).toBe("And back");
    expect(said({ phase: "getting_ready" })).toBe("Sit at ease for a moment");
    expect(spokenSeen(neck, c({ phase: "holding" }), true)).toBe("Paused");
  });
  test("a routine's longer holds are laid out, and its dose's otherwise", () => {
    const squeeze = item("blade_squeeze");
    expect(planOf({ ...squeeze, hold: 20 }).hold).toBe(20_000);
    expect(planOf(squeeze).hold).toBe(10_000);
    expect(planOf({ ...squeeze, hold: 20 }).ms - planOf(squeeze).ms).toBe(5 * 10_000);
  });
  test("what answers changed", () => {
    const before = parseChoice(choice(new URLSearchParams("minutes=2"), answered));
    expect(changeWords(before, before)).toEqual(["Noted. What is proposed stays as it was."]);
    const [a, b, c] = before.routine;
    const now = { ...before, now: b!, support: ["Raise it."], routine: [a!, { ...c!, name: "Walk" }] };
    expect(changeWords(before, now)).toEqual([
      "1 thing to change: beside the routine, too, under “At your desk”.",
      `The one thing that helps now: ${b!.name}, rather than postural reset.`,
      "New in the routine: Walk.",
      `No longer in the routine: ${listWords(before.routine.slice(1).map((s) => s.name))}.`,
    ]);
    expect(changeWords({ ...before, support: ["Raise it."] }, before)).toEqual([
      "1 thing no longer to change.",
    ]);
  });
});
