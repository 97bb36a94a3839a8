import { scaleBand, scaleLinear } from "d3-scale";
import { dayShort } from "../../calendar";
import { maxTension } from "../../contract";
import type { Week } from "../../week-contract";
import { diary, diaryTable, type DiaryRow } from "../../week-view";
import { doneWords, tension } from "../../week-words";
import { Chart, type Cell, type Drawing } from "./Chart";

/** One area: its name, the dots of the tension, the bars of the strain. */
const name = 18;
const dots = 62;
const bars = 34;
const foot = 30;
const high = name + dots + bars + foot;
const roomy = 560;

/** Tension as the person said it, beside what the day put on that area. */
export function Diary({ week }: { week: Week }) {
  const rows = diary(week);
  const said = week.checkIns.reduce((n, c) => n + c.count, 0);
  const done = doneWords(week);
  const words =
    said === 0
      ? "Nothing was said of your back this week. Where it is, it stands here beside the strain of the day."
      : `What you said of your back, 0 to ${maxTension}, above the strain of each day. Side by side they show what goes together, not what causes what.`;
  return (
    <Chart
      name="diary"
      title="How your back felt"
      words={words}
      table={diaryTable(week)}
      draw={(width) => draw(week, rows, width)}
      on={[week]}
    >
      {done && <p>You did {done}</p>}
      <p class="note seen">{week.exposure.note}</p>
    </Chart>
  );
}

function draw(week: Week, rows: readonly DiaryRow[], width: number): Drawing {
  const across = width >= roomy ? rows.length : 1;
  const gap = 28;
  const wide = (width - gap * (across - 1)) / across;
  const most = Math.max(1, ...rows.flatMap((r) => r.days.map((d) => d.strain ?? 0)));
  const x = scaleBand<number>([0, 1, 2, 3, 4, 5, 6], [0, wide]);
  const t = scaleLinear([0, maxTension], [name + dots - 6, name + 14]);
  const b = scaleLinear([0, most], [0, bars]);
  const cells: Cell[] = [];
  const body = rows.map((r, i) => {
    const [left, top] = across > 1 ? [i * (wide + gap), 0] : [0, i * high];
    const line = across > 1 ? 0 : i;
    const base = name + dots + bars;
    const level = name + dots - 6;
    return (
      <g key={r.area} transform={`translate(${left},${top})`}>
        <text class="part" x={0} y={12}>
          {r.label}
        </text>
        <line class="grid" x1={0} x2={wide} y1={level} y2={level} />
        <line class="grid" x1={0} x2={wide} y1={base} y2={base} />
        {r.days.map((d, day) => {
          const mid = x(day)! + x.bandwidth() / 2;
          const bar = Math.min(20, x.bandwidth() * 0.55);
          cells.push({
            row: line,
            col: (across > 1 ? i * 7 : 0) + day,
            x: left + x(day)!,
            y: top + name,
            width: x.bandwidth(),
            height: high - name - 6,
            words: d.words,
          });
          return (
            <g key={day} text-anchor="middle">
              {d.tension !== null && (
                <>
                  <line class="stem" x1={mid} x2={mid} y1={level} y2={t(d.tension)} />
                  <circle class="felt" cx={mid} cy={t(d.tension)} r="5" />
                  <text class="value" x={mid} y={t(d.tension) - 8}>
                    {tension(d.tension)}
                  </text>
                </>
              )}
              {d.strain !== null && d.strain > 0 && (
                <rect
                  class="strain"
                  x={mid - bar / 2}
                  width={bar}
                  y={base - Math.max(1, b(d.strain))}
                  height={Math.max(1, b(d.strain))}
                />
              )}
              <text class="tick" x={mid} y={base + 15}>
                {wide < 230 ? dayShort(week.days[day]!.date).slice(0, 1) : dayShort(week.days[day]!.date)}
              </text>
            </g>
          );
        })}
      </g>
    );
  });
  return { height: across > 1 ? high : high * rows.length, cells, body };
}
