// What the person asks of the service.

import {
  ContractError,
  parseBaselines,
  parseSettings,
  parseUntil,
  parseWhatIf,
  type AllSettings,
  type Pose,
  type StoredBaseline,
  type Time,
  type Way,
  type WhatIf,
} from "./contract";

/** An answer, or a sentence that says why there is none. */
export type Answer<T> = { value: T; refused: "" } | { value: null; refused: string };

/** The status of an answer that says: understood, but not as things are now. */
export const conflict = 409;

const silent = "Sitwell does not answer. Please try again in a moment.";
const locked = "Sitwell asks for its token. Open the address that it printed when it started.";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** An answer with its status; 0 when there is none. */
type Sent = Answer<Response> & { status: number };

async function send(method: Method, path: string, body?: object): Promise<Sent> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch {
    return { value: null, refused: silent, status: 0 };
  }
  const { status } = answer;
  if (answer.ok) return { value: answer, refused: "", status };
  if (status === 401) return { value: null, refused: locked, status };
  try {
    const { error } = (await answer.json()) as { error?: unknown };
    if (typeof error === "string" && error) return { value: null, refused: error, status };
  } catch {
    // The status says enough.
  }
  return { value: null, refused: `Sitwell refused (${status}).`, status };
}

/** Resolves to an empty sentence, or to one that says why not; and to the answer's status, 0 without one. */
export async function told(
  method: Method,
  path: string,
  body?: object,
): Promise<{ refused: string; status: number }> {
  const { value, refused, status } = await send(method, path, body);
  // An answer that nobody reads keeps its connection busy.
  value?.arrayBuffer().catch(() => {});
  return { refused, status };
}

/** Resolves to an empty string, or to a sentence that says why not. */
export const tell = async (method: Method, path: string, body?: object): Promise<string> =>
  (await told(method, path, body)).refused;

/** Resolves to the answer as read, or to a sentence that says why there is none. */
export async function ask<T>(
  method: Method,
  path: string,
  read: (v: unknown) => T,
  body?: object,
): Promise<Answer<T>> {
  const answer = await send(method, path, body);
  if (!answer.value) return answer;
  try {
    return { value: read(await answer.value.json()), refused: "" };
  } catch (e) {
    if (e instanceof ContractError || e instanceof SyntaxError) {
      return { value: null, refused: `Sitwell’s answer is not understood (${e.message}). Reload this page.` };
    }
    return { value: null, refused: silent };
  }
}

export const calibrate = (pose: Pose, way: Way): Promise<string> =>
  tell("POST", "/calibration", { pose, way });
export const cancelCalibration = (): Promise<string> => tell("DELETE", "/calibration");
export const pauseWatch = (): Promise<string> => tell("POST", "/pause");
export const resumeWatch = (): Promise<string> => tell("POST", "/resume");
export const setMirror = (on: boolean): Promise<string> => tell("POST", "/mirror", { on });

/** Puts the standing alert away. */
export const dismissAlert = (): Promise<string> => tell("POST", "/alert/dismiss");
/** Puts off what is offered. */
export const putOff = (): Promise<string> => tell("POST", "/offer/dismiss");
/** Calls an alert wrong, by its event, and takes that back. */
export const callWrong = (event: number): Promise<string> => tell("POST", `/events/${event}/wrong`);
export const takeWrongBack = (event: number): Promise<string> => tell("DELETE", `/events/${event}/wrong`);

export type SnoozeFor = "15m" | "60m" | "today" | "off";
/** Keeps alerts back; resolves to when that ends. */
export const snooze = (how: SnoozeFor): Promise<Answer<Time>> =>
  ask("POST", "/snooze", parseUntil, { for: how });

/** Answers whether the camera was moved. */
export const cameraMoved = (moved: boolean): Promise<string> => tell("POST", "/camera/moved", { moved });

export const loadBaselines = (): Promise<Answer<StoredBaseline[]>> =>
  ask("GET", "/baselines", parseBaselines);
export const useBaseline = (id: number): Promise<string> => tell("POST", `/baselines/${id}/use`);
export const deleteBaseline = (id: number): Promise<string> => tell("DELETE", `/baselines/${id}`);

export const loadSettings = (): Promise<Answer<AllSettings>> => ask("GET", "/settings", parseSettings);
/** Changes settings by a merge patch (RFC 7396); null puts a key back to its default. */
export const saveSettings = (patch: object): Promise<Answer<AllSettings>> =>
  ask("PATCH", "/settings", parseSettings, patch);

/** What would have happened; query as src/settings.ts makes it. */
export const whatIf = (query: string): Promise<Answer<WhatIf>> => ask("GET", `/whatif?${query}`, parseWhatIf);
