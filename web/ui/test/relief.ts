// The relief programme as the service tells it, and a stand-in for the choice from
// it: as strict about what may be proposed, less clever about what is best. The
// programme is the service's own answer, word by word; a test of the service holds
// programme.json to that.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseProgramme, type Exercise } from "../src/relief-contract";
import type { Wire } from "./scenes";

export const programme = JSON.parse(
  readFileSync(join(import.meta.dirname, "programme.json"), "utf8"),
) as Wire;

const read = parseProgramme(programme);

/** Nobody has said anything yet. */
export const profile: Wire = {
  answered: false,
  limits: [],
  cleared: [],
  kit: null,
  red_flags: [],
  checked_at: "0001-01-01T00:00:00Z",
  workplace: {},
  measured: null,
};

/** Somebody with nothing in the way and all at hand. */
export const answered: Wire = { ...profile, answered: true, kit: ["chair", "door", "floor"] };

/** What followed three exercises: surely less tension, more upright but tension open, not known. */
export const effects: Wire = {
  effects: [
    {
      exercise: "chin_tuck",
      area: "upper_back",
      times: 11,
      alone: 4,
      last_eased: true,
      tension: { n: 8, measured: 9, comparable: 16, mean: -1.4, low: -2.2, high: -0.6 },
      upright_share: { n: 3, measured: 4, comparable: 6, mean: 0.1, low: null, high: null },
      enough: true,
    },
    {
      exercise: "pelvic_tilt",
      area: "lower_back",
      times: 7,
      alone: 7,
      last_eased: false,
      tension: { n: 6, measured: 7, comparable: 12, mean: -0.3, low: -1.25, high: 0.65 },
      upright_share: { n: 5, measured: 6, comparable: 10, mean: 0.12, low: 0.05, high: 0.19 },
      enough: true,
    },
    {
      exercise: "shoulder_rolls",
      area: "upper_back",
      times: 4,
      alone: 0,
      last_eased: false,
      tension: { n: 2, measured: 3, comparable: 4, mean: -1, low: null, high: null },
      upright_share: { n: 0, measured: 1, comparable: 0, mean: null, low: null, high: null },
      enough: false,
    },
  ],
  days: 180,
};

/** Somebody who sits about an arm's length away. */
export const distance: Wire = {
  cm: 62,
  low_cm: 47,
  high_cm: 82,
  verdict: "",
  apart: 0.0726,
  measured: false,
  text: "You seem to sit about 62 cm from the camera; as cameras and faces differ, it may be 47 to 82 cm.",
};

const changeover = 8;

/** The seconds of a round, as the service reckons them. */
export function seconds(e: Exercise): number {
  const d = e.dose;
  const s = d.repetitions * (d.hold + e.pace) * Math.max(1, d.sides) * Math.max(1, d.sets);
  return e.kind === "move" || e.kind === "calm" ? s : s + changeover;
}

function allowed(e: Exercise, p: Wire): boolean {
  const limits = p["limits"] as string[];
  if (!p["answered"] && limits.length === 0) return e.kind === "move" || e.kind === "calm";
  return limits.every((l) => {
    const agreed = (p["cleared"] as string[]).includes(l);
    const waits = !agreed && (read.questions.find((q) => q.limit === l)?.waits ?? false);
    return !e.not.includes(l) && (!waits || e.kind === "move" || e.kind === "calm");
  });
}

function lacking(e: Exercise, p: Wire): string[] {
  const kit = (p["kit"] as string[] | null) ?? ["chair"];
  const not = e.kit.filter((k) => !kit.includes(k) && !(k === "chair" && kit.includes("fixed_chair")));
  return e.anyOf && not.length < e.kit.length ? [] : not;
}

/** An exercise as this person would do it, and what keeps them from it. */
function option(e: Exercise, p: Wire): Wire {
  const limits = p["limits"] as string[];
  const named = limits.filter((l) => e.not.includes(l));
  const why =
    named.length > 0
      ? `Not for you now: you named ${named.join(" and ")}.`
      : limits.length > 0
        ? "Waits until a professional has agreed."
        : "Answer the safety questions first.";
  const lacks = lacking(e, p).map((k) => k.replace("band", "an exercise band"));
  return {
    exercise: e.id,
    repetitions: e.dose.repetitions,
    hold_s: e.dose.hold,
    seconds: seconds(e),
    adapt: limits.flatMap((l) => e.adapt[l] ?? []).join(" "),
    against: allowed(e, p) ? "" : why,
    missing: lacks.length > 0 ? `Needs ${lacks.join(" and ")}.` : "",
  };
}

