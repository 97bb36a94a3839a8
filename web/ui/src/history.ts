// The last minutes of the score, as the chart draws them: one sample a second,
// oldest first, with holes where nothing could be judged.

import { states, type Live, type State } from "./contract";
import { duration, stateLabel } from "./words";

export interface Sample {
  /** Seconds since the Unix epoch. */
  t: number;
  score: number | null;
  state: State;
}

/** How long the chart looks back, in seconds. */
export const span = 600;

/** The stretches that the chart shows, in seconds: the next longer one as it fills. */
const spans = [120, 300, span] as const;

/** From when until when the chart shows, given the first and last sample; in seconds since the epoch. */
export function timeWindow(first: number | null, last: number | null): [from: number, to: number] {
  const to = last ?? 0;
  const have = to - (first ?? 0);
  return [to - (spans.find((s) => have <= s) ?? span), to];
}

/** The longest time between two samples over which the state is taken to have gone on, in seconds. */
export const longestStep = 12;

/**
 * Adds what the service saw. Of one second the first message stays, unless the
 * state changes: so the chart is drawn once a second however often messages
 * come. A clock set back drops what would then lie in the future.
 */
export function addSample(samples: readonly Sample[], live: Live): readonly Sample[] {
  if (live.time === null || live.source.status !== "live") return samples;
  const judged = live.state !== "away" && live.state !== "unknown";
  const t = Math.floor(live.time / 1000);
  const sample: Sample = { t, score: judged ? live.score : null, state: live.state };
  const last = samples[samples.length - 1];
  if (last && last.t === t) {
    if (last.state === sample.state) return samples;
    return [...samples.slice(0, -1), sample];
  }
  const from = t - span;
  let start = 0;
  let end = samples.length;
  while (end > 0 && samples[end - 1]!.t >= t) end--;
  while (start < end && samples[start]!.t < from) start++;
  return [...samples.slice(start, end), sample];
}

/** A stretch of one state, in seconds since the epoch. */
export interface Run {
  from: number;
  to: number;
  state: State;
}

/** Joins samples to stretches of one state; unwatched time is in none. */
export function runs(samples: readonly Sample[]): Run[] {
  const out: Run[] = [];
  for (const [i, s] of samples.entries()) {
    const next = samples[i + 1];
    const to = next && next.t - s.t <= longestStep ? next.t : s.t + 1;
    const last = out[out.length - 1];
    if (last && last.state === s.state && last.to === s.t) last.to = to;
    else out.push({ from: s.t, to, state: s.state });
  }
  return out;
}

/** The samples as uPlot wants them: times and scores, null where the line breaks. */
export function columns(samples: readonly Sample[]): [number[], (number | null)[]] {
  const x: number[] = [];
  const y: (number | null)[] = [];
  let last: Sample | undefined;
  for (const s of samples) {
    if (last && s.t - last.t > longestStep) {
      x.push(last.t + 1);
      y.push(null);
    }
    x.push(s.t);
    y.push(s.score);
    last = s;
  }
  return [x, y];
}

/** The chart in a sentence: time in each state, longest first, and the middle score. */
export function summary(samples: readonly Sample[]): string {
  const seconds = new Map<State, number>();
  for (const r of runs(samples)) seconds.set(r.state, (seconds.get(r.state) ?? 0) + r.to - r.from);
  if (seconds.size === 0) return "The chart fills while you are watched.";
  const parts = [...seconds]
    .sort((a, b) => b[1] - a[1])
    .map(([state, s]) => `${stateLabel[state].toLowerCase()} ${duration(s)}`);
  const scores = samples.flatMap((s) => (s.score === null ? [] : [s.score])).sort((a, b) => a - b);
  const middle = scores[Math.floor(scores.length / 2)];
  const text = parts.join(", ");
  const score = middle === undefined ? "" : ` Middle score ${Math.round(middle)}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${score}`;
}

/** The sample nearest to t within a few seconds. */
export function nearest(samples: readonly Sample[], t: number): Sample | null {
  let best: Sample | null = null;
  for (const s of samples) if (!best || Math.abs(s.t - t) < Math.abs(best.t - t)) best = s;
  return best && Math.abs(best.t - t) <= longestStep ? best : null;
}

/** Reads samples that an earlier page of this tab kept; anything odd is left out. */
export function readSamples(v: unknown, now: number): Sample[] {
  if (!Array.isArray(v)) return [];
  const out: Sample[] = [];
  for (const s of v as Partial<Sample>[]) {
    const t = s?.t;
    const score = s?.score ?? null;
    if (typeof t !== "number" || !(t > now - span) || t > now || t <= (out.at(-1)?.t ?? 0)) continue;
    if (score !== null && typeof score !== "number") continue;
    const state = states.find((w) => w === s.state);
    if (state) out.push({ t, score, state });
  }
  return out;
}
