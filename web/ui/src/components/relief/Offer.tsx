import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import "../../offer.css";
import type { Offer } from "../../contract";
import { useView } from "../../hooks";
import { loadChoice } from "../../relief-api";
import type { Choice, Suggestion } from "../../relief-contract";
import { amountWords, listWords } from "../../relief-words";
import { exercisePath, go, type Offered } from "../../route";
import { awayWords, duration } from "../../words";
import { PageLink } from "../PageLink";

interface WaysProps {
  offer: Offer;
  /** The service can be asked. */
  can: boolean;
}

/** How long after a choice that could not be had it is asked for once more, in milliseconds. */
const askAgainAfter = 5000;

/**
 * What the service chooses for an offer, null until it has; failed when it could not be
 * asked, twice. It is asked anew once the connection is back, and when what it is to
 * heed has changed: what fitted before may not any more.
 */
function useChoice(
  minutes: number,
  stay: boolean,
  careful: boolean,
  can: boolean,
): { choice: Choice | null; failed: boolean } {
  const [got, setGot] = useState<{ choice: Choice; careful: boolean } | null>(null);
  const [failed, setFailed] = useState(false);
  const choice = got?.careful === careful ? got.choice : null;
  const wanted = can && !choice;
  useEffect(() => {
    if (!wanted) return;
    let here = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (again: boolean) => {
      const { value } = await loadChoice({ area: "", minutes, feels: [], stay });
      if (!here) return;
      if (value) setGot({ choice: value, careful });
      else if (again) timer = setTimeout(() => void load(false), askAgainAfter);
      else setFailed(true);
    };
    setFailed(false);
    void load(true);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [wanted, minutes, stay, careful]);
  return { choice, failed: failed && wanted };
}

/** What to do about an offer at once; nothing before it is known what fits the person. */
export function Ways({ offer, can }: WaysProps) {
  const { kind, minutes } = offer;
  // Who has been offered a break may leave; in its place is what can be done in the chair.
  const stay = kind === "break" || kind === "full_break";
  const careful = useView((app) => app.live?.policy.careful ?? true);
  const { choice, failed } = useChoice(minutes, stay, careful, can);

  if (!choice) {
    if (!failed) return null;
    return (
      <p class="first">
        What fits you could not be looked up. <PageLink to="relief">Look at what helps</PageLink>.
      </p>
    );
  }
  // Advice stops, or waits for the signs to be looked at.
  if (choice.stop || choice.askRedFlags) {
    return (
      <p class="first">
        No exercises just now: <PageLink to="relief">see first what you said of your back</PageLink>.
      </p>
    );
  }
  if (kind === "micro") {
    const one = choice.now;
    if (!one) return null;
    return (
      <div class="offer-ways">
        <Way name={one.name} note={amountWords(one)}>
          <p>{one.why}</p>
          <Do list={[one]} offered={{ minutes, stay }} can={can}>
            Do it now
          </Do>
        </Way>
      </div>
    );
  }
  const { routine } = choice;
  return (
    <div class="offer-ways">
      {stay && (
        <Way name={careful ? "A break from sitting, as is easy for you" : "Stand up and walk"}>
          <Away />
        </Way>
      )}
      {routine.length > 0 && (
        <Way name={stay ? "Or stay here" : "Before you stop"}>
          <p>{listWords(routine.map((s) => s.name))}.</p>
          <Do list={routine} offered={{ minutes, stay }} can={can}>
            Do {minutes} minutes{stay && " here"}
          </Do>
        </Way>
      )}
    </div>
  );
}

function Way(p: { name: string; note?: string; children: ComponentChildren }) {
  return (
    <section class="offer-way">
      <h2>
        {p.name} {p.note && <span class="note">{p.note}</span>}
      </h2>
      {p.children}
    </section>
  );
}

/** Begins exercises in the player. */
function Do(p: { list: readonly Suggestion[]; offered: Offered; can: boolean; children: ComponentChildren }) {
  const begin = () => go(exercisePath(p.list, p.offered));
  return (
    <button type="button" class="primary small" disabled={!p.can} onClick={begin}>
      {p.children}
    </button>
  );
}

/** That nothing needs to be pressed to leave, and how long one is away by now. */
function Away() {
  const v = useView((app) => {
    const b = app.live?.breaks;
    return {
      gone: b && b.away >= 1 ? awayWords(b, app.live!.policy.careful) : "",
      share: Math.min(1, Math.floor(b?.away ?? 0) / Math.max(1, app.live?.policy.breakAfter ?? 0)),
      from: app.live ? duration(app.live.policy.breakAfter) : "",
    };
  });
  const counts = v.from && ` It counts from ${v.from}.`;
  return (
    <>
      <p>{v.gone ? `${v.gone}.${counts}` : `Nothing to press: it is seen that you left.${counts}`}</p>
      {v.gone && <progress aria-hidden="true" value={v.share} />}
    </>
  );
}
