import { useView } from "../hooks";
import { isStale, now } from "../view";
import { Calibrate } from "./Calibrate";
import { Portrait } from "./Portrait";
import { Told } from "./Told";

/** The first thing to see: the state, the score, the figure, and an alert when there is one. */
export function Now() {
  const v = useView((app) => ({ ...now(app), stale: isStale(app) }));
  return (
    <section class={`now${v.stale ? " stale" : ""}`} aria-label="Now">
      <div class="now-words">
        <h1 tabIndex={-1}>{v.title}</h1>
        <p class="since">{v.since}</p>
        <Told todo={v.todo} />
      </div>
      <div class="now-score">
        <p class={v.score === "–" ? "score none" : "score"} role="img" aria-label={v.scoreLabel}>
          {v.score}
        </p>
        <p class="score-note">{v.scoreNote}</p>
        <Calibrate use={v.calibrate} />
      </div>
      <Portrait />
    </section>
  );
}
