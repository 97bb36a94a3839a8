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

/** The address at which exercises begin: "/relief?do=chin_tuck:10:0,walk:1:120". */
export const exercisePath = (
  list: readonly { exercise: string; repetitions: number; hold: number }[],
): string => `${paths.relief}?do=${list.map((e) => `${e.exercise}:${e.repetitions}:${e.hold}`).join(",")}`;

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
