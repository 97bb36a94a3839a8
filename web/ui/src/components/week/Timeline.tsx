import { scaleLinear } from "d3-scale";
import { clockOf, dayNumber, dayShort } from "../../calendar";
import type { Week } from "../../week-contract";
import { boutCount, boutTable, boutWords, hourRange, stretches } from "../../week-view";
import { hours } from "../../week-words";
import { Chart, type Cell, type Drawing } from "./Chart";
import { across, dayRoom, endRoom } from "./Heat";

const axis = 20;
const high = 30;
const bar = 16;

/** The stretches of sitting of each day; what is between them are the breaks. */
export function Timeline({ week }: { week: Week }) {
  const n = week.days.reduce((sum, d) => sum + d.bouts.length, 0);
  const words =
    n === 0
      ? "No stretch of sitting this week."
      : `${n === 1 ? "One stretch" : `${n} stretches`} of sitting, ${hours(week.sitting)} in all. The gaps are breaks of two minutes and more, or times without a look.`;
  return (
    <Chart
      name="timeline"
      title="When you sat"
      words={words}
      table={boutTable(week)}
      draw={(width) => draw(week, width)}
      on={[week]}
    />
  );
}

function draw(week: Week, width: number): Drawing {
  const [from, to] = hourRange(week);
  const end = width >= across ? endRoom : 18;
  const x = scaleLinear([from, to], [dayRoom, width - end]);
  const every = [1, 2, 3, 4, 6].find((n) => (x(n) - x(0)) / 44 >= 1) ?? 6;
  const cells: Cell[] = [];
  const pieces = week.days.flatMap((d, row) =>
    stretches(d).map((s, col) => {
      const at = {
        x: x(s.from),
        width: Math.max(2, x(s.to) - x(s.from)),
        y: axis + row * high + (high - bar) / 2,
      };
      cells.push({ row, col, ...at, y: axis + row * high, height: high, words: boutWords(d, s.bout) });
      return { ...at, open: s.bout.open };
    }),
  );
  const bottom = axis + 7 * high;
  return {
    height: bottom + 4,
    cells,
    body: (
      <>
        {Array.from({ length: to - from + 1 }, (_, i) => from + i).map((h) =>
          (h - from) % every === 0 ? (
            <g key={h}>
              <line class="grid" x1={x(h)} x2={x(h)} y1={axis} y2={bottom} />
              <text class="tick" x={x(h)} y={12} text-anchor="middle">
                {clockOf(h * 3600)}
              </text>
            </g>
          ) : null,
        )}
        {week.days.map((d, i) => (
          <g key={d.date}>
            <text class="tick" x={0} y={axis + i * high + high / 2} dy="0.35em">
              {dayShort(d.date)} {dayNumber(d.date)}
            </text>
            <line
              class="track"
              x1={x(from)}
              x2={x(to)}
              y1={axis + i * high + high / 2}
              y2={axis + i * high + high / 2}
            />
            {end === endRoom && (
              <text class="tick" x={width} y={axis + i * high + high / 2} dy="0.35em" text-anchor="end">
                {boutCount(d)}
              </text>
            )}
          </g>
        ))}
        {pieces.map((p, i) => (
          <rect
            key={i}
            class={p.open ? "bout open" : "bout"}
            x={p.x}
            y={p.y}
            width={p.width}
            height={bar}
            rx={Math.min(4, p.width / 2)}
          />
        ))}
      </>
    ),
  };
}
