import type { Event } from "../contract";
import { useServices, useView } from "../hooks";
import { wrongAlerts } from "../view";
import { eventWords, when } from "../words";
import { notWrong, wrong } from "./Told";

/** How many events are shown. */
const shown = 9;

/** What happened lately, newest first. */
export function Events() {
  const v = useView((app) => {
    const said = wrongAlerts(app.events);
    return app.events
      .slice(-shown)
      .reverse()
      .map((event) => ({ event, wrong: said.has(event.id) }));
  });
  return (
    <section class="events" aria-labelledby="events-title">
      <h2 id="events-title">Lately</h2>
      {v.length === 0 ? (
        <p class="note">Nothing yet. Sitting down, slouches and alerts are listed here.</p>
      ) : (
        <ol>
          {v.map(({ event: e, wrong }) => (
            <li key={`${e.kind} ${e.time}`} class={e.kind} title={e.text || undefined}>
              <time dateTime={new Date(e.time).toISOString()}>{when(e.time, Date.now())}</time>
              <span>
                {eventWords(e)}
                {e.kind === "alert" && e.id > 0 && <Verdict event={e} wrong={wrong} />}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Calls an alert of the list wrong, or takes that back, also long after it. */
function Verdict({ event, wrong: said }: { event: Event; wrong: boolean }) {
  const { store } = useServices();
  return (
    <span class="verdict">
      {said && "called wrong "}
      <button
        type="button"
        class="plain"
        aria-label={`${said ? "Undo: that was wrong" : "That was wrong"}: ${eventWords(event)}`}
        onClick={() => void (said ? notWrong(store, event.id) : wrong(store, event.id))}
      >
        {said ? "undo" : "wrong?"}
      </button>
    </span>
  );
}
