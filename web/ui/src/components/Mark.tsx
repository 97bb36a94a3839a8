import type { Mood } from "../view";

/** The sign of Sitwell: a head over a spine, which sits as you do. */
export function Mark({ mood }: { mood: Mood }) {
  const [head, spine] = {
    calm: [[16, 7], "M16 14.5V29"],
    poor: [[20, 9], "M17.5 16C13.5 18.5 13 23 14 29"],
    alert: [[22, 11.5], "M17.5 16.5C11 16.5 10.5 22.5 12.5 29"],
    quiet: [[16, 7], "M16 14.5V29"],
  }[mood] as [[number, number], string];
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle
        cx={head[0]}
        cy={head[1]}
        r={mood === "quiet" ? 4 : 5}
        class={mood === "quiet" ? "hollow" : ""}
      />
      <path d={spine} stroke-dasharray={mood === "quiet" ? "1 5" : undefined} />
    </svg>
  );
}