/** A profile after a merge patch: a list is changed as a whole, the answers about the desk one by one. */
export const changed = (p: Wire, patch: Wire): Wire => ({
  ...p,
  ...patch,
  workplace: { ...(p["workplace"] as Wire), ...(patch["workplace"] as Wire | undefined) },
});

/** Why advice stops by what was named; null when it goes on. */
function stopped(p: Wire): Wire | null {
  const flags = read.redFlags.filter((f) => (p["red_flags"] as string[]).includes(f.id));
  if (flags.length === 0) return null;
  const urgent = flags.some((f) => f.urgency === "at_once");
  const text = urgent
    ? "This can be an emergency: call your emergency number or go to an emergency department now. Exercises are not the answer to it."
    : "Have a doctor look at this in the next days. Exercises wait until then.";
  return { urgency: urgent ? "at_once" : "soon", signs: flags.map((f) => f.sign), text };
}

/** Why an exercise must not be done now; empty when it may. */
export function ruledOut(exercise: string, p: Wire): string {
  const e = read.exercises.find((e) => e.id === exercise);
  if (!e) return "";
  return String(stopped(p)?.["text"] ?? option(e, p)["against"]);
}

/** The answer of GET /api/v1/relief; `due` is why the signs are asked for, once. */
export function choice(query: URLSearchParams, p: Wire, due = ""): Wire {
  const stop = stopped(p);
  const none = {
    stop: null,
    ask_safety: false,
    ask_red_flags: "",
    area: "",
    see_professional: "",
    why: "",
    now: null,
    routine: [],
    exercises: [],
    seconds: 0,
    short: "",
    left_out: "",
    techniques: [],
    support: [],
    avoid: "",
    disclaimer: read.disclaimer,
  };
  if (stop) return { ...none, stop };
  const area = query.get("area") ?? "upper_back";
  const stay = query.get("stay") === "true";
  const fits = read.exercises.filter((e) => allowed(e, p) && lacking(e, p).length === 0);
  const may = fits.filter((e) => !stay || e.place === "seated");
  const ranked = [
    ...may.filter((e) => e.areas[0] === area),
    ...may.filter((e) => e.areas[0] !== area && e.areas.includes(area)),
    ...may.filter((e) => !e.areas.includes(area)),
  ];
  const suggestion = (e: Exercise): Wire => {
    const { exercise, repetitions, hold_s, seconds, adapt } = option(e, p);
    return {
      exercise,
      repetitions,
      hold_s,
      seconds,
      adapt,
      name: e.name,
      why: "It is for that part of the back.",
      for_rest: !e.areas.includes(area),
    };
  };
  let left = Number(query.get("minutes") ?? 0) * 60;
  const routine = ranked.filter((e) => {
    if (seconds(e) > left) return false;
    left -= seconds(e);
    return true;
  });
  const out = read.exercises.length - fits.length;
  // Until the signs were looked at there is no exercise.
  const signs = p["checked_at"] === profile["checked_at"] ? due : "";
  return {
    ...none,
    ask_safety: !p["answered"],
    ask_red_flags: signs,
    area,
    why: query.has("area") ? "You asked for it." : "You called the tension in your upper back 5 of 10.",
    now: ranked[0] && !signs ? suggestion(ranked[0]) : null,
    routine: signs ? [] : routine.map(suggestion),
    exercises: read.exercises.map((e) => option(e, p)),
    seconds: signs ? 0 : routine.reduce((sum, e) => sum + seconds(e), 0),
    left_out: out > 0 ? `${out} exercises are left out.` : "",
    techniques: read.areas.find((a) => a.area === area)?.techniques ?? [],
    support: read.workplace.flatMap((c) => {
      const advice = c.answers.find((a) => a.id === (p["workplace"] as Wire)[c.id])?.advice;
      return advice && (area === "overall" || c.area === area || c.area === "overall") ? [advice] : [];
    }),
    avoid: "overstretching",
  };
}
