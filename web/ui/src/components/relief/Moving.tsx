import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { keyPoses, motionOf, poseAt, shapes, type Motion, type Pose, type Shape } from "../../relief-figure";
import type { PhaseKind } from "../../relief-player";

/** Whether the person asked for less motion. */
export function useStill(): boolean {
  const [still, set] = useState(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    const asks = matchMedia("(prefers-reduced-motion: reduce)");
    const look = () => set(asks.matches);
    asks.addEventListener("change", look);
    return () => asks.removeEventListener("change", look);
  }, []);
  return still;
}

/** Smooth enough for slow movements, and half of what a screen could show, in milliseconds. */
const frameTime = 30;

/** Calls draw for each frame while `on`; the browser calls nothing while the page is hidden. */
export function useFrames(on: boolean, draw: (now: number) => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    if (!on) return;
    let frame = 0;
    let last = -Infinity;
    const next = () => {
      const now = performance.now();
      if (now - last >= frameTime) {
        last = now;
        latest.current(now);
      }
      frame = requestAnimationFrame(next);
    };
    frame = requestAnimationFrame(next);
    return () => cancelAnimationFrame(frame);
  }, [on]);
}

/** Where an exercise is, for the figure. */
export interface Moment {
  kind: PhaseKind;
  share: number;
  /** Since it began, in milliseconds. */
  ms: number;
  /** The other side, or the other way. */
  other: boolean;
}

interface MovingProps {
  exercise: string;
  /** Says for the figure what is shown. */
  label: string;
  /** Where it is at a moment; without one the figure shows the exercise for a while. */
  at?: (now: number) => Moment;
  /** It stands still for now. */
  paused?: boolean;
}

/** The figure that does an exercise; for whoever wants no motion its two key poses, side by side. */
export function Moving({ exercise, label, at, paused = false }: MovingProps) {
  const m = motionOf(exercise);
  const still = useStill();
  if (still) {
    const [first, then] = keyPoses(m);
    const other = at?.(performance.now()).other ?? false;
    return (
      <div class="moving still" role="img" aria-label={label}>
        <Drawing motion={m} pose={first} other={other} />
        <Drawing motion={m} pose={then} other={other} />
      </div>
    );
  }
  return at ? (
    <div class="moving" role="img" aria-label={label}>
      <Animated key={exercise} motion={m} at={at} paused={paused} />
    </div>
  ) : (
    <Demo key={exercise} motion={m} label={label} />
  );
}

/** How long an exercise is shown by itself, in milliseconds: a page left open must cost nothing. */
const demoTime = 20_000;

/** An exercise shown by itself for a while, and again when it is pointed at. */
function Demo({ motion, label }: { motion: Motion; label: string }) {
  const [since, begin] = useState(() => performance.now());
  const [on, setOn] = useState(true);
  useEffect(() => {
    setOn(true);
    const timer = setTimeout(() => setOn(false), demoTime);
    return () => clearTimeout(timer);
  }, [since]);
  const again = () => {
    if (!on) begin(performance.now());
  };
  return (
    <div class="moving" role="img" aria-label={label} onPointerEnter={again} onClick={again}>
      <Animated motion={motion} at={(now) => shown(motion, now - since)} paused={!on} />
    </div>
  );
}

const spans: readonly [PhaseKind, number][] = [
  ["ready", 500],
  ["in", 1600],
  ["hold", 1300],
  ["out", 1600],
];
const round = spans.reduce((sum, [, ms]) => sum + ms, 0);

/** Where an exercise is that is shown by itself: into it, held for a moment, and back. */
export function shown(m: Motion, ms: number): Moment {
  const other = m.alternate === true && Math.floor(ms / round) % 2 === 1;
  let left = Math.max(0, ms) % round;
  for (const [kind, long] of spans) {
    if (left < long) return { kind, share: left / long, ms, other };
    left -= long;
  }
  return { kind: "ready", share: 0, ms, other };
}

/** Turned as a whole for the other side when seen from in front or behind. */
const turned = (m: Motion, other: boolean) =>
  other && m.view !== "side" ? "translate(200 0) scale(-1 1)" : undefined;

function Drawing({ motion, pose, other }: { motion: Motion; pose: Pose; other: boolean }) {
  return (
    <svg viewBox={motion.box.join(" ")} aria-hidden="true">
      <g transform={turned(motion, other)}>{paths(shapes(motion, pose, other))}</g>
    </svg>
  );
}

const paths = (list: readonly Shape[]) => list.map((s, i) => <path key={i} class={s.part} d={s.d} />);

/** Drawn anew for each frame past the page's own drawing, which would cost more. */
function Animated(p: { motion: Motion; at: (now: number) => Moment; paused: boolean }) {
  const { motion } = p;
  const group = useRef<SVGGElement>(null);
  const first = useMemo(() => paths(shapes(motion, motion.into[0]!)), [motion]);
  const draw = (now: number) => {
    const g = group.current;
    if (!g) return;
    const { kind, share, ms, other } = p.at(now);
    shapes(motion, poseAt(motion, kind, share, ms), other).forEach((s, i) =>
      g.children[i]?.setAttribute("d", s.d),
    );
    const turn = turned(motion, other);
    if (turn) g.setAttribute("transform", turn);
    else g.removeAttribute("transform");
  };
  useFrames(!p.paused, draw);
  useEffect(() => draw(performance.now()), [p.paused]);
  return (
    <svg viewBox={motion.box.join(" ")} aria-hidden="true">
      <g ref={group}>{first}</g>
    </svg>
  );
}
