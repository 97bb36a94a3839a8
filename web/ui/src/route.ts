// Which page is shown. The service answers every address without a file with
// the same page, so that each can be kept and opened again.

import { useEffect, useState } from "preact/hooks";

export type Route = "live" | "settings";

export const paths: Record<Route, string> = { live: "/", settings: "/settings" };

export const routeOf = (path: string): Route =>
  path.replace(/\/+$/, "") === paths.settings ? "settings" : "live";

/** Shows another page without loading anything. */
export function go(to: Route): void {
  history.pushState(null, "", paths[to]);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The present page; it is drawn again when that changes. */
export function useRoute(): Route {
  const [route, set] = useState(() => routeOf(location.pathname));
  useEffect(() => {
    const look = () => set(routeOf(location.pathname));
    addEventListener("popstate", look);
    return () => removeEventListener("popstate", look);
  }, []);
  return route;
}
