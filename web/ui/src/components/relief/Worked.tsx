import { useEffect, useState } from "preact/hooks";
import { loadEffects } from "../../relief-api";
import type { Effect, Effects, Programme } from "../../relief-contract";
import { effectWords, exerciseOf, placeLabel, routineShare } from "../../relief-words";
import { plain } from "../../words";
import { PartLink } from "./Programme";

/** What followed each exercise, as far as that is known. */
export function Worked({ programme }: { programme: Programme }) {
  const [known, setKnown] = useState<Effects | null>(null);
  const [problem, setProblem] = useState("");
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let here = true;
    void loadEffects().then(({ value, refused }) => {
      if (!here) return;
      if (value) setKnown(value);
      setProblem(refused);
    });
    return () => void (here = false);
  }, [again]);
  return (
    <section class="worked" aria-labelledby="worked-title">
      <h2 id="worked-title">What works for you</h2>
      {problem && (
        <p>
          {problem}{" "}
          <button type="button" class="plain" onClick={() => setAgain((n) => n + 1)}>
            Try again
          </button>
        </p>
      )}
      {known?.effects.length === 0 && (
        <p class="note">Nothing yet. Once you have done a few, you will see here what followed.</p>
      )}
      {known && known.effects.length > 0 && (
        <>
          {areasOf(known).map((area) => (
            <section key={area} aria-labelledby={`worked-${area}`}>
              <h3 id={`worked-${area}`}>{placeLabel(area)}</h3>
              <ol class="effects">
                {known.effects
                  .filter((e) => e.area === area)
                  .map((e) => (
                    <Followed key={e.exercise} effect={e} programme={programme} />
                  ))}
              </ol>
            </section>
          ))}
          <p class="note">
            Beside like moments without it, over the last {known.days} days; that proves no cause. A day
            counts when you said how it felt before and after, or sat in view before and after.
          </p>
        </>
      )}
    </section>
  );
}

/** The areas in the order in which the service tells of them. */
const areasOf = ({ effects }: Effects): string[] => [...new Set(effects.map((e) => e.area))];

function Followed({ effect: e, programme }: { effect: Effect; programme: Programme }) {
  const exercise = exerciseOf(programme, e.exercise);
  const share = routineShare(e);
  return (
    <li class={e.enough ? "" : "open"}>
      {exercise ? (
        <PartLink to={`exercise-${exercise.id}`}>{exercise.name}</PartLink>
      ) : (
        <span>{plain(e.exercise)}</span>
      )}
      <span class="note">
        {effectWords(e)}
        {share && ` ${share}`}
      </span>
    </li>
  );
}
