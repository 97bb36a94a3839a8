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
        <Told todo={v.todo} />
      </div>
      <div class="now-score">
        <p class={v.score === "–" ? "score none" : "score"} role="img" aria-label={v.scoreLabel}>
          {v.score}
        </p>
        <p class="score-note">{v.scoreNote}</p>
        <Calibrate prominent={v.askBaseline} />
      </div>
      <Portrait />
    </section>
  );
}

/** What the person is told: the alert that stands, or a word of praise for having heeded it. */
function Told({ todo }: { todo: string }) {
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
  // The alert says what the ordinary advice would, so it takes its place.
  const told = v.alert || v.praise?.text;
  return (
    <>
      <div class="told" role="status" aria-live="polite">
        {told && <p class={v.alert ? "alert" : "praise"}>{told}</p>}
      </div>
      {!told && todo && <p class="todo">{todo}</p>}
    </>
  );
}
