import { scaleLinear } from "d3-scale";
import { clockOf, dayNumber, dayShort } from "../../calendar";
import type { Week } from "../../week-contract";
import { heatCells, heatSteps, heatTable, hourRange, type HeatCell } from "../../week-view";
import { whole } from "../../week-words";
import { Chart, type Cell, type Drawing } from "./Chart";

/** From this width on the hours run across as in the time line, in pixels; under it the days do, so that numbers fit. */
export const across = 560;

/** Room for the names of the days and for those of the hours, in pixels. */
export const dayRoom = 60;
const hourRoom = 44;
const axis = 20;

/** Room at the end of a line for what its day comes to, where the chart is wide enough for it. */
export const endRoom = 84;

/** The score of each hour of each day. */
export function Heat({ week }: { week: Week }) {
  const cells = heatCells(week);
  const judged = cells.filter((c) => c.score !== null);
  const words =
    judged.length === 0
      ? "No hour of this week could be judged."
      : "Each field is an hour and its number the score, where 100 is your own upright. The smaller a field, the less of its hour could be judged; a dot is an hour without any.";
  return (
    <Chart
      name="heat"
      title="Hour by hour"
      words={words}
      table={heatTable(week)}
      draw={(width) => draw(week, cells, width)}
      on={[week]}
      legend={
        <ul class="legend" aria-label="Score">
          {heatSteps.map((least, i) => (
            <li key={least}>
              <svg class="swatch" viewBox="0 0 22 14" aria-hidden="true">
                <rect x="0.5" y="0.5" width="21" height="13" rx="2" class={`heat-${i}`} />
              </svg>
              {i === 0
                ? `under ${heatSteps[1]}`
                : i === heatSteps.length - 1
                  ? `${least} and more`
                  : `${least} to ${heatSteps[i + 1]! - 1}`}
            </li>
          ))}
        </ul>
      }
    />
  );
}

function draw(week: Week, fields: readonly HeatCell[], width: number): Drawing {
  const [from, to] = hourRange(week);
  const wide = width >= across;
  const hours = to - from;
  const room = wide ? dayRoom : hourRoom;
  // As wide as the time line's, so that hours stand under hours.
  const x = scaleLinear([0, wide ? hours : 7], [room, width - (wide ? endRoom : 0)]);
  const high = wide ? 34 : 24;
  const long = x(1) - x(0);
  const cells: Cell[] = fields.map((f) => {
    const [col, row] = wide ? [f.hour - from, f.day] : [f.day, f.hour - from];
    return { row, col, x: x(col), y: axis + row * high, width: long, height: high, words: f.words };
  });
  const everyHour = wide && long < 30 ? 2 : 1;
  return {
    height: axis + high * (wide ? 7 : hours) + 4,
    cells,
    body: (
      <>
        {week.days.map((d, i) =>
          wide ? (
            <text key={d.date} class="tick" x={0} y={axis + i * high + high / 2} dy="0.35em">
              {dayShort(d.date)} {dayNumber(d.date)}
            </text>
          ) : (
            <text key={d.date} class="tick" x={x(i) + long / 2} y={12} text-anchor="middle">
              {dayShort(d.date)}
            </text>
          ),
        )}
        {Array.from({ length: hours }, (_, i) => i).map((i) =>
          wide ? (
            i % everyHour === 0 && (
              <text key={i} class="tick" x={x(i)} y={12} text-anchor="middle">
                {clockOf((from + i) * 3600)}
              </text>
            )
          ) : (
            <text key={i} class="tick" x={0} y={axis + i * high + high / 2} dy="0.35em">
              {clockOf((from + i) * 3600)}
            </text>
          ),
        )}
        {wide &&
          week.days.map((d, i) => (
            <text
              key={d.date}
              class="tick"
              x={width}
              y={axis + i * high + high / 2}
              dy="0.35em"
              text-anchor="end"
            >
              {d.score === null ? "" : `score ${whole(d.score)}`}
            </text>
          ))}
        {fields.map((f, i) => {
          const c = cells[i]!;
          const [cx, cy] = [c.x + long / 2, c.y + high / 2];
          if (f.score === null) return <circle key={i} class="none" cx={cx} cy={cy} r="1.5" />;
          // However little it is, its number stands on its colour.
          const w = Math.min(long - 3, Math.max(24, (long - 3) * f.fill));
          const h = Math.max(17, (high - 3) * f.fill);
          return (
            <g key={i} class={`heat-${f.step}`}>
              <rect x={cx - w / 2} y={cy - h / 2} width={w} height={h} rx="4" />
              <text x={cx} y={cy} dy="0.36em" text-anchor="middle">
                {whole(f.score)}
              </text>
            </g>
          );
        })}
      </>
    ),
  };
}
