import { useState } from "preact/hooks";
import type { Profile, ProfileChange, Programme, RedFlag, Stop as StopAdvice } from "../../relief-contract";

interface FormProps {
  programme: Programme;
  profile: Profile;
  /** Resolves to an empty string, or to why it was not kept. */
  save: (c: ProfileChange) => Promise<string>;
  onCancel?: (() => void) | undefined;
}

/** A form that keeps what was said, and says when it could not be. */
function useSaving(save: (c: ProfileChange) => Promise<string>) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const keep = async (c: ProfileChange) => {
    if (busy) return;
    setBusy(true);
    setProblem("");
    const refused = await save(c);
    setBusy(false);
    setProblem(refused);
  };
  return { problem, busy, keep };
}

/** The five questions, asked once and changed at will. */
export function Questions({ programme, profile, save, onCancel }: FormProps) {
  const asked = programme.questions;
  const [answers, setAnswers] = useState<Record<string, boolean>>(() =>
    profile.answered ? Object.fromEntries(asked.map((q) => [q.limit, profile.limits.includes(q.limit)])) : {},
  );
  const [cleared, setCleared] = useState(profile.cleared);
  const { problem, busy, keep } = useSaving(save);
  const left = asked.filter((q) => answers[q.limit] === undefined).length;
  const set = (limit: string, yes: boolean) => setAnswers((old) => ({ ...old, [limit]: yes }));
  const submit = (e: Event) => {
    e.preventDefault();
    if (left > 0) return;
    const limits = asked.filter((q) => answers[q.limit]).map((q) => q.limit);
    void keep({ answered: true, limits, cleared: cleared.filter((l) => limits.includes(l)) });
  };
  return (
    <form class="safety" onSubmit={submit} aria-labelledby="safety-title">
      <h1 id="safety-title" tabIndex={-1}>
        {asked.length === 5 ? "Five" : "Some"} short questions first
      </h1>
      <p class="sub">
        So that nothing is proposed that is not for you. Asked once; the answers stay on this machine, and you
        can change them at any time.
      </p>
      {asked.map((q) => (
        <fieldset key={q.limit}>
          <legend>{q.ask}</legend>
          <div class="yes-no">
            {([true, false] as const).map((yes) => (
              <label key={String(yes)}>
                <input
                  type="radio"
                  name={q.limit}
                  required
                  checked={answers[q.limit] === yes}
                  onChange={() => set(q.limit, yes)}
                />
                <span>{yes ? "Yes" : "No"}</span>
              </label>
            ))}
          </div>
          {answers[q.limit] && <p class="then">{q.then}</p>}
          {answers[q.limit] && q.cleared && (
            <label class="tick">
              <input
                type="checkbox"
                checked={cleared.includes(q.limit)}
                onChange={(e) => {
                  const on = e.currentTarget.checked;
                  setCleared((old) => [...old.filter((l) => l !== q.limit), ...(on ? [q.limit] : [])]);
                }}
              />
              <span>{q.cleared}</span>
            </label>
          )}
        </fieldset>
      ))}
      <div class="actions">
        <button type="submit" class="primary" disabled={left > 0 || busy}>
          Keep my answers
        </button>
        <button
          type="button"
          class="quiet-button"
          onClick={() => setAnswers(Object.fromEntries(asked.map((q) => [q.limit, false])))}
        >
          No to all
        </button>
        {onCancel && (
          <button type="button" class="plain" onClick={onCancel}>
            Not now
          </button>
        )}
      </div>
      <p class="note" role="status">
        {left > 0 ? `${left} ${left === 1 ? "question is" : "questions are"} open.` : ""}
      </p>
      {problem && <p role="alert">{problem}</p>}
      <p class="disclaimer">{programme.disclaimer}</p>
    </form>
  );
}

/** The signs at which advice stops. */
export function Signs({ programme, profile, save, onCancel, why }: FormProps & { why: string }) {
  // What was ticked here; a sign that was named elsewhere meanwhile stays named.
  const [ticked, tick] = useState<Readonly<Record<string, boolean>>>({});
  const chosen = programme.redFlags
    .map((f) => f.id)
    .filter((id) => ticked[id] ?? profile.redFlags.includes(id));
  const { problem, busy, keep } = useSaving(save);
  const say = (redFlags: readonly string[]) => void keep({ redFlags, checkedAt: Date.now() });
  const groups: [string, RedFlag[]][] = [
    ["Now, or since it began", programme.redFlags.filter((f) => !f.neck)],
    ["With pain in the neck", programme.redFlags.filter((f) => f.neck)],
  ];
  return (
    <form
      class="safety signs"
      aria-labelledby="signs-title"
      onSubmit={(e) => {
        e.preventDefault();
        if (chosen.length > 0) say(chosen);
      }}
    >
      <h1 id="signs-title" tabIndex={-1}>
        Do you have any of these signs?
      </h1>
      {why && <p class="sub">{why}</p>}
      <p class="sub">With one of them exercises are not the answer. Tick what is so.</p>
      <p>
        <button
          type="button"
          class="primary"
          disabled={busy}
          onClick={() => {
            tick(Object.fromEntries(programme.redFlags.map((f) => [f.id, false])));
            say([]);
          }}
        >
          None of these
        </button>
      </p>
      {groups.map(
        ([name, flags]) =>
          flags.length > 0 && (
            <fieldset key={name}>
              <legend>{name}</legend>
              {flags.map((f) => (
                <label key={f.id} class="tick">
                  <input
                    type="checkbox"
                    checked={chosen.includes(f.id)}
                    onChange={(e) => {
                      const on = e.currentTarget.checked;
                      tick((old) => ({ ...old, [f.id]: on }));
                    }}
                  />
                  <span>{f.sign}</span>
                </label>
              ))}
            </fieldset>
          ),
      )}
      <div class="actions">
        <button type="submit" class="quiet-button" disabled={chosen.length === 0 || busy}>
          I have what I ticked
        </button>
        {onCancel && (
          <button type="button" class="plain" onClick={onCancel}>
            Not now
          </button>
        )}
      </div>
      {problem && <p role="alert">{problem}</p>}
      <p class="disclaimer">{programme.disclaimer}</p>
    </form>
  );
}

/** In place of all advice: where to turn. */
export function Stopped({
  stop,
  disclaimer,
  onChange,
}: {
  stop: StopAdvice;
  disclaimer: string;
  onChange: () => void;
}) {
  const now = stop.urgency === "at_once";
  return (
    <section class={`stop ${now ? "at-once" : "soon"}`} aria-labelledby="stop-title">
      <h1 id="stop-title" tabIndex={-1}>
        {now ? "Please get help now." : "Please see a doctor first."}
      </h1>
      <p class="stop-text">{stop.text}</p>
      {stop.signs.length > 0 && (
        <>
          <p>You named:</p>
          <ul>
            {stop.signs.map((s) => (
              <li key={s}>{s}</li>
            ))}
          </ul>
        </>
      )}
      <p class="actions">
        <button type="button" class="quiet-button" onClick={onChange}>
          That is not so: change my answers
        </button>
      </p>
      <p class="disclaimer">{disclaimer}</p>
    </section>
  );
}
