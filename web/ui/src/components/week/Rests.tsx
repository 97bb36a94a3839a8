import { scaleBand } from "d3-scale";
import { dayShort } from "../../calendar";
import type { Week } from "../../week-contract";
import { breakDayWords, restTable } from "../../week-view";
import { alertWords, breakWords, episodeWords } from "../../week-words";
import { Chart, type Drawing } from "./Chart";

const foot = 24;
/** As far apart as the marks are at most, and as high as they may stack, in pixels. */
const apart = 13;
const tallest = 150;

/** Breaks by day, and slouches and alerts in words. */
export function Rests({ week }: { week: Week }) {
  return (
    <Chart
      name="rests"
      title="Breaks, slouches, alerts"
      words={breakWords(week).join(" ")}
      table={restTable(week)}
      draw={(width) => draw(week, width)}
      on={[week]}
      legend={
        <ul class="legend" aria-label="Breaks">
          <li>
            <Mark kind="full" /> five minutes or more
          </li>
          <li>
            <Mark kind="short" /> two to five
          </li>
          <li>
            <Mark kind="debt" /> suggested, not made up for
          </li>
        </ul>
      }
    >
      <dl class="told-twice">
        <div>
          <dt>Slouches</dt>
          <dd>{episodeWords(week).join(" ")}</dd>
        </div>
        <div>
          <dt>Alerts</dt>
          <dd>{alertWords(week).join(" ")}</dd>
        </div>
      </dl>
    </Chart>
  );
}

type Kind = "full" | "short" | "debt";

const Mark = ({ kind }: { kind: Kind }) => (
  <svg class="swatch round" viewBox="0 0 14 14" aria-hidden="true">
    <circle class={`rest ${kind}`} cx="7" cy="7" r={radius[kind]} />
  </svg>
);

const radius: Record<Kind, number> = { full: 5.2, short: 3.6, debt: 4.4 };

function draw(week: Week, width: number): Drawing {
  const marks = week.days.map((d): Kind[] => [
    ...Array.from({ length: d.breaks.full }, (): Kind => "full"),
    ...Array.from({ length: Math.max(0, d.breaks.taken - d.breaks.full) }, (): Kind => "short"),
    ...Array.from({ length: d.breaks.debt }, (): Kind => "debt"),
  ]);
  const most = Math.max(1, ...marks.map((m) => m.length));
  const by = Math.min(apart, tallest / most);
  const scale = Math.min(1, by / apart);
  const height = Math.max(40, most * by) + foot;
  const x = scaleBand<number>([0, 1, 2, 3, 4, 5, 6], [0, width]);
  return {
    height,
    cells: week.days.map((d, i) => ({
      row: 0,
      col: i,
      x: x(i)!,
      y: 0,
      width: x.bandwidth(),
      height,
      words: breakDayWords(d),
    })),
    body: (
      <>
        <line class="grid" x1={0} x2={width} y1={height - foot} y2={height - foot} />
        {marks.map((day, i) => (
          <g key={i}>
            {day.map((kind, n) => (
              <circle
                key={n}
                class={`rest ${kind}`}
                cx={x(i)! + x.bandwidth() / 2}
                cy={height - foot - 2 - by * (n + 0.5)}
                r={radius[kind] * scale}
              />
            ))}
            <text class="tick" x={x(i)! + x.bandwidth() / 2} y={height - 6} text-anchor="middle">
              {dayShort(week.days[i]!.date)}
            </text>
          </g>
        ))}
      </>
    ),
  };
}
