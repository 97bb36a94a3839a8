import { scaleLinear, scalePoint } from "d3-scale";
import { line } from "d3-shape";
import { weekWords } from "../../calendar";
import type { Week } from "../../week-contract";
import { trend, trendTable, trendWords, type TrendPoint } from "../../week-view";
import { percent } from "../../words";
import { Chart, type Drawing } from "./Chart";

const high = 262;
/** The two parts: the line of the share, and the bars of the hours. */
const lineTop = 34;
const lineFoot = 118;
const barTop = 172;
const barFoot = 236;

/** This week beside the five before it. */
export function Trend({ week }: { week: Week }) {
  const points = trend(week);
  const have = points.filter((p) => p.summary).length;
  const words =
    have < 2
      ? "There is no earlier week to compare with yet."
      : `The share of the time judged in which you were upright, and how long you sat.${week.over ? "" : " This week goes on."}`;
  return (
    <Chart
      name="trend"
      title="Week by week"
      words={words}
      table={trendTable(week)}
      draw={(width) => draw(points, width)}
      on={[week]}
    />
  );
}

/** Hours without their unit: "32", under ten with a tenth. */
const shortHours = (seconds: number): string =>
  String(Number((seconds / 3600).toFixed(seconds < 35_820 ? 1 : 0)));

function draw(points: readonly TrendPoint[], width: number): Drawing {
  const names = points.map((p) => p.week);
  const x = scalePoint(names, [0, width]).padding(0.5);
  const shares = points.flatMap((p) => p.summary?.uprightShare ?? []);
  const low = Math.max(0, Math.min(...shares, 0.9) - 0.05);
  const y = scaleLinear([low, Math.max(low + 0.2, ...shares)], [lineFoot, lineTop]);
  const sat = points.map((p) => (p.summary?.sitting ?? 0) / 3600);
  const h = scaleLinear([0, Math.max(1, ...sat)], [barFoot, barTop]);
  const path = line<TrendPoint>()
    .defined((p) => p.summary?.uprightShare != null)
    .x((p) => x(p.week)!)
    .y((p) => y(p.summary!.uprightShare!))([...points]);
  const step = width / points.length;
  const bar = Math.min(44, step * 0.6);
  return {
    height: high,
    cells: points.map((p, i) => ({
      row: 0,
      col: i,
      x: x(p.week)! - step / 2,
      y: 0,
      width: step,
      height: high,
      words: trendWords(p),
    })),
    body: (
      <>
        <text class="part" x={0} y={12}>
          Upright
        </text>
        <text class="part" x={0} y={barTop - 24}>
          Hours sat
        </text>
        <line class="grid" x1={0} x2={width} y1={barFoot} y2={barFoot} />
        {path && <path class="curve" d={path} />}
        {points.map((p) => {
          const at = x(p.week)!;
          const s = p.summary;
          return (
            <g key={p.week} class={p.here ? "here" : ""} text-anchor="middle">
              {s?.uprightShare != null && (
                <>
                  <circle
                    class={p.running ? "point hollow" : "point"}
                    cx={at}
                    cy={y(s.uprightShare)}
                    r={p.here ? 6 : 4.5}
                  />
                  <text class="value" x={at} y={y(s.uprightShare) - 12}>
                    {percent(s.uprightShare)}
                  </text>
                </>
              )}
              {s ? (
                <>
                  <rect
                    class={p.running ? "sat running" : p.here ? "sat here" : "sat"}
                    fill={p.running ? "url(#fill-sofar)" : undefined}
                    x={at - bar / 2}
                    width={bar}
                    y={h(s.sitting / 3600)}
                    height={barFoot - h(s.sitting / 3600)}
                  />
                  <text class="value" x={at} y={h(s.sitting / 3600) - 5}>
                    {shortHours(s.sitting)}
                  </text>
                </>
              ) : (
                <text class="tick" x={at} y={barFoot - 6}>
                  no data
                </text>
              )}
              <text class="tick" x={at} y={high - 8}>
                {step < 62 ? `W${Number(p.week.slice(6))}` : weekWords(p.week)}
              </text>
            </g>
          );
        })}
      </>
    ),
  };
}
