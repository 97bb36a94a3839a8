import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { State } from "../contract";
import { columns, nearest, runs, summary, timeWindow, type Sample } from "../history";
import { useView } from "../hooks";
import { isStale } from "../view";
import { ago, clock, clockSeconds, stateLabel } from "../words";

/** How a state is shaded: kinds differ in form as well as in colour. */
type Shade = "calm" | "poor" | "other" | "empty" | "unseen";

const shade: Record<State, Shade> = {
  upright: "calm",
  slouching: "poor",
  leaning_in: "other",
  leaning_aside: "other",
  looking_down: "other",
  turned: "other",
  standing: "empty",
  away: "empty",
  unknown: "unseen",
};

const height = 150;

/** The score of the last minutes. */
export function Chart() {
  const samples = useView((app) => app.samples);
  const stale = useView(isStale);
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const plot = useRef<uPlot | null>(null);
  const current = useRef(samples);
  current.current = samples;
  const words = useMemo(() => summary(samples), [samples]);

  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const say = (x: number | null) => {
      const s = x === null ? null : nearest(current.current, x);
      if (readout.current) readout.current.textContent = s ? sampleWords(s) : "";
    };
    const { colour, forget } = palette(el);
    const u = new uPlot(options(el, current, colour, say), columns(samples), el);
    plot.current = u;
    let width = el.clientWidth;
    const resized = new ResizeObserver(() => {
      if (el.clientWidth === width || el.clientWidth === 0) return;
      width = el.clientWidth;
      u.setSize({ width, height });
    });
    resized.observe(el);
    const repaint = () => {
      forget();
      u.redraw(false);
    };
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", repaint);
    const themed = new MutationObserver(repaint);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", repaint);
      u.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.setData(columns(samples)), [samples]);

  const keys = (e: KeyboardEvent) => {
    const u = plot.current;
    const x = u?.data[0];
    if (!u || !x || x.length === 0) return;
    const last = x.length - 1;
    const i = u.cursor.idx ?? (e.key === "ArrowLeft" ? last + 1 : -1);
    const jump = e.shiftKey ? 30 : 1;
    const to = { ArrowLeft: i - jump, ArrowRight: i + jump, Home: 0, End: last }[e.key];
    if (e.key === "Escape") {
      u.setCursor({ left: -10, top: -10 });
      return;
    }
    if (to === undefined) return;
    e.preventDefault();
    const t = x[Math.min(last, Math.max(0, to))]!;
    u.setCursor({ left: u.valToPos(t, "x"), top: u.over.clientHeight / 2 });
  };
  return (
    <section class={`chart${stale ? " stale" : ""}`} aria-labelledby="chart-title">
      <div class="row">
        <h2 id="chart-title">Score of the last minutes</h2>
        <p class="readout" ref={readout} role="status" />
      </div>
      <div
        class="plot"
        ref={box}
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`Score over the last minutes. ${words} Arrow keys read single moments.`}
        onKeyDown={keys}
        onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
      />
      <div class="row">
        <p class="note">{words}</p>
        <ul class="legend" aria-label="Bands">
          <li>
            <i class="band calm" /> upright
          </li>
          <li>
            <i class="band poor" /> slouching
          </li>
          <li>
            <i class="band other" /> other sitting
          </li>
          <li>
            <i class="band unseen" /> not seen
          </li>
        </ul>
      </div>
    </section>
  );
}

function sampleWords(s: Sample): string {
  const score = s.score === null ? "" : `, ${Math.round(s.score)}`;
  return `${clockSeconds(s.t * 1000)}${score}, ${stateLabel[s.state].toLowerCase()}`;
}

type Colour = (token: string) => string;

/** Looks tokens up in the element's present theme, once each until `forget`. */
function palette(el: HTMLElement): { colour: Colour; forget: () => void } {
  const known = new Map<string, string>();
  const colour = (token: string): string => {
    let c = known.get(token);
    if (c === undefined) {
      // Only the browser can say what light-dark() is now.
      el.style.color = `var(--${token})`;
      c = getComputedStyle(el).color;
      el.style.color = "";
      known.set(token, c);
    }
    return c;
  };
  return { colour, forget: () => known.clear() };
}

function options(
  el: HTMLElement,
  samples: { current: readonly Sample[] },
  colour: Colour,
  say: (x: number | null) => void,
): uPlot.Options {
  const font = `12px ${getComputedStyle(el).fontFamily}`;
  return {
    width: el.clientWidth,
    height,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { size: 9 } },
    scales: {
      x: { time: true, range: (_u, min, max) => timeWindow(min, max) },
      y: { range: [0, 100] },
    },
    axes: [
      {
        font,
        size: 28,
        stroke: () => colour("ink-soft"),
        grid: { show: false },
        ticks: { show: false },
        // Counted back from the last sample, so that the labels stand still.
        splits: (_u, _i, min, max) => {
          const n = max - min > 120 ? 5 : 4;
          return Array.from({ length: n + 1 }, (_, i) => max - ((max - min) * i) / n);
        },
        values: (u, splits) =>
          splits.map((t, i) => {
            if (t <= 0 || i === splits.length - 1 || (u.width < 480 && i % 2 === 1)) return null;
            return i === 0 ? clock(t * 1000) : `−${ago(splits[0]! - t)}`;
          }),
      },
      {
        font,
        size: 34,
        stroke: () => colour("ink-soft"),
        splits: () => [0, 50, 100],
        grid: { stroke: () => colour("line"), width: 1 },
        ticks: { show: false },
      },
    ],
    series: [{}, { stroke: () => colour("ink"), width: 2, points: { show: false }, spanGaps: false }],
    hooks: {
      drawClear: [(u) => shadeBands(u, samples.current, colour)],
      setCursor: [
        (u) =>
          say(u.cursor.idx == null || (u.cursor.left ?? -1) < 0 ? null : (u.data[0][u.cursor.idx] ?? null)),
      ],
    },
  };
}

/** Paints a strip under the curve for each stretch of one state. */
function shadeBands(u: uPlot, samples: readonly Sample[], colour: Colour): void {
  const { ctx } = u;
  const px = devicePixelRatio || 1;
  const { left, top, width, height: tall } = u.bbox;
  const bottom = top + tall;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, tall);
  ctx.clip();
  for (const r of runs(samples)) {
    const x = u.valToPos(r.from, "x", true);
    const w = Math.max(px, u.valToPos(r.to, "x", true) - x);
    const kind = shade[r.state];
    if (kind === "poor") {
      ctx.fillStyle = colour("poor-wash");
      ctx.fillRect(x, top, w, tall);
      ctx.fillStyle = colour("poor-mark");
      ctx.fillRect(x, bottom - 8 * px, w, 8 * px);
    } else if (kind === "calm" || kind === "other") {
      ctx.fillStyle = colour(kind === "calm" ? "calm-mark" : "other-mark");
      const h = (kind === "calm" ? 3 : 5) * px;
      ctx.fillRect(x, bottom - h, w, h);
    } else if (kind === "unseen") {
      hatch(ctx, x, top, w, tall, 7 * px, colour("line-strong"), px);
    }
  }
  ctx.restore();
}

function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  w: number,
  h: number,
  gap: number,
  stroke: string,
  px: number,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.globalAlpha = 0.45;
  ctx.strokeStyle = stroke;
  ctx.lineWidth = px;
  ctx.beginPath();
  for (let at = Math.floor((x - h) / gap) * gap; at < x + w; at += gap) {
    ctx.moveTo(at, y + h);
    ctx.lineTo(at + h, y);
  }
  ctx.stroke();
  ctx.restore();
}
