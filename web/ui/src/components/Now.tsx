import { useEffect } from "preact/hooks";
import { useServices, useView } from "../hooks";
import { isStale, now } from "../view";
import { Calibrate } from "./Calibrate";
import { Portrait } from "./Portrait";

/** The first thing to see: the state, the score, the figure, and an alert when there is one. */
export function Now() {
  const v = useView((app) => ({ ...now(app), stale: isStale(app) }));
  return (
    <section class={`now${v.stale ? " stale" : ""}`} aria-label="Now">
      <div class="now-words">
        <h1>{v.title}</h1>
        <p class="since">{v.since}</p>
        {v.todo && <p class="todo">{v.todo}</p>}
        <Told />
      </div>
      <div class="now-score">
        <p class="score" role="img" aria-label={v.scoreLabel}>
          {v.score}
        </p>
        <p class="score-note">of 100, your own upright</p>
        <Calibrate prominent={v.askBaseline} />
      </div>
      <Portrait />
    </section>
  );
}

/** What the person is told: the alert that stands, or a word of praise for having heeded it. */
function Told() {
  const { store } = useServices();
  const v = useView((app) => ({ alert: app.live?.alert?.text ?? "", praise: app.praise }));
  const until = v.praise?.until;
  useEffect(() => {
    if (until === undefined) return;
    const timer = setTimeout(
      () => store.dispatch({ type: "tick", at: performance.now() }),
      until - performance.now() + 20,
    );
    return () => clearTimeout(timer);
  }, [until, store]);
  return (
    <div class="told" role="status" aria-live="polite">
      {v.alert ? <p class="alert">{v.alert}</p> : v.praise && <p class="praise">{v.praise.text}</p>}
    </div>
  );
}
