import { useEffect, useState } from "preact/hooks";
import { callWrong, dismissAlert, takeWrongBack } from "../api";
import { focusHeadline, useServices, useView } from "../hooks";
import type { Store } from "../store";
import { go, paths, plainClick } from "../route";
import { standingAlert } from "../view";
import { signalLabel } from "../words";
import { SnoozeButtons } from "./Alerts";

/** Calls an alert wrong, by its event, and offers to take that back. */
export async function wrong(store: Store, alert: number): Promise<void> {
  const refused = await callWrong(alert);
  const at = performance.now();
  if (refused) store.dispatch({ type: "notice", text: refused });
  else {
    const signal = store.app.events.find((e) => e.id === alert)?.signal;
    const what = signal ? `“${signalLabel(signal)}”` : "What caused this alert";
    const text = `Noted. ${what} counts a little less from now on.`;
    store.dispatch({ type: "toast", text, undo: { what: "wrong", alert }, at });
  }
}

/** Takes "that was wrong" back. */
export async function notWrong(store: Store, alert: number): Promise<void> {
  const refused = await takeWrongBack(alert);
  if (refused) store.dispatch({ type: "notice", text: refused });
  else store.dispatch({ type: "toast", text: "Taken back. It counts as before.", at: performance.now() });
}

/** What the person is told: the alert that stands, praise for having heeded it, or a suggestion. */
export function Told({ todo }: { todo: string }) {
  const { store } = useServices();
  const v = useView((app) => ({
    alert: app.live?.alert?.text ?? "",
    strong: (app.live?.alert?.level ?? 0) >= 2,
    event: standingAlert(app),
    praise: app.praise,
    hint: app.hint?.text ?? "",
    can: app.link.status === "open",
  }));
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
  const told = v.alert || v.praise?.text || v.hint;
  const kind = v.alert ? (v.strong ? "alert strong" : "alert") : v.praise ? "praise" : "hint";
  return (
    <>
      <div class="told" role="status" aria-live="polite">
        {told && <p class={kind}>{told}</p>}
      </div>
      {v.alert && <AlertActions event={v.event} can={v.can} />}
      {kind === "hint" && told && (
        <div class="alert-actions">
          <button
            type="button"
            class="quiet-button small"
            onClick={() => {
              store.dispatch({ type: "hint-off" });
              focusHeadline();
            }}
          >
            Not now
          </button>
          <Helps />
        </div>
      )}
      {!told && todo && <p class="todo">{todo}</p>}
    </>
  );
}

/** The way to what can be done about it. */
function Helps() {
  return (
    <a
      class="helps"
      href={paths.relief}
      onClick={(e) => {
        if (!plainClick(e)) return;
        e.preventDefault();
        go(paths.relief);
      }}
    >
      What helps
    </a>
  );
}

/** What can be said to an alert. */
function AlertActions({ event, can }: { event: number | null; can: boolean }) {
  const { store } = useServices();
  const [more, setMore] = useState(false);
  const dismiss = async () => {
    const text = await dismissAlert();
    if (text) store.dispatch({ type: "notice", text });
    else focusHeadline();
  };
  const callIt = async (alert: number) => {
    await wrong(store, alert);
    focusHeadline();
  };
  return (
    <div class="alert-actions">
      <button type="button" class="quiet-button small" disabled={!can} onClick={() => void dismiss()}>
        Not now
      </button>
      <button
        type="button"
        class="quiet-button small"
        disabled={!can || event === null}
        onClick={() => event !== null && void callIt(event)}
      >
        That was wrong
      </button>
      <button
        type="button"
        class="quiet-button small"
        aria-expanded={more}
        disabled={!can}
        onClick={() => setMore(!more)}
      >
        Snooze
      </button>
      <Helps />
      {more && <SnoozeButtons label="No alerts for" />}
    </div>
  );
}
