import { useEffect, useRef } from "preact/hooks";
import { focusHeadline } from "../hooks";
import { lazy } from "../lazy";
import { useRoute } from "../route";
import { Live } from "./Live";
import { Shell, useAmbient } from "./Shell";

/** Whether another page was gone to since this tab was opened. */
let moved = false;
const drawn = () => {
  if (moved) focusHeadline();
};

export const Settings = lazy(() => import("./Settings").then((m) => m.Settings), drawn);
export const Relief = lazy(() => import("./relief/Relief").then((m) => m.Relief), drawn);
export const Week = lazy(() => import("./week/Week").then((m) => m.Week), drawn);

/** Pages that are a click away, loaded while there is nothing else to do. */
export function preload(): void {
  void Week.preload();
  void Relief.preload();
  void Settings.preload();
}

/** Every page of Sitwell in its frame. */
export function App() {
  const route = useRoute();
  const first = useRef(true);
  useAmbient(route);
  // Who reads by ear or key begins at the top of the page gone to.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    moved = true;
    scrollTo(0, 0);
    focusHeadline();
  }, [route.page]);
  useEffect(() => {
    // Safari has no idle time to give; a moment later does.
    if (typeof requestIdleCallback === "function") {
      const idle = requestIdleCallback(preload, { timeout: idleWithin });
      return () => cancelIdleCallback(idle);
    }
    const timer = setTimeout(preload, idleWithin);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Shell route={route} onReach={preload}>
      {route.page === "settings" ? (
        <Settings />
      ) : route.page === "week" ? (
        <Week id={route.week} />
      ) : route.page === "relief" ? (
        <Relief />
      ) : (
        <Live />
      )}
    </Shell>
  );
}

/** How long the other pages may wait for idle time, in milliseconds. */
const idleWithin = 3000;
