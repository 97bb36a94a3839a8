import { useEffect, useState } from "preact/hooks";
import { fullDate } from "../calendar";
import { useServices, useView } from "../hooks";
import {
  countWords,
  deleteWord,
  keepWords,
  many,
  rangeTrouble,
  sizeWords,
  whatWords,
  type Counts,
  type Kept,
  type What,
} from "../kept";
import { deleteHistory, exportPath, loadKept } from "../week-api";

/** What is kept of the past, for how long, and how to take it along or be rid of it. */
export function Data() {
  const { store, link } = useServices();
  const [kept, setKept] = useState<Kept | null>(null);
  const [problem, setProblem] = useState("");
  const [round, setRound] = useState(0);
  const open = useView((app) => app.link.status === "open");
  // The demo has a history of its own.
  const demo = useView((app) => app.live?.source.demo ?? false);
  useEffect(() => {
    if (!open) return;
    let here = true;
    void loadKept().then((a) => {
      if (!here) return;
      setProblem(a.refused);
      if (a.value) setKept(a.value);
    });
    return () => void (here = false);
  }, [open, demo, round]);
  const gone = (counts: Counts) => {
    store.dispatch({ type: "toast", text: `Deleted: ${countWords(counts)}.`, at: performance.now() });
    store.dispatch({ type: "forget" });
    link.catchUp();
    setRound((n) => n + 1);
  };
  return (
    <section class="data" aria-labelledby="data-title">
      <h2 id="data-title">Your data</h2>
      <p class="note">
        All of it is in one file on this machine. No picture is in it.
        {(kept?.demo ?? demo) && " While the demo plays this is the demo’s history, not yours."}
      </p>
      {problem && <p role="alert">{problem}</p>}
      {kept && (
        <>
          <dl>
            <Row name="Kept">
              {kept.first && kept.last
                ? `from ${fullDate(kept.first)} to ${fullDate(kept.last)}, ${sizeWords(kept.bytes)}`
                : `nothing yet, ${sizeWords(kept.bytes)}`}
            </Row>
            <Row name="Events" note="sitting down, breaks, slouches, alerts, how your back felt">
              {many(kept.events, "event")}, {keepWords(kept.keep.events)}
            </Row>
            <Row name="Minutes" note="how long in each state, and the score">
              {many(kept.minutes, "minute")}, {keepWords(kept.keep.minutes)}
            </Row>
            <Row name="Measurements" note="for trying out other settings">
              {many(kept.measurements, "measurement")}, {keepWords(kept.keep.measurements)}
            </Row>
          </dl>
          <p class="note">
            How long is set in the config file: <code>history.events</code>, <code>history.minutes</code>,{" "}
            <code>history.measurements</code>.
          </p>
          <p class="exports">
            Export everything as{" "}
            <a href={exportPath("csv")} download>
              CSV
            </a>{" "}
            or{" "}
            <a href={exportPath("json")} download>
              JSON
            </a>
          </p>
          {kept.first && kept.last && <Delete first={kept.first} last={kept.last} onGone={gone} />}
        </>
      )}
    </section>
  );
}

function Row({ name, note, children }: { name: string; note?: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>
        {name}
        {note && <span class="note">{note}</span>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

interface DeleteProps {
  first: string;
  last: string;
  onGone: (counts: Counts) => void;
}

/** Deletes some days or everything: what would go is said first, and nothing goes by one click. */
function Delete({ first, last, onGone }: DeleteProps) {
  const [all, setAll] = useState(false);
  const [from, setFrom] = useState(last);
  const [to, setTo] = useState(last);
  const [doubt, setDoubt] = useState<{ what: What; counts: Counts } | null>(null);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const open = useView((app) => app.link.status === "open");
  const start = () => {
    setDoubt(null);
    setTyped("");
    setProblem("");
  };
  const count = async () => {
    const what: What = all ? "all" : { from, to };
    const trouble = all ? "" : rangeTrouble(from, to);
    setProblem(trouble);
    if (trouble) return;
    setBusy(true);
    const { value, refused } = await loadKept(what === "all" ? undefined : what);
    setBusy(false);
    setProblem(refused);
    if (value) setDoubt({ what, counts: value });
  };
  const remove = async () => {
    if (!doubt) return;
    setBusy(true);
    const { value, refused } = await deleteHistory(doubt.what);
    setBusy(false);
    if (!value) {
      setProblem(refused);
      return;
    }
    start();
    onGone(value);
  };
  const nothing =
    doubt !== null && doubt.counts.events + doubt.counts.minutes + doubt.counts.measurements === 0;
  const sure = doubt !== null && (doubt.what !== "all" || typed.trim().toLowerCase() === deleteWord);
  return (
    <div class="delete" role="group" aria-labelledby="delete-title">
      <h3 id="delete-title">Delete</h3>
      {!doubt ? (
        <>
          <div class="which-days">
            <label>
              <input type="radio" name="delete-what" checked={!all} onChange={() => setAll(false)} />
              Some days
            </label>
            <label>
              <input type="radio" name="delete-what" checked={all} onChange={() => setAll(true)} />
              Everything
            </label>
          </div>
          {!all && (
            <div class="days">
              <label>
                from
                <input
                  type="date"
                  value={from}
                  min={first}
                  max={last}
                  onChange={(e) => setFrom(e.currentTarget.value)}
                />
              </label>
              <label>
                to
                <input
                  type="date"
                  value={to}
                  min={first}
                  max={last}
                  onChange={(e) => setTo(e.currentTarget.value)}
                />
              </label>
            </div>
          )}
          <button
            type="button"
            class="quiet-button small"
            disabled={!open || busy}
            onClick={() => void count()}
          >
            Delete…
          </button>
        </>
      ) : nothing ? (
        <>
          <p role="status">There is nothing to delete in {whatWords(doubt.what)}.</p>
          <button type="button" class="quiet-button small" onClick={start}>
            Back
          </button>
        </>
      ) : (
        <form
          class="sure"
          onSubmit={(e) => {
            e.preventDefault();
            if (sure && open && !busy) void remove();
          }}
        >
          <p role="status">
            <strong>{countWords(doubt.counts)}</strong> of {whatWords(doubt.what)} will be gone for good. This
            can’t be undone.
          </p>
          {doubt.what === "all" && (
            <label>
              Type <strong>{deleteWord}</strong> to go on
              <input
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                value={typed}
                onInput={(e) => setTyped(e.currentTarget.value)}
              />
            </label>
          )}
          <div class="actions">
            <button type="submit" class="quiet-button small danger" disabled={!sure || !open || busy}>
              Delete for good
            </button>
            <button type="button" class="quiet-button small" onClick={start}>
              Keep
            </button>
          </div>
        </form>
      )}
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
