import { useEffect, useState } from "preact/hooks";
import { whatIf } from "../api";
import type { AllSettings, WhatIf as Answer } from "../contract";
import { lookBack, whatIfQuery, type Draft } from "../settings";
import { dayLabel, whatIfWords } from "../words";

/** How long the sliders must rest before the service is asked, in milliseconds. */
const rest = 400;

/** What the changed settings would have done in the last days, before they are saved. */
export function WhatIf({ all, draft }: { all: AllSettings; draft: Draft }) {
  const query = whatIfQuery(all.settings, draft);
  const [got, setGot] = useState<{ query: string; answer: Answer | null; refused: string } | null>(null);
  useEffect(() => {
    if (query === null) return;
    let here = true;
    const timer = setTimeout(() => {
      void whatIf(query).then(({ value, refused }) => {
        if (here) setGot({ query, answer: value, refused });
      });
    }, rest);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [query]);
  const now = query !== null && got?.query === query ? got : null;
  const asking = query !== null && now === null;
  // While the next answer is on its way the last one stays, greyed: nothing jumps.
  const answer = now?.answer ?? (asking ? (got?.answer ?? null) : null);
  let words = `Move a slider or change when an alert comes, and see here what the last ${lookBack} days would have been.`;
  if (now?.refused) words = now.refused;
  else if (answer) words = whatIfWords(answer);
  else if (asking) words = `Looking at the last ${lookBack} days…`;
  return (
    <section class="whatif" aria-labelledby="whatif-title">
      <h2 id="whatif-title">What would have happened</h2>
      <p role="status" class={asking && answer ? "old" : ""}>
        {words}
      </p>
      {answer && answer.watched > 0 && !now?.refused && <Days answer={answer} old={asking} />}
    </section>
  );
}

function Days({ answer, old }: { answer: Answer; old: boolean }) {
  const most = Math.max(1, ...answer.perDay.flatMap((d) => [d.was, d.would]));
  return (
    <table class={old ? "old" : ""}>
      <caption class="sr">Alerts by day</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Came</th>
          <th scope="col">Would have</th>
        </tr>
      </thead>
      <tbody>
        {answer.perDay.map((d) => (
          <tr key={d.day}>
            <th scope="row">{dayLabel(d.day)}</th>
            {d.watched > 0 || d.was > 0 || d.would > 0 ? (
              <>
                <td>
                  <Bar n={d.was} most={most} kind="was" />
                </td>
                <td>
                  <Bar n={d.would} most={most} kind="would" />
                </td>
              </>
            ) : (
              <td colSpan={2} class="note">
                not watched
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Bar({ n, most, kind }: { n: number; most: number; kind: string }) {
  return (
    <span class={`bar ${kind}`}>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width={(n / most) * 100} height="8" />
      </svg>
      {n}
    </span>
  );
}
