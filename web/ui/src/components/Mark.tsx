import { markShapes } from "../mark";
import type { Mood } from "../view";

/** The sign of Sitwell, in the posture of the moment. */
export function Mark({ mood }: { mood: Mood }) {
  const { head, spine, hollow } = markShapes[mood];
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx={head[0]} cy={head[1]} r={hollow ? 4 : 5} class={hollow ? "hollow" : ""} />
      <path d={spine} stroke-dasharray={hollow ? "1 5" : undefined} />
    </svg>
  );
}
