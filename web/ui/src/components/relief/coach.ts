// Where a coach that sees comes in: the routine asks it of each exercise that runs.

import type { Exercise } from "../../relief-contract";

/** What a coach tells of the exercise that runs. */
export interface Seen {
  /** Repetitions counted since it began. */
  repetitions: number;
  /** A word on how it goes; empty when there is nothing to say. */
  said: string;
}

/** A hook: what is seen of an exercise, null when nobody looks and it is timed alone. */
export type Coach = (exercise: Exercise, running: boolean) => Seen | null;

/** Nobody looks. */
export const timed: Coach = () => null;
