import { useView } from "../hooks";
import { signals } from "../contract";
import { signalLabel, signalMeaning } from "../words";
import { bars, degrees, isStale, sitting } from "../view";

const noBars = signals.map((signal) => ({ signal, label: signalLabel(signal), points: 0, share: 0 }));

/** What each signal took from the score, and the change in degrees where it can be told. */
export function Parts() {
  const v = useView((app) => ({ bars: bars(app.live), degrees: degrees(app), stale: isStale(app) }));
  const all = v.bars;
  const nothing = all !== null && all.every((b) => b.points === 0);
  return (
    <section class={`parts${v.stale ? " stale" : ""}`} aria-labelledby="parts-title">
      <div class="row">
        <h2 id="parts-title">What takes from the score</h2>
        <p class="note">{all === null ? "no score now" : nothing ? "nothing" : ""}</p>
      </div>
      <ul class={all ? "" : "none"}>
        {(all ?? noBars).map((b) => (
          <li key={b.signal} class={b.points > 0 ? "takes" : ""} title={signalMeaning(b.signal)}>
            <span class="label">{b.label}</span>
            <span class="track" aria-hidden="true">
              <svg viewBox="0 0 100 8" preserveAspectRatio="none">
                <rect width={b.share * 100} height="8" />
              </svg>
            </span>
            <span class="points">{all === null ? "–" : b.points > 0 ? `−${b.points}` : "0"}</span>
          </li>
        ))}
      </ul>
      {v.degrees && (
        <details class="degrees" open>
          <summary>In degrees, against your upright</summary>
          <dl>
            {v.degrees.map((d) => (
              <div key={d.label} class={d.tells ? "tells" : ""}>
                <dt>{d.label}</dt>
                <dd>{d.value}</dd>
              </div>
            ))}
          </dl>
          <p class="note">Estimated from one camera in front: no clinical angles.</p>
        </details>
      )}
    </section>
  );
}

/** The ruler shows an hour; longer bouts fill it. */
const hour = 60;

/** How long the present bout of sitting has lasted. */
export function Sitting() {
  const v = useView((app) => ({ ...sitting(app), stale: isStale(app) }));
  return (
    <section class={`sitting${v.stale ? " stale" : ""}`} aria-labelledby="sitting-title">
      <h2 id="sitting-title">Time sitting</h2>
      <p class="length">
        <strong>{v.length}</strong> <span class="since">{v.since}</span>
      </p>
      <svg class="ruler" viewBox="0 0 600 14" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" y="5" width="600" height="4" />
        <rect class="fill" y="5" width={Math.min(hour, v.minutes) * 10} height="4" />
        {[15, 30, 45].map((m) => (
          <rect
            key={m}
            class="tick"
            x={m * 10 - 1}
            width="2"
            height={m === 30 ? 14 : 9}
            y={m === 30 ? 0 : 2.5}
          />
        ))}
        {v.breakAt > 0 && v.breakAt <= hour && (
          <rect class="break" x={v.breakAt * 10 - 3} width="6" height="14" />
        )}
      </svg>
      <p class="ruler-labels" aria-hidden="true">
        <span>0</span>
        <span>30 min</span>
        <span>1 h</span>
      </p>
      {v.next && <p class={v.due ? "next due" : "next"}>{v.next}</p>}
      {v.today && <p class="note">{v.today}</p>}
    </section>
  );
}
