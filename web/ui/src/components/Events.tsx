import { useView } from "../hooks";
import { eventWords, when } from "../words";

/** How many events are shown. */
const shown = 9;

/** What happened lately, newest first. */
export function Events() {
  const events = useView((app) => app.events.slice(-shown).reverse());
  return (
    <section class="events" aria-labelledby="events-title">
      <h2 id="events-title">Lately</h2>
      {events.length === 0 ? (
        <p class="note">Nothing yet. Sitting down, slouches and alerts are listed here.</p>
      ) : (
        <ol>
          {events.map((e) => (
            <li key={`${e.kind} ${e.time}`} class={e.kind} title={e.text || undefined}>
              <time dateTime={new Date(e.time).toISOString()}>{when(e.time, Date.now())}</time>
              <span>{eventWords(e)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
