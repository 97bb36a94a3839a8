import { useEffect, useState } from "preact/hooks";
import { deleteBaseline, loadBaselines, useBaseline as takeBaseline } from "../api";
import type { StoredBaseline } from "../contract";
import { useServices, useView } from "../hooks";
import { baselineWords, date, wayLabel } from "../words";
import { canCalibrate } from "./Calibrate";

/** All uprights that were taken: which one is compared with, and what can be done with each. */
export function Baselines() {
  const { store } = useServices();
  const [list, setList] = useState<StoredBaseline[] | null>(null);
  const [problem, setProblem] = useState("");
  const [doubt, setDoubt] = useState(0);
  const [round, setRound] = useState(0);
  const can = useView(canCalibrate);
  const open = useView((app) => app.link.status === "open");
  // The list is asked for again when the live picture tells of a change.
  const seen = useView((app) => {
    const b = app.live?.baseline;
    return b ? `${b.id} ${b.stale} ${b.sharpened} ${b.provisional}` : "";
  });
  useEffect(() => {
    if (!open) return;
    let here = true;
    void loadBaselines().then((a) => {
      if (!here) return;
      setProblem(a.refused);
      if (a.value) setList(a.value);
    });
    return () => void (here = false);
  }, [open, seen, round]);
  const act = async (what: (id: number) => Promise<string>, id: number) => {
    const refused = await what(id);
    setDoubt(0);
    store.dispatch({ type: "notice", text: refused });
    setRound((n) => n + 1);
  };
  return (
    <section class="baselines" aria-labelledby="baselines-title">
      <div class="row">
        <h2 id="baselines-title">Your uprights</h2>
        <button
          type="button"
          class="quiet-button small"
          disabled={!can}
          aria-haspopup="dialog"
          onClick={() => store.dispatch({ type: "dialog", open: "calibrate" })}
        >
          Take a new one
        </button>
      </div>
      <p class="note">
        One for each place of the camera, sitting and standing. The one that fits what is seen is used by
        itself.
      </p>
      {problem && <p role="alert">{problem}</p>}
      {list?.length === 0 && <p>None has been taken yet.</p>}
      {list && list.length > 0 && (
        <ul>
          {list.map((b) => {
            const name = `${wayLabel[b.way]}, ${b.time === null ? "" : date(b.time)}`;
            return (
              <li key={b.id} class={b.inUse ? "in-use" : b.stale ? "stale-one" : ""}>
                <div>
                  <p>
                    {name}
                    {b.inUse && <strong class="tag">in use</strong>}
                  </p>
                  <p class="note">{baselineWords(b)}</p>
                </div>
                {doubt === b.id ? (
                  <div class="actions" role="group" aria-label={`Delete ${name}?`}>
                    <button
                      type="button"
                      class="quiet-button small"
                      onClick={() => void act(deleteBaseline, b.id)}
                    >
                      Delete for good
                    </button>
                    <button type="button" class="quiet-button small" onClick={() => setDoubt(0)}>
                      Keep
                    </button>
                  </div>
                ) : (
                  <div class="actions">
                    {!b.inUse && (
                      <button
                        type="button"
                        class="plain"
                        aria-label={`Use ${name}`}
                        onClick={() => void act(takeBaseline, b.id)}
                      >
                        Use
                      </button>
                    )}
                    <button
                      type="button"
                      class="plain"
                      aria-label={`Delete ${name}`}
                      onClick={() => setDoubt(b.id)}
                    >
                      Delete
                    </button>
                  </div>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
