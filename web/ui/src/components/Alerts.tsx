import { useEffect, useRef, useState } from "preact/hooks";
import { snooze, type SnoozeFor } from "../api";
import { useServices, useView } from "../hooks";
import { canNotify, notifyOn } from "../notify";
import { setNotifyWanted } from "../prefs";
import type { Store } from "../store";
import { isStale, silence } from "../view";
import { duration, sourceTrouble, when } from "../words";

/** Keeps alerts back, or lets them come again, and says so. */
export async function snoozeFor(store: Store, how: SnoozeFor): Promise<void> {
  const { value, refused } = await snooze(how);
  if (refused) {
    store.dispatch({ type: "notice", text: refused });
    return;
  }
  const at = performance.now();
  if (how === "off") store.dispatch({ type: "toast", text: "Alerts can come again.", at });
  else {
    const until = value === null ? "" : ` until ${when(value, store.app.live?.time ?? value)}`;
    store.dispatch({
      type: "toast",
      text: `No alerts and suggestions${until}.`,
      undo: { what: "snooze" },
      at,
    });
  }
}

const lengths: readonly [how: SnoozeFor, label: string][] = [
  ["15m", "15 min"],
  ["60m", "60 min"],
  ["today", "today"],
];

/** The three lengths of a snooze. */
export function SnoozeButtons({ label }: { label: string }) {
  const { store } = useServices();
  const can = useView((app) => app.link.status === "open");
  return (
    <div class="snooze" role="group" aria-label={label}>
      <span aria-hidden="true">{label}</span>
      {lengths.map(([how, words]) => (
        <button
          key={how}
          type="button"
          class="quiet-button small"
          disabled={!can}
          onClick={() => void snoozeFor(store, how)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

/** Whether an alert may come, why not, and until when. */
export function Alerts() {
  const { store } = useServices();
  const v = useView((app) => ({
    stale: isStale(app),
    watching: app.live !== null && !sourceTrouble(app.live.source),
    snoozed: app.live?.silence === "snoozed",
    silence: silence(app),
    after: app.live ? duration(app.live.policy.alertAfter) : "",
  }));
  // The buttons change places: who pressed one by key goes on at the other.
  const section = useRef<HTMLElement>(null);
  const pressed = useRef(false);
  useEffect(() => {
    if (pressed.current && document.activeElement === document.body) {
      section.current?.querySelector("button")?.focus();
    }
    pressed.current = false;
  }, [v.snoozed]);
  const state =
    v.silence || (v.watching ? `One comes after ${v.after} of slouching.` : "None while nothing is watched.");
  return (
    <section
      ref={section}
      class={`alerts${v.stale ? " stale" : ""}`}
      aria-labelledby="alerts-title"
      onClick={() => (pressed.current = true)}
    >
      <h2 id="alerts-title">Alerts</h2>
      <p role="status">{state}</p>
      {v.snoozed ? (
        <button type="button" class="quiet-button small" onClick={() => void snoozeFor(store, "off")}>
          End the snooze
        </button>
      ) : (
        <SnoozeButtons label="Snooze for" />
      )}
      <NotifyButton />
    </section>
  );
}

/** Switches the browser's notifications on and off. */
function NotifyButton() {
  const [on, setOn] = useState(notifyOn);
  const [denied, setDenied] = useState(false);
  if (!canNotify()) return null;
  const toggle = async () => {
    if (on) {
      setNotifyWanted(false);
      setOn(false);
      return;
    }
    const answer = await Notification.requestPermission();
    setNotifyWanted(answer === "granted");
    setDenied(answer !== "granted");
    setOn(answer === "granted");
  };
  return (
    <div class="notify">
      <button type="button" class="quiet-button small" aria-pressed={on} onClick={() => void toggle()}>
        {on ? "Stop notifications" : "Notify me of alerts"}
      </button>
      <p class="note">
        {denied
          ? "The browser does not allow it: change that in its settings for this page."
          : on
            ? "Silent, only while you look elsewhere."
            : "Only while you look elsewhere."}
      </p>
    </div>
  );
}
