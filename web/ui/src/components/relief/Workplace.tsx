import { useEffect, useRef, useState } from "preact/hooks";
import { useView } from "../../hooks";
import { measureDistance } from "../../relief-api";
import type {
  Choice,
  Distance,
  Measured,
  Profile,
  ProfileChange,
  Programme,
  WorkplaceCheck,
} from "../../relief-contract";
import { cameraAgainst, changeWords } from "../../relief-words";

interface WorkplaceProps {
  programme: Programme;
  profile: Profile;
  choice: Choice;
  /** Resolves to an empty string, or to why it was not kept. */
  save: (c: ProfileChange) => Promise<string>;
}

/** Chair, desk and screen: one question at a time, what to change at once, and again at will. */
export function Workplace({ programme, profile, choice, save }: WorkplaceProps) {
  const checks = programme.workplace;
  const [at, setAt] = useState<number | null>(null);
  const [problem, setProblem] = useState("");
  // What was chosen counts at once; the service's answer comes after.
  const [chosen, setChosen] = useState<Record<string, string> | null>(null);
  const answers = chosen ?? profile.workplace;
  const turn = useRef(0);
  /** What was chosen before the first answer of this round; null before there was one. */
  const [before, setBefore] = useState<Choice | null>(null);
  const choose = async (check: string, answer: string) => {
    const workplace = { ...answers, [check]: answer };
    const mine = ++turn.current;
    setChosen(workplace);
    setProblem("");
    setBefore((old) => old ?? choice);
    const refused = await save({ workplace: { [check]: answer } });
    if (mine !== turn.current) return;
    setChosen(null);
    setProblem(refused);
  };
  // Who reads by ear or key goes on at what was opened, or at the title.
  const section = useRef<HTMLElement>(null);
  const moved = useRef(false);
  const go = (to: number | null) => {
    moved.current = true;
    if (at === null) setBefore(null);
    setAt(to);
  };
  useEffect(() => {
    const here = section.current;
    if (moved.current) (here?.querySelector("legend") ?? here?.querySelector("h2"))?.focus();
    moved.current = false;
  }, [at]);

  if (checks.length === 0) return null;
  const check = at === null ? null : checks[at];
  const known = checks.filter((c) => answerOf(c, answers));
  return (
    <section ref={section} class="desk" aria-labelledby="desk-title">
      <h2 id="desk-title" tabIndex={-1}>
        Your desk
      </h2>
      {check ? (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            go(at! + 1 < checks.length ? at! + 1 : null);
          }}
        >
          <fieldset key={check.id}>
            <legend tabIndex={-1}>
              <span class="note">
                {at! + 1} of {checks.length}
              </span>{" "}
              {check.ask}
            </legend>
            <div class="pick">
              {check.answers.map((a) => (
                <label key={a.id}>
                  <input
                    type="radio"
                    name={check.id}
                    checked={answers[check.id] === a.id}
                    onChange={() => void choose(check.id, a.id)}
                  />
                  <span>{a.text}</span>
                </label>
              ))}
            </div>
            {check.id === "screen_distance" && (
              <Measure
                answers={check.answers}
                onTake={(answer) => void choose(check.id, answer)}
                onMeasured={(measured) => save({ measured })}
              />
            )}
          </fieldset>
          <p role="status" class="adapt">
            {adviceOf(check, answers)}
          </p>
          <div class="actions">
            <button type="submit" class="primary">
              {at! + 1 < checks.length ? "Next" : "Done"}
            </button>
            {at! > 0 && (
              <button type="button" class="quiet-button" onClick={() => go(at! - 1)}>
                Back
              </button>
            )}
            <button type="button" class="plain" onClick={() => go(null)}>
              Enough for now
            </button>
          </div>
        </form>
      ) : (
        <>
          <div role="status">
            {before && (
              <ul class="changed">
                {changeWords(before, choice).map((w) => (
                  <li key={w}>{w}</li>
                ))}
              </ul>
            )}
          </div>
          {known.length < checks.length && (
            <div class="actions">
              <button
                type="button"
                class="quiet-button"
                onClick={() => go(checks.findIndex((c) => !answerOf(c, answers)))}
              >
                {known.length > 0 ? "Go on with the check" : "Check my desk"}
              </button>
              <span class="note">
                {known.length > 0
                  ? `${checks.length - known.length} of ${checks.length} are open.`
                  : `${checks.length} short questions about chair, desk and screen; each says at once what to change.`}
              </span>
            </div>
          )}
          {known.length > 0 && (
            <ul class="answered">
              {known.map((c) => (
                <li key={c.id}>
                  <p>
                    {c.ask}{" "}
                    <button type="button" class="plain" onClick={() => go(checks.indexOf(c))}>
                      Change<span class="sr"> the answer to: {c.ask}</span>
                    </button>
                  </p>
                  <p class="note">{answerOf(c, answers)!.text}</p>
                  {answerOf(c, answers)!.advice && <p class="what">{answerOf(c, answers)!.advice}</p>}
                  <p class="from">From {c.source.name}</p>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}

const answerOf = (c: WorkplaceCheck, answers: Readonly<Record<string, string>>) =>
  c.answers.find((a) => a.id === answers[c.id]);

function adviceOf(c: WorkplaceCheck, answers: Readonly<Record<string, string>>): string {
  const answer = answerOf(c, answers);
  return answer ? answer.advice || "That is well as it is." : "";
}

/** How long it is looked for a face, and how often, in milliseconds. */
const lookFor = 3000;
const lookEvery = 500;

interface MeasureProps {
  answers: WorkplaceCheck["answers"];
  /** Takes an answer over. */
  onTake: (answer: string) => void;
  /** Keeps what a tape says; resolves to an empty string, or to why it is not kept. */
  onMeasured: (m: Measured) => Promise<string>;
}

/** What a tape may say, in centimetres. */
const [leastTape, mostTape] = [20, 200];

/** Reckons how far the person sits, for whoever wants to know. */
function Measure({ answers, onTake, onMeasured }: MeasureProps) {
  const against = useView(cameraAgainst);
  const [said, setSaid] = useState("");
  const [seen, setSeen] = useState<Distance | null>(null);
  const [tape, setTape] = useState("");
  const cm = Number(tape);
  const [busy, setBusy] = useState(false);
  const over = useRef(false);
  useEffect(() => {
    over.current = false;
    return () => void (over.current = true);
  }, []);
  const measure = async () => {
    if (busy) return;
    setBusy(true);
    setSeen(null);
    setSaid("Look at the camera…");
    let words = "No face looked straight at the camera. Look at it and try again.";
    for (let i = 0; i <= lookFor / lookEvery; i++) {
      if (i > 0) await new Promise((done) => setTimeout(done, lookEvery));
      if (over.current) return;
      const { distance, refused } = await measureDistance();
      if (distance || refused) {
        words = refused || distance!.text;
        setSeen(distance);
        break;
      }
    }
    if (over.current) return;
    setBusy(false);
    setSaid(words);
  };
  const keep = async (apart: number) => {
    const refused = await onMeasured({ cm, apart });
    if (refused) setSaid(refused);
    else await measure();
  };
  return (
    <div class="measure">
      {against ? (
        <p class="note">It can’t be measured now: {against}</p>
      ) : (
        // It stays in reach while it looks, so that nobody loses their place.
        <button type="button" class="quiet-button small" aria-disabled={busy} onClick={() => void measure()}>
          Measure
        </button>
      )}
      <p role="status" class="note">
        {said}
      </p>
      {answers
        .filter((a) => a.id === seen?.verdict)
        .map((a) => (
          <button key={a.id} type="button" class="plain" onClick={() => onTake(a.id)}>
            Answer: {a.text.toLowerCase()}
          </button>
        ))}
      {seen && (
        <p class="tape">
          <label>
            By a tape it is{" "}
            <input
              type="number"
              inputMode="numeric"
              min={leastTape}
              max={mostTape}
              value={tape}
              onInput={(e) => setTape(e.currentTarget.value)}
            />{" "}
            cm
          </label>
          <button
            type="button"
            class="quiet-button small"
            disabled={!(cm >= leastTape && cm <= mostTape)}
            onClick={() => void keep(seen.apart)}
          >
            Keep that
          </button>
          <span class="note">Then every later measure is much surer.</span>
        </p>
      )}
    </div>
  );
}
