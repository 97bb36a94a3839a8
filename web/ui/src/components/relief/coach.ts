// The coach that sees: the service counts the exercise that runs by the camera.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Coaching } from "../../contract";
import { keepEqual, useServices, useView } from "../../hooks";
import { leaveCoach, startCoach, stopCoach } from "../../relief-api";
import type { Item } from "../../relief-player";
import { cameraAgainst } from "../../relief-words";

/** What a coach tells of the exercise that runs. */
export interface Seen {
  /** How it goes; null while nobody looks and it is timed alone. */
  progress: Coaching | null;
  /** Why nobody could look, or why a coach that was asked does not; empty when nothing is against it. */
  against: string;
  /** Somebody could look. */
  can: boolean;
}

/**
 * A hook: what is seen of an item. run tells one go at it from another; wanted says
 * whether anybody may look.
 */
export type Coach = (item: Item, run: number, running: boolean, wanted: boolean) => Seen;

/** What of an exercise was counted before it was paused. */
interface Before {
  run: number;
  repetitions: number;
  left: number;
  right: number;
}

/** How many repetitions make an item complete; those of both sides count each. */
export const wholeOf = ({ exercise: { dose }, repetitions }: Item): number =>
  repetitions * Math.max(1, dose.sides) * Math.max(1, dose.sets);

// One wish after the other: a late start must not outlast the end that followed it.
let turn: Promise<unknown> = Promise.resolve();
const inTurn = (f: () => unknown): void => void (turn = turn.then(f, f));

const notAnyMore = "the camera has stopped counting.";

/** The camera that Sitwell watches with. */
export const useCamera: Coach = (item, run, running, wanted) => {
  const { store } = useServices();
  const camera = useView(cameraAgainst);
  const seen = item.exercise.seen;
  const can = seen !== "" && camera === "";
  const on = can && wanted && running;
  const [state, set] = useState<{ run: number; progress: Coaching | null; against: string }>({
    run,
    progress: null,
    against: "",
  });
  const before = useRef<Before>({ run, repetitions: 0, left: 0, right: 0 });
  // A page that comes back from where the browser kept it begins anew.
  const [back, setBack] = useState(0);
  useEffect(() => {
    const show = (e: PageTransitionEvent) => e.persisted && setBack((n) => n + 1);
    addEventListener("pageshow", show);
    return () => removeEventListener("pageshow", show);
  }, []);

  useEffect(() => {
    if (!on) return;
    if (before.current.run !== run) before.current = { run, repetitions: 0, left: 0, right: 0 };
    const had = before.current;
    const target = wholeOf(item);
    let over = false;
    let began = false;
    let told = false;
    /** What is followed, if anything, is another page's, which is not this one's to end. */
    let lost = false;
    /** From when on what is told is of this go. */
    let from = Infinity;
    set({ run, progress: null, against: "" });
    inTurn(async () => {
      if (over) return;
      began = true; // it may be, until the answer is here
      const refused = await startCoach(
        item.exercise.id,
        Math.max(1, target - had.repetitions),
        item.hold === item.exercise.dose.hold ? undefined : item.hold,
      );
      if (refused) began = false;
      if (refused && !over) set({ run, progress: null, against: refused });
      from = performance.now();
    });
    const look = () => {
      const { live, liveAt } = store.app;
      if (!began || liveAt === null || liveAt < from || !live) return;
      const c = live.coach;
      if (!c || c.exercise !== seen) {
        // What was under way when it began may still come.
        lost = told;
        if (told) set((old) => keepEqual(old, { run, progress: null, against: notAnyMore }));
        return;
      }
      told = true;
      lost = false;
      const progress = {
        ...c,
        target,
        repetitions: had.repetitions + c.repetitions,
        left: had.left + c.left,
        right: had.right + c.right,
      };
      before.current = { run, repetitions: progress.repetitions, left: progress.left, right: progress.right };
      set((old) => keepEqual(old, { run, progress, against: "" }));
    };
    const deaf = store.subscribe(look);
    const hide = () => {
      if (began && !lost) leaveCoach();
      began = false;
    };
    addEventListener("pagehide", hide);
    return () => {
      over = true;
      deaf();
      removeEventListener("pagehide", hide);
      inTurn(() => (began && !lost ? stopCoach() : undefined));
    };
  }, [on, run, seen, back, store]);

  const mine = on && state.run === run;
  return { progress: mine ? state.progress : null, against: mine ? state.against : can ? "" : camera, can };
};
