import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Table } from "../../week-view";

/** A part of a chart that can be read on its own, by pointer or by key. */
export interface Cell {
  row: number;
  col: number;
  x: number;
  y: number;
  width: number;
  height: number;
  words: string;
}

/** A chart as drawn at some width, in pixels. */
export interface Drawing {
  height: number;
  cells: readonly Cell[];
  body: ComponentChildren;
}

interface Props {
  /** Names the section; also its place on the page. */
  name: string;
  title: string;
  /** The chart in a sentence. */
  words: string;
  table: Table;
  /** A pure function of what it closes over, which `on` names. */
  draw: (width: number) => Drawing;
  on: readonly unknown[];
  legend?: ComponentChildren;
  children?: ComponentChildren;
}

/**
 * How wide a chart is where that can't be measured; and on paper, by how much of
 * it there is. It is drawn a quarter wider than it is printed, so that a week
 * has room on two sheets.
 */
const unmeasured = 640;
const onPaper = { full: 860, half: 410 };

/** A chart in its frame: what it shows in a sentence, a readout, and the table behind it. */
export function Chart({ name, title, words, table, draw, on, legend, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [at, setAt] = useState(-1);
  const drawing = useMemo(() => draw(width), [width, ...on]);
  const { cells, height } = drawing;
  const here = cells[at];

  const point = (e: PointerEvent) => {
    const el = box.current!;
    const bounds = el.getBoundingClientRect();
    const scale = bounds.width > 0 ? width / bounds.width : 1;
    setAt(hit(cells, (e.clientX - bounds.left) * scale, (e.clientY - bounds.top) * scale));
  };
  const keys = (e: KeyboardEvent) => {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === "Escape") {
      setAt(-1);
      return;
    }
    const to = step(cells, at, e.key);
    if (to === null) return;
    e.preventDefault();
    setAt(to);
  };
  return (
    <section class={`card ${name}`} aria-labelledby={`${name}-title`}>
      <div class="row">
        <h2 id={`${name}-title`}>{title}</h2>
        <p class="readout" role="status">
          {here?.words ?? ""}
        </p>
      </div>
      <p class="note">{words}</p>
      <div
        class="drawing"
        ref={box}
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`${title}. ${words} Arrow keys read single figures.`}
        onKeyDown={keys}
        onBlur={() => setAt(-1)}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={(e) => e.pointerType === "mouse" && setAt(-1)}
      >
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {drawing.body}
          {here && (
            <rect class="cursor" x={here.x} y={here.y} width={here.width} height={here.height} rx="3" />
          )}
        </svg>
      </div>
      {legend}
      {children}
      <AsTable table={table} />
    </section>
  );
}

/** The table behind a chart, for whoever would rather read it. */
export function AsTable({ table }: { table: Table }) {
  return (
    <details class="as-table">
      <summary>
        Show as table<span class="sr">: {table.caption}</span>
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={table.caption}>
        <table>
          <caption class="sr">{table.caption}</caption>
          <thead>
            <tr>
              {table.head.map((h) => (
                <th key={h} scope="col">
                  {h}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, i) => (
              <tr key={i}>
                {row.map((cell, j) =>
                  j === 0 ? (
                    <th key={j} scope="row">
                      {cell}
                    </th>
                  ) : (
                    <td key={j}>{cell}</td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
        {table.rows.length === 0 && <p class="note">Nothing to list.</p>}
      </div>
    </details>
  );
}

/** The cell under a point; -1 for none. */
export const hit = (cells: readonly Cell[], x: number, y: number): number =>
  cells.findIndex((c) => x >= c.x && x < c.x + c.width && y >= c.y && y < c.y + c.height);

/** Where a key leads from a cell: to the next one in its row or column; null when it is no such key. */
export function step(cells: readonly Cell[], at: number, key: string): number | null {
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(key) || cells.length === 0)
    return null;
  const from = cells[at];
  if (!from) return key === "ArrowLeft" || key === "ArrowUp" || key === "End" ? cells.length - 1 : 0;
  const row = cells
    .flatMap((c, i) => (c.row === from.row ? [i] : []))
    .sort((a, b) => cells[a]!.col - cells[b]!.col);
  const place = row.indexOf(at);
  switch (key) {
    case "ArrowLeft":
      return row[Math.max(0, place - 1)]!;
    case "ArrowRight":
      return row[Math.min(row.length - 1, place + 1)]!;
    case "Home":
      return row[0]!;
    case "End":
      return row.at(-1)!;
  }
  // Up and down: the nearest one in the next row that has any.
  const down = key === "ArrowDown";
  const rows = [...new Set(cells.map((c) => c.row))].sort((a, b) => a - b);
  const next = rows[rows.indexOf(from.row) + (down ? 1 : -1)];
  if (next === undefined) return at;
  let best = at;
  let least = Infinity;
  for (const [i, c] of cells.entries()) {
    const away = Math.abs(c.x + c.width / 2 - from.x - from.width / 2);
    if (c.row !== next || away >= least) continue;
    [best, least] = [i, away];
  }
  return best;
}

/** The width to draw at: that of the box, and that of the paper when it is printed. */
function useWidth(box: { current: HTMLElement | null }): number {
  const [width, set] = useState(unmeasured);
  const [printed, setPrinted] = useState(0);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    const measure = () => el.clientWidth > 0 && set(Math.round(el.clientWidth));
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(el);
    const print = matchMedia("print");
    const before = () => setPrinted(el.closest(".half") ? onPaper.half : onPaper.full);
    const after = () => setPrinted(0);
    const turn = () => (print.matches ? before() : after());
    print.addEventListener("change", turn);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    turn();
    return () => {
      resized.disconnect();
      print.removeEventListener("change", turn);
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return printed || width;
}
