import { scaleLinear } from "d3-scale";
import type { Week } from "../../week-contract";
import { strainRows, strainTable, type StrainRow } from "../../week-view";
import { strain } from "../../week-words";
import { Chart, type Cell, type Drawing } from "./Chart";
import { Swatch } from "./Patterns";

const high = 34;
const bar = 9;
const gap = 22;

/** Strain by area of the back, and by the signs that it is reckoned from. */
export function Strain({ week }: { week: Week }) {
  const rows = strainRows(week);
  // Beside a whole week one that goes on would only look small.
  const before = week.over && week.comparison.before !== null;
  return (
    <Chart
      name="strain"
      title="Strain on your back"
      words="A minute here is a minute in a posture that only just is a slouch; a worse one counts for more, a better one for less. It is no measure of harm."
      table={strainTable(week)}
      draw={(width) => draw(rows.areas, rows.signals, before, width)}
      on={[week]}
      legend={
        <ul class="legend" aria-label="Strain">
          <li>
            <Swatch group="slouching" />
            of it long sitting
          </li>
          {before && (
            <li>
              <svg class="swatch round" viewBox="0 0 14 14" aria-hidden="true">
                <line class="was" x1="7" x2="7" y1="1" y2="13" />
              </svg>
              the week before
            </li>
          )}
        </ul>
      }
    >
      <p class="note seen">{week.exposure.note}</p>
    </Chart>
  );
}

function draw(
  areas: readonly StrainRow[],
  signals: readonly StrainRow[],
  before: boolean,
  width: number,
): Drawing {
  const all = [...areas, ...signals];
  const most = Math.max(1, ...all.map((r) => Math.max(r.minutes ?? 0, (before && r.before) || 0)));
  const x = scaleLinear([0, most], [0, width]);
  const cells: Cell[] = [];
  const line = (r: StrainRow, row: number, y: number) => {
    cells.push({ row, col: 0, x: 0, y, width, height: high, words: r.words });
    const sitting = x(Math.min(r.sitting, r.minutes ?? 0));
    return (
      <g key={r.label}>
        <text class="label" x={0} y={y + 14}>
          {r.label}
        </text>
        <text class="value" x={width} y={y + 14} text-anchor="end">
          {strain(r.minutes)}
        </text>
        <rect class="rail" x={0} y={y + 20} width={width} height={bar} rx="3" />
        <rect class="strain" x={0} y={y + 20} width={x(r.minutes ?? 0)} height={bar} rx="3" />
        {sitting > 0 && (
          <rect
            class="group slouching"
            fill="url(#fill-slouching)"
            x={x(r.minutes ?? 0) - sitting}
            y={y + 20}
            width={sitting}
            height={bar}
          />
        )}
        {before && r.before !== null && (
          <line class="was" x1={x(r.before)} x2={x(r.before)} y1={y + 17} y2={y + 20 + bar + 3} />
        )}
      </g>
    );
  };
  const half = areas.length * high;
  return {
    height: half + (signals.length > 0 ? gap + signals.length * high : 0) + 4,
    cells,
    body: (
      <>
        {areas.map((r, i) => line(r, i, i * high))}
        {signals.length > 0 && (
          <text class="part" x={0} y={half + 17}>
            By sign
          </text>
        )}
        {signals.map((r, i) => line(r, areas.length + i, half + gap + i * high))}
      </>
    ),
  };
}
