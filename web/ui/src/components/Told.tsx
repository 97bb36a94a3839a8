import { useState } from "preact/hooks";
import { callWrong, dismissAlert, putOff, takeWrongBack } from "../api";
import type { Offer } from "../contract";
import { focusHeadline, useFocusKept, useOver, useServices, useView } from "../hooks";
import { usePart } from "../lazy";
import type { Store } from "../store";
import { offer, standingAlert } from "../view";
import { signalLabel } from "../words";
import { SnoozeButtons } from "./Alerts";
import { PageLink } from "./PageLink";

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

/** What the person is told: the alert that stands, or praise for having heeded it, and what is offered. */
export function Told({ todo }: { todo: string }) {
  const v = useView((app) => ({
    alert: app.live?.alert?.text ?? "",
    strong: (app.live?.alert?.level ?? 0) >= 2,
    event: standingAlert(app),
    praise: app.live?.alert ? null : app.praise,
    offer: offer(app),
    can: app.link.status === "open",
  }));
  useOver(v.praise?.until);
  const which = v.offer ? `${v.offer.kind} ${v.offer.since}` : "";
  const box = useFocusKept<HTMLDivElement>(which);
  return (
    <>
      {/* What is added is read alone: the offer is not read again after praise. */}
      <div class="told" role="status" aria-live="polite" aria-atomic="false">
        {v.alert && <p class={v.strong ? "alert strong" : "alert"}>{v.alert}</p>}
        {v.praise && <p class={v.praise.quiet ? "remark" : "praise"}>{v.praise.text}</p>}
        {v.offer && <p class="offered">{v.offer.text}</p>}
      </div>
      {v.alert && <AlertActions event={v.event} can={v.can} />}
      <div ref={box}>{v.offer && <Offered key={which} offer={v.offer} can={v.can} />}</div>
      {/* Each of them says what the ordinary advice would, so it takes its place. */}
      {!v.alert && !v.praise && !v.offer && todo && <p class="todo">{todo}</p>}
    </>
  );
}

/** What can be done about an offer. */
function Offered({ offer, can }: { offer: Offer; can: boolean }) {
  const { store } = useServices();
  const Ways = usePart(true, () => import("./relief/Offer").then((m) => m.Ways));
  const notNow = async () => {
    const refused = await putOff();
    if (refused) store.dispatch({ type: "notice", text: refused });
  };
  return (
    <div class="offers">
      {Ways && <Ways offer={offer} can={can} />}
      <div class="alert-actions">
        <button type="button" class="quiet-button small" disabled={!can} onClick={() => void notNow()}>
          Not now
        </button>
        <Helps />
      </div>
    </div>
  );
}

/** The way to what can be done about it. */
function Helps() {
  return (
    <PageLink to="relief" class="helps">
      What helps
    </PageLink>
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
