import { createContext, type RefObject } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Link } from "./link";
import type { App, Store } from "./store";

export interface Services {
  store: Store;
  link: Link;
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const s = useContext(ServicesContext);
  if (!s) throw new Error("no services around this component");
  return s;
}

/** The least time between two drawings, in milliseconds: the eye has no use for more here. */
const pace = 200;

/**
 * Calls f soon after changes of the store: at most five times a second, never
 * while the page is hidden, and once when it is seen again.
 */
export function paced(store: Store, f: () => void): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  let missed = false;
  const run = () => {
    due = undefined;
    last = performance.now();
    f();
  };
  const ask = () => {
    if (document.hidden) missed = true;
    else due ??= setTimeout(run, Math.max(0, last + pace - performance.now()));
  };
  const seen = () => {
    if (document.hidden || !missed) return;
    missed = false;
    ask();
  };
  const stop = store.subscribe(ask);
  document.addEventListener("visibilitychange", seen);
  return () => {
    stop();
    clearTimeout(due);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** A value of the store's App; the component is drawn again only when it has changed. */
export function useView<T>(view: (app: App) => T): T {
  const { store } = useServices();
  const latest = useRef(view);
  latest.current = view;
  const [value, set] = useState(() => view(store.app));
  useEffect(() => {
    const look = () => set((old) => keepEqual(old, latest.current(store.app)));
    look();
    return paced(store, look);
  }, [store]);
  return value;
}

/** The old value when the new one says the same, so that nothing is drawn for it. */
export function keepEqual<T>(a: T, b: T): T {
  if (Object.is(a, b)) return a;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return b;
  if (Array.isArray(a) !== Array.isArray(b)) return b;
  const x = a as Record<string, unknown>;
  const y = b as Record<string, unknown>;
  const keys = Object.keys(y);
  if (Object.keys(x).length !== keys.length) return b;
  return keys.every((k) => Object.is(keepEqual(x[k], y[k]), x[k])) ? a : b;
}

/** The present time, each second, only while `on`. */
export function useSeconds(on: boolean): number {
  const [now, set] = useState(() => performance.now());
  useEffect(() => {
    if (!on) return;
    set(performance.now());
    const timer = setInterval(() => {
      if (!document.hidden) set(performance.now());
    }, 1000);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}

/** Has the store look what is over when that is due. */
export function useOver(until: number | undefined): void {
  const { store } = useServices();
  useEffect(() => {
    if (until === undefined) return;
    const look = () => store.dispatch({ type: "tick", at: performance.now() });
    const timer = setTimeout(look, until - performance.now() + 20);
    return () => clearTimeout(timer);
  }, [until, store]);
}

/**
 * A hook: what is in the element changes with `which`; whoever had the focus in it then
 * goes on from the headline.
 */
export function useFocusKept<E extends HTMLElement>(which: string): RefObject<E | null> {
  const box = useRef<E>(null);
  const was = useRef(which);
  // It is looked before anything is taken away: afterwards nothing has the focus.
  const lost = was.current !== which && box.current?.contains(document.activeElement);
  useEffect(() => {
    was.current = which;
    if (lost) focusHeadline();
  }, [which]);
  return box;
}

/** Whoever acted by key goes on from the headline when what they acted on goes away. */
export function focusHeadline(): void {
  document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
