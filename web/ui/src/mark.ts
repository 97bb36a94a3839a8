// The sign of Sitwell: a head over a spine, which sits as you do.

import type { Mood } from "./view";

export interface MarkShape {
  head: readonly [x: number, y: number];
  /** The spine as a path, in a square of 32. */
  spine: string;
  /** Nobody to tell of: an outline only. */
  hollow: boolean;
}

export const markShapes: Record<Mood, MarkShape> = {
  calm: { head: [16, 7], spine: "M16 14.5V29", hollow: false },
  poor: { head: [20, 9], spine: "M17.5 16C13.5 18.5 13 23 14 29", hollow: false },
  alert: { head: [22, 11.5], spine: "M17.5 16.5C11 16.5 10.5 22.5 12.5 29", hollow: false },
  quiet: { head: [16, 7], spine: "M16 14.5V29", hollow: true },
};

/** The tile behind the sign; on a tab's strip it must do for light and dark. */
const tiles: Record<Mood, string> = { calm: "#1d6f6a", poor: "#a3540c", alert: "#9c3312", quiet: "#5d6567" };

/** The tab's icon as an address that needs no service: the page must show its state also when that is gone. */
export function icon(mood: Mood): string {
  const { head, spine, hollow } = markShapes[mood];
  const [x, y] = head;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">` +
    `<rect width="32" height="32" rx="8" fill="${tiles[mood]}"/>` +
    `<g transform="translate(3.2 2.5) scale(.8)" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round">` +
    `<circle cx="${x}" cy="${y}" r="${hollow ? 4 : 5}" ${hollow ? 'stroke-width="2.5"' : 'fill="#fff" stroke="none"'}/>` +
    `<path d="${spine}"${hollow ? ' stroke-dasharray="1 6"' : ""}/></g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
