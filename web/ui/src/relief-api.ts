// What the relief page asks of the service.

import { ask, conflict, tell, told, type Answer } from "./api";
import { parseCheckIns, type Area, type Event } from "./contract";
import {
  parseChoice,
  parseDistance,
  parseEffects,
  parseProfile,
  parseProgramme,
  profilePatch,
  type Choice,
  type Distance,
  type Effects,
  type Profile,
  type ProfileChange,
  type Programme,
} from "./relief-contract";

/** What a person wants now; an empty area leaves it to what was measured and said. */
export interface Wish {
  area: Area | "";
  /** 0 for one thing alone. */
  minutes: number;
  feels: readonly string[];
  /** Only what can be done without leaving the desk. */
  stay?: boolean;
}

export function wishQuery(w: Wish): string {
  const query = new URLSearchParams();
  if (w.area) query.set("area", w.area);
  if (w.minutes > 0) query.set("minutes", String(w.minutes));
  if (w.feels.length > 0) query.set("feel", w.feels.join(","));
  if (w.stay) query.set("stay", "true");
  return query.toString();
}

export function loadChoice(w: Wish): Promise<Answer<Choice>> {
  const query = wishQuery(w);
  return ask("GET", query ? `/relief?${query}` : "/relief", parseChoice);
}

export const loadProgramme = (): Promise<Answer<Programme>> =>
  ask("GET", "/relief/programme", parseProgramme);
export const loadProfile = (): Promise<Answer<Profile>> => ask("GET", "/relief/profile", parseProfile);
export const loadEffects = (): Promise<Answer<Effects>> => ask("GET", "/relief/effects", parseEffects);
/** Changes what was said, and nothing else of it: another page may have said more meanwhile. */
export const changeProfile = (c: ProfileChange): Promise<Answer<Profile>> =>
  ask("PATCH", "/relief/profile", parseProfile, profilePatch(c));

/** How far the person sits; null while no face looks at the camera. */
export async function measureDistance(): Promise<{ distance: Distance | null; refused: string }> {
  const { value, refused } = await ask("GET", "/relief/distance", (v) => ({ distance: parseDistance(v) }));
  return { distance: value?.distance ?? null, refused };
}

/**
 * Notes an exercise that was done and ended so many seconds ago; resolves to an empty
 * string, or to why it is not noted.
 */
export const noteDone = (
  exercise: string,
  seconds: number,
  repetitions: number,
  ago: number,
): Promise<string> => tell("POST", "/relief/done", { exercise, seconds, repetitions, ago_s: ago });

/**
 * Says that an exercise is under way, and how many seconds it will take at most: posture
 * isn't judged meanwhile. Null ends that, whoever began it. Resolves to why it must not be
 * done, or to an empty string: what could not be told is judged as ever; and to whether
 * it may be so now: the service took it, or its answer was lost.
 */
export async function tellDoing(d: Doing | null): Promise<{ against: string; taken: boolean }> {
  const { refused, status } = await told("POST", "/relief/doing", d ?? notDoing);
  return { against: status === conflict ? refused : "", taken: !refused || status === 0 };
}

export interface Doing {
  exercise: string;
  seconds: number;
}

const notDoing = { seconds: 0 };

/** Ends it as the page goes, which waits for no answer. */
export function leaveDoing(): void {
  const body = JSON.stringify(notDoing);
  const headers = { "Content-Type": "application/json" };
  fetch("/api/v1/relief/doing", { method: "POST", headers, body, keepalive: true }).catch(() => {});
}

/** Has the camera count an exercise, held for so many seconds if not by its dose; resolves to an empty string, or to why it can't. */
export const startCoach = (exercise: string, repetitions: number, hold?: number): Promise<string> =>
  tell("POST", "/relief/coach", { exercise, repetitions, hold_s: hold });
export const stopCoach = (): Promise<string> => tell("DELETE", "/relief/coach");

/** Ends it as the page goes, which waits for no answer. */
export function leaveCoach(): void {
  fetch("/api/v1/relief/coach", { method: "DELETE", keepalive: true }).catch(() => {});
}

/** Writes down how an area feels, 0 to 10. */
export const noteFeeling = (area: Area, tension: number): Promise<Answer<Event[]>> =>
  ask("POST", "/check-ins", parseCheckIns, { tension: { [area]: tension } });
