import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { keepEqual } from "../../hooks";
import { leaveDoing, noteDone, tellDoing, type Doing } from "../../relief-api";
import { begin, reduce, view, type Action, type Item, type Player, type View } from "../../relief-player";

/** An action without its time. */
export type Wanted = Action extends infer A ? (A extends Action ? Omit<A, "at"> : never) : never;

/** What is drawn of a player: nothing in it changes more than once a second. */
export interface Picture {
  items: readonly Item[];
  at: number;
  run: number;
  paused: boolean;
  slept: boolean;
  end: Player["end"];
  did: Player["did"];
  /** Null at the end. The shares are told in steps of a second. */
  view: View | null;
}

function picture(p: Player, now: number): Picture {
  const v = view(p, now);
  return {
    items: p.items,
    at: p.at,
    run: p.run,
    paused: p.since === null,
    slept: p.slept,
    end: p.end,
    did: p.did,
    view: v && {
      ...v,
      share: 0,
      doing: Math.floor(v.doing / 1000) * 1000,
      ring: Math.ceil(v.ring * 60) / 60,
    },
  };
}

/** How often it is looked whether something has changed, in milliseconds. */
const every = 100;

/** A routine that runs. `live` is the player itself, for what is drawn by frames. */
export function usePlayer(items: readonly Item[]): {
  shown: Picture;
  live: { current: Player };
  act: (a: Wanted) => void;
} {
  const live = useRef<Player>(null as unknown as Player);
  live.current ??= begin(items, performance.now());
  const [shown, set] = useState(() => picture(live.current, performance.now()));
  const act = useCallback((a: Wanted) => {
    const now = performance.now();
    live.current = reduce(live.current, { ...a, at: now } as Action);
    set((old) => keepEqual(old, picture(live.current, now)));
  }, []);
  const running = !shown.paused && shown.end === "";
  useEffect(() => {
    if (!running) return;
    const look = () => act({ type: "tick" });
    const timer = setInterval(look, every);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [running, act]);
  return { shown, live, act };
}

/** Notes what was done as it comes. Says why something could not be, and tries it again on request. */
export function useNotes(did: Player["did"]): { problem: string; again: () => void } {
  const [problem, setProblem] = useState("");
  const next = useRef(0);
  /** When each of them ended. */
  const ended = useRef<number[]>([]);
  while (ended.current.length < did.length) ended.current.push(Date.now());
  const busy = useRef(false);
  const latest = useRef(did);
  latest.current = did;
  const send = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    let refused = "";
    while (!refused && next.current < latest.current.length) {
      const d = latest.current[next.current]!;
      // What waited to be sent is noted for when it was.
      const ago = Math.max(0, Math.round((Date.now() - ended.current[next.current]!) / 1000));
      refused = await noteDone(d.exercise, d.seconds, d.repetitions, ago);
      if (!refused) next.current++;
    }
    busy.current = false;
    setProblem(refused);
  }, []);
  useEffect(() => void send(), [did.length, send]);
  return { problem, again: () => void send() };
}

/** Beside what is left of an exercise, in seconds: whoever is slow is not judged in the midst of it. */
const slack = 15;
/** The service takes no more, in seconds. */
const mostDoing = 3600;

/**
 * Says while an exercise runs that one does, so that posture isn't judged meanwhile;
 * left is how many milliseconds of it there are. Of several wishes the last one is sent.
 * onAgainst is told why an exercise must not go on, if the service says so.
 */
export function useDoing(
  exercise: string,
  run: number,
  running: boolean,
  left: () => number,
  onAgainst: (why: string) => void,
): void {
  // What runs may be another page's, which is not this one's to end. begun: this page
  // began one that may still run, and it was not told since that none may.
  const wish = useRef<{ wanted: Doing | null; sent: Doing | null; busy: boolean; begun: boolean }>({
    wanted: null,
    sent: null,
    busy: false,
    begun: false,
  });
  const latest = useRef(left);
  latest.current = left;
  useEffect(() => {
    if (!running) return;
    const w = wish.current;
    const want = async (d: Doing | null) => {
      w.wanted = d;
      // The end of one and the beginning of the next are one wish.
      await Promise.resolve();
      if (w.busy) return;
      w.busy = true;
      while (w.sent !== w.wanted) {
        w.sent = w.wanted;
        if (!w.sent && !w.begun) continue;
        const before = w.begun;
        w.begun = w.sent !== null;
        const { against, taken } = await tellDoing(w.sent);
        // What was not taken leaves the one before as it is.
        if (against || (!taken && !before)) w.begun = false;
        if (against) onAgainst(against);
      }
      w.busy = false;
    };
    const begin = () =>
      void want({ exercise, seconds: Math.min(mostDoing, Math.round(latest.current() / 1000) + slack) });
    begin();
    // A page that comes back from where the browser kept it says it again.
    const show = (e: PageTransitionEvent) => e.persisted && begin();
    addEventListener("pageshow", show);
    const hide = () => {
      if (w.begun) leaveDoing();
      w.begun = false;
    };
    addEventListener("pagehide", hide);
    return () => {
      removeEventListener("pageshow", show);
      removeEventListener("pagehide", hide);
      void want(null);
    };
  }, [exercise, run, running]);
}

/** Keeps the screen on while it is looked at, where the browser can. */
export function useWake(on: boolean): void {
  useEffect(() => {
    if (!on || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const take = () => {
      if (document.hidden || over || (lock && !lock.released)) return;
      navigator.wakeLock.request("screen").then(
        (got) => {
          if (over) void got.release();
          else lock = got;
        },
        () => {}, // a battery that runs low, a browser that does not like it: the routine goes on
      );
    };
    take();
    document.addEventListener("visibilitychange", take);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", take);
      void lock?.release().catch(() => {});
    };
  }, [on]);
}
