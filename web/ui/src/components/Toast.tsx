import { useOver, useServices, useView } from "../hooks";
import { snoozeFor } from "./Alerts";
import { notWrong } from "./Told";

/** Says what was just done, and undoes it on request. */
export function Toast() {
  const { store } = useServices();
  const toast = useView((app) => app.toast);
  useOver(toast?.until);
  const undo = () => {
    const what = toast?.undo;
    store.dispatch({ type: "toast-off" });
    if (what?.what === "wrong") void notWrong(store, what.alert);
    if (what?.what === "snooze") void snoozeFor(store, "off");
  };
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toast && (
        <p class="toast">
          <span>{toast.text}</span>
          {toast.undo && (
            <button type="button" class="plain" onClick={undo}>
              {toast.undo.what === "snooze" ? "End it" : "Undo"}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
