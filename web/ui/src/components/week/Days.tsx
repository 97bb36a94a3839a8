import { scaleBand, scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { dayNumber, dayShort } from "../../calendar";
import type { Week } from "../../week-contract";
import { dayBar, dayTable, dayWords, groupLabel, groups, type DayBar } from "../../week-view";
import { coverageWords } from "../../week-words";
import { Chart, type Drawing } from "./Chart";
import { fillOf, Swatch } from "./Patterns";

const high = 236;
const top = 22;
const foot = 38;
const room = 44;

/** Less of a state is no visible stripe, in seconds. */
const least = 30;

/** How the time of each day was spent. */
export function Days({ week }: { week: Week }) {
  return (
    <Chart
      name="days"
      title="Day by day"
      words={coverageWords(week)}
      table={dayTable(week)}
      draw={(width) => draw(week, width)}
      on={[week]}
      legend={
        <ul class="legend" aria-label="States">
          {groups.map((g) => (
            <li key={g}>
              <Swatch group={g} />
              {groupLabel[g]}
            </li>
          ))}
        </ul>
      }
    />
  );
}

function draw(week: Week, width: number): Drawing {
  const bars = week.days.map(dayBar);
  const most = Math.max(3600, ...bars.map((b) => b.total));
  const y = scaleLinear([0, most / 3600], [high - foot, top]).nice(4);
  // Tenths of an hour are nothing one says.
  const inMinutes = y.domain()[1]! < 2;
  const x = scaleBand<number>([0, 1, 2, 3, 4, 5, 6], [room, width]).padding(0.28);
  const series = stack<unknown, DayBar, (typeof groups)[number]>()
    .keys(groups)
    .value((b, g) => b[g] / 3600)(bars);
  const wide = x.bandwidth();
  return {
    height: high,
    cells: week.days.map((d, i) => ({
      row: 0,
      col: i,
      x: x(i)! - (x.step() - wide) / 2,
      y: 0,
      width: x.step(),
      height: high,
      words: dayWords(d),
    })),
    body: (
      <>
        {y.ticks(4).map((t) => (
          <g key={t}>
            <line class="grid" x1={room} x2={width} y1={y(t)} y2={y(t)} />
            <text class="tick" x={0} y={y(t)} dy="0.35em">
              {inMinutes ? `${Math.round(t * 60)} min` : `${t} h`}
            </text>
          </g>
        ))}
        {series.map((s) =>
          s.map(([from, to], day) =>
            (to - from) * 3600 < least ? null : (
              <rect
                key={`${s.key} ${day}`}
                class={`group ${s.key}`}
                fill={fillOf(s.key)}
                x={x(day)}
                width={wide}
                y={y(to)}
                height={y(from) - y(to)}
              />
            ),
          ),
        )}
        {week.days.map((d, i) => (
          <g key={d.date} text-anchor="middle">
            <text class="tick" x={x(i)! + wide / 2} y={high - foot + 16}>
              {dayShort(d.date)}
            </text>
            <text class="tick" x={x(i)! + wide / 2} y={high - foot + 31}>
              {dayNumber(d.date)}
            </text>
          </g>
        ))}
      </>
    ),
  };
}
