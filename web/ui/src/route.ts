// Which page is shown. The service answers every address without a file with
// the same page, so that each can be kept and opened again.

import { useEffect, useState } from "preact/hooks";
import { keepEqual } from "./hooks";

export const pages = ["live", "week", "relief", "settings"] as const;
export type Page = (typeof pages)[number];

export interface Route {
  page: Page;
  /** Of the week page: the week as its address names it; empty for this week. */
  week: string;
}

export const paths: Record<Page, string> = {
  live: "/",
  week: "/week",
  relief: "/relief",
  settings: "/settings",
};

/** The address of a week's page; empty is this week's. */
export const weekPath = (id: string): string => (id ? `${paths.week}/${encodeURIComponent(id)}` : paths.week);

/** An exercise by its name, with how often and how many seconds each if that is said. */
export interface Named {
  exercise: string;
  repetitions: number | null;
  hold: number | null;
}

/** What exercises were offered for: how many minutes, 0 for one thing, and whether in the chair. */
export interface Offered {
  minutes: number;
  stay: boolean;
}

/** The longest routine that the service makes, in minutes. */
const longest = 30;

/** The address at which exercises begin: "/relief?do=chin_tuck:10:0,walk:1:120&minutes=2&stay=true". */
export const exercisePath = (
  list: readonly { exercise: string; repetitions: number; hold: number }[],
  { minutes, stay }: Offered,
): string =>
  `${paths.relief}?do=${list.map((e) => `${e.exercise}:${e.repetitions}:${e.hold}`).join(",")}&minutes=${minutes}${stay ? "&stay=true" : ""}`;

/** What the exercises of the rest of an address were offered for; null when that is not said. */
export function offeredOf(search: string): Offered | null {
  const query = new URLSearchParams(search);
  const minutes = query.get("minutes") ?? "";
  if (!/^\d{1,2}$/.test(minutes) || Number(minutes) > longest) return null;
  return { minutes: Number(minutes), stay: query.get("stay") === "true" };
}

/** The exercises that the rest of an address asks to begin with. */
export const exercisesOf = (search: string): Named[] =>
  (new URLSearchParams(search).get("do") ?? "")
    .split(",")
    .filter(Boolean)
    .map((part) => {
      const [exercise = "", repetitions = "", hold = ""] = part.split(":");
      return { exercise, repetitions: figure(repetitions), hold: figure(hold) };
    });

/** A figure of an address; null for what is none. */
const figure = (s: string): number | null => (/^\d{1,4}(\.\d{1,3})?$/.test(s) ? Number(s) : null);

export function routeOf(path: string): Route {
  const [first = "", second = "", ...more] = path.replace(/^\/+|\/+$/g, "").split("/");
  const page = pages.find((p) => paths[p] === `/${first}`) ?? "live";
  if (page !== "week") return { page: second ? "live" : page, week: "" };
  return { page, week: [decoded(second), ...more].join("/") };
}

/** What an address was made of; one that is no such thing stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Shows another page without loading anything. */
export function go(path: string): void {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The present page; it is drawn again when that changes. */
export function useRoute(): Route {
  const [route, set] = useState(() => routeOf(location.pathname));
  useEffect(() => {
    const look = () => set((old) => keepEqual(old, routeOf(location.pathname)));
    addEventListener("popstate", look);
    return () => removeEventListener("popstate", look);
  }, []);
  return route;
}

/** Whether a click on a link is one to follow here, not in another tab or window. */
export const plainClick = (e: MouseEvent): boolean =>
  e.button === 0 && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey;
