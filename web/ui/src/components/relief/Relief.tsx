import { useEffect, useRef, useState } from "preact/hooks";
import "../../relief.css";
import { focusHeadline, useView } from "../../hooks";
import type { Wish } from "../../relief-api";
import type { Choice, ProfileChange, Programme as All, Suggestion } from "../../relief-contract";
import type { Item } from "../../relief-player";
import { dosed, fitting, itemsOf, lengthWords, routineTitle, stopOf } from "../../relief-words";
import { exercisesOf, offeredOf, paths } from "../../route";
import { Moving } from "./Moving";
import { Player } from "./Player";
import { PartLink, Programme } from "./Programme";
import { Questions, Signs, Stopped } from "./Safety";
import { Wishes } from "./Wishes";
import { Worked } from "./Worked";
import { Workplace } from "./Workplace";
import { useRelief, type Relief as Loaded } from "./useRelief";

type Step = "" | "safety" | "signs";

/** A routine that was begun. */
interface Playing {
  items: Item[];
  pool: Item[];
  choice: Choice;
}

/** What to do about the tension. */
export function Relief() {
  const [own, setWish] = useState<Wish>({ area: "", minutes: 5, feels: [] });
  /** What the address asks to begin with, until that has begun. */
  const [named, setNamed] = useState(() => exercisesOf(location.search));
  const [offered] = useState(() => offeredOf(location.search));
  /** The questions came after it was named: it was chosen without the answers. */
  const asked = useRef(false);
  // Until then what is chosen is what was offered, as it fits now.
  const wish: Wish = named.length > 0 && offered ? { area: "", feels: [], ...offered } : own;
  const { relief, problem, busy, reload, refresh, save } = useRelief(wish);
  const [step, setStep] = useState<Step>("");
  const [said, setSaid] = useState("");
  const [playing, setPlaying] = useState<Playing | null>(null);
  const [starting, setStarting] = useState(false);
  /** What could not begin, and why. */
  const [held, setHeld] = useState<{ ids: readonly string[]; whole: boolean; why: string } | null>(null);
  useEffect(() => {
    // Loaded again, the page does not begin again.
    if (named.length > 0) history.replaceState(null, "", paths.relief);
  }, []);

  const stop = relief && (relief.choice?.stop ?? stopOf(relief.programme, relief.profile));
  const gate = gateOf(relief, stop !== null, step);
  const shown = playing ? "playing" : gate;
  // Whoever reads by ear or key begins at the top of what takes the place of another.
  const before = useRef(shown);
  const waited = useRef(false);
  useEffect(() => {
    const was = before.current;
    before.current = shown;
    if (was === shown) return;
    if (was !== "loading") scrollTo(0, 0);
    // What was there while it loaded had the focus: what came has it now.
    if (was !== "loading" || (waited.current && document.activeElement === document.body)) focusHeadline();
  }, [shown]);

  const play = (programme: All, choice: Choice, ids: readonly string[], dose = (it: Item) => it) => {
    const items = fitting(programme, choice.exercises, ids).map(dose);
    setHeld(null);
    setSaid(items.length > 0 ? "" : "What was offered is not for you now. This is:");
    // What may be done instead is whatever fits.
    if (items.length > 0) setPlaying({ items, pool: fitting(programme, choice.exercises), choice });
  };
  /** Has exercises begin in the doses that fill the time of what was chosen. */
  const playSized = (programme: All, choice: Choice, ids: readonly string[], list: readonly Suggestion[]) => {
    const sized = itemsOf(programme, list);
    play(programme, choice, ids, (it) => sized.find((s) => s.exercise.id === it.exercise.id) ?? it);
  };

  // What was named begins once nothing comes before it.
  useEffect(() => {
    if (!relief || named.length === 0) return;
    if (gate === "stop") setNamed([]);
    if (gate !== "advice" || !relief.choice || busy) return;
    if (relief.choice.askSafety) {
      asked.current = true;
      setStep("safety");
      return;
    }
    setNamed([]);
    const { now, routine } = relief.choice;
    const list = offered && offered.minutes > 0 ? routine : now ? [now] : [];
    if (asked.current && offered && list.length > 0) {
      playSized(
        relief.programme,
        relief.choice,
        list.map((s) => s.exercise),
        list,
      );
      return;
    }
    play(
      relief.programme,
      relief.choice,
      named.map((n) => n.exercise),
      (it) =>
        dosed(
          it,
          named.find((n) => n.exercise === it.exercise.id),
        ),
    );
  }, [relief, gate, named, busy]);

  if (!relief) {
    return (
      <div class="relief">
        <section class="now-card">
          <h1 tabIndex={-1} onFocus={() => (waited.current = true)}>
            What helps now
          </h1>
          {problem ? <Trouble text={problem} again={reload} /> : <p class="sub">Loading…</p>}
        </section>
      </div>
    );
  }
  const { programme, profile, choice } = relief;
  const keep = async (c: ProfileChange, then: string): Promise<string> => {
    const refused = await save(c);
    if (!refused) {
      setStep("");
      setSaid(then);
    }
    return refused;
  };

  /** Has exercises begin, as far as what was said by now allows: the page may have stood open for hours. */
  const start = async (ids: readonly string[], whole = false) => {
    if (choice?.askSafety) {
      setStep("safety");
      return;
    }
    setHeld(null);
    setStarting(true);
    const fresh = await refresh();
    setStarting(false);
    if (!fresh.relief) {
      if (fresh.refused) setHeld({ ids, whole, why: fresh.refused });
      return;
    }
    const now = fresh.relief;
    if (signsFirst(now)) return;
    if (now.choice.askSafety) {
      setStep("safety");
      return;
    }
    // Within a routine the doses are those that fill its time.
    playSized(now.programme, now.choice, ids, whole ? now.choice.routine : []);
  };

  if (playing) {
    return (
      <div class="relief">
        <Player
          items={playing.items}
          pool={playing.pool}
          area={playing.choice.area || "overall"}
          programme={programme}
          against={stop?.text ?? ""}
          mayGoOn={async () => {
            const fresh = await refresh();
            if (!fresh.relief) return fresh.refused;
            if (!signsFirst(fresh.relief)) return "";
            setPlaying(null);
            return null;
          }}
          onLeave={() => {
            setPlaying(null);
            reload();
          }}
        />
      </div>
    );
  }
  const trouble = held ? (
    <Trouble
      text={`Nothing was begun: Sitwell could not look again at what is right for you. ${held.why}`}
      again={() => void start(held.ids, held.whole)}
    />
  ) : (
    problem && <Trouble text={problem} again={reload} />
  );
  const toRead = (
    <Programme
      programme={programme}
      choice={gate === "advice" ? choice : null}
      onDo={(e) => void start([e.id])}
      onSigns={gate === "signs" ? null : () => setStep("signs")}
    />
  );
  return (
    <div class="relief" aria-busy={busy}>
      {trouble}
      {gate === "stop" && stop && (
        <>
          <Stopped stop={stop} disclaimer={programme.disclaimer} onChange={() => setStep("signs")} />
          {toRead}
        </>
      )}
      {gate === "signs" && (
        <>
          <Signs
            programme={programme}
            profile={profile}
            why={choice?.askRedFlags ?? ""}
            save={(c) => keep(c, c.redFlags?.length === 0 ? "Noted: none of the signs." : "")}
            onCancel={choice?.askRedFlags ? undefined : () => setStep("")}
          />
          {toRead}
        </>
      )}
      {gate === "safety" && (
        <Questions
          programme={programme}
          profile={profile}
          save={(c) => keep(c, "Noted. What is proposed fits your answers now.")}
          onCancel={() => {
            setNamed([]);
            setStep("");
          }}
        />
      )}
      {gate === "waiting" && (
        <>
          <section class="now-card">
            <h1 tabIndex={-1}>What helps now</h1>
            <p class="sub">
              {busy ? "Loading…" : "What fits the answers that you just gave is not known yet."}
            </p>
          </section>
          {toRead}
        </>
      )}
      {gate === "advice" && choice && (
        <>
          <Advice
            relief={{ ...relief, choice }}
            wish={wish}
            busy={busy || starting}
            said={said}
            onWish={(w) => {
              setSaid("");
              setWish(w);
            }}
            onKit={(kit) => save({ kit })}
            onStart={(ids, whole) => void start(ids, whole)}
            onStep={setStep}
          />
          <div class="half-and-half">
            <Workplace programme={programme} profile={profile} choice={choice} save={save} />
            <Worked programme={programme} />
          </div>
          {toRead}
        </>
      )}
    </div>
  );
}

/** Whether signs come before exercises. */
const signsFirst = ({ choice, programme, profile }: Loaded & { choice: Choice }): boolean =>
  choice.stop !== null || choice.askRedFlags !== "" || stopOf(programme, profile) !== null;

/** What comes before advice, if anything does. */
function gateOf(
  r: Loaded | null,
  stops: boolean,
  step: Step,
): "loading" | "stop" | "signs" | "safety" | "waiting" | "advice" {
  if (!r) return "loading";
  if (stops) return step === "signs" ? "signs" : "stop";
  if (r.choice?.askRedFlags || step === "signs") return "signs";
  if (step === "safety") return "safety";
  return r.choice ? "advice" : "waiting";
}

function Trouble({ text, again }: { text: string; again: () => void }) {
  return (
    <div class="banner warn" role="alert">
      {text}
      <button type="button" class="plain" onClick={again}>
        Try again
      </button>
    </div>
  );
}

interface AdviceProps {
  relief: Loaded & { choice: Choice };
  wish: Wish;
  busy: boolean;
  said: string;
  onWish: (w: Wish) => void;
  onKit: (kit: string[]) => Promise<string>;
  /** Begins exercises; whole says that they are the routine. */
  onStart: (ids: readonly string[], whole: boolean) => void;
  onStep: (s: "safety" | "signs") => void;
}

function Advice({ relief, wish, busy, said, onWish, onKit, onStart, onStep }: AdviceProps) {
  const { programme, profile, choice } = relief;
  const open = useView((app) => app.link.status === "open");
  // What this page can't show can't be begun either.
  const now = choice.now && itemsOf(programme, [choice.now]).length > 0 ? choice.now : null;
  const routine = choice.routine.filter((s) => itemsOf(programme, [s]).length > 0);
  const rest = routine.findIndex((s) => s.forRest);
  return (
    <>
      <p class="said" role="status">
        {said}
      </p>
      <section class="now-card" aria-label="Now">
        <div class="words">
          <p class="eyebrow">One thing that helps now</p>
          <h1 tabIndex={-1}>{now ? now.name : "Nothing fits just now"}</h1>
          <p class="sub">{choice.why}</p>
          {now && now.why !== choice.why && <p>{now.why}</p>}
          {now?.adapt && (
            <p class="adapt">
              <strong>For you:</strong> {now.adapt}
            </p>
          )}
          {choice.seeProfessional && <p class="adapt">{choice.seeProfessional}</p>}
          {now && (
            <p class="actions">
              <button
                type="button"
                class="primary"
                disabled={!open}
                // One that is out of use for a moment would lose the focus.
                aria-disabled={busy}
                onClick={() => !busy && onStart([now.exercise], false)}
              >
                Start<span class="sr"> {now.name}</span>
              </button>
              <span class="note">{lengthWords(now.seconds)}</span>
            </p>
          )}
          {choice.askSafety && <p class="note">Five short questions come before your first one.</p>}
        </div>
        {now && <Moving exercise={now.exercise} label={`A figure that shows it: ${now.name}`} />}
        <p class="disclaimer">{choice.disclaimer}</p>
      </section>
      <section class="routine" aria-labelledby="routine-title">
        <div class="row">
          <h2 id="routine-title">{wish.minutes > 0 ? routineTitle(choice) : "That one thing alone"}</h2>
          {routine.length > 0 && (
            <p class="actions">
              <span class="note">{lengthWords(choice.seconds)}</span>
              <button
                type="button"
                class="primary"
                disabled={!open}
                aria-disabled={busy}
                onClick={() => {
                  if (!busy)
                    onStart(
                      routine.map((s) => s.exercise),
                      true,
                    );
                }}
              >
                Start the routine
              </button>
            </p>
          )}
        </div>
        <Wishes
          programme={programme}
          profile={profile}
          wish={wish}
          onWish={onWish}
          onKit={onKit}
          onSigns={() => onStep("signs")}
        />
        <div class="halves">
          {wish.minutes > 0 && (
            <div>
              {routine.length > 0 ? (
                <ol class="list">
                  {routine.map((s, i) => (
                    <li key={s.exercise}>
                      <span>
                        <PartLink to={`exercise-${s.exercise}`}>{s.name}</PartLink>
                        <span class="note">
                          {i === rest && "For the rest of the back. "}
                          {s.adapt || s.why}
                        </span>
                      </span>
                      <span class="time">{lengthWords(s.seconds)}</span>
                    </li>
                  ))}
                </ol>
              ) : (
                <p class="note">Nothing fits into {wish.minutes} min.</p>
              )}
              {choice.short && <p class="note">{choice.short}</p>}
            </div>
          )}
          <Beside choice={choice} programme={programme} />
        </div>
        <p class="answers">
          <button type="button" class="plain" onClick={() => onStep("safety")}>
            {profile.answered ? "Change my answers" : "Answer the five questions"}
          </button>
          <button type="button" class="plain" onClick={() => onStep("signs")}>
            Check the signs
          </button>
        </p>
      </section>
    </>
  );
}

/** What is to be known beside a routine. */
function Beside({ choice, programme }: { choice: Choice; programme: All }) {
  const avoid = programme.avoid.find((a) => a.id === choice.avoid);
  return (
    <dl class="beside-it">
      {choice.leftOut && (
        <div>
          <dt>Left out</dt>
          <dd>{choice.leftOut}</dd>
        </div>
      )}
      {avoid && (
        <div>
          <dt>
            Avoid <PartLink to={`avoid-${avoid.id}`}>{avoid.name.toLowerCase()}</PartLink>
          </dt>
          <dd>
            {avoid.why} {avoid.rather}
          </dd>
        </div>
      )}
      {choice.support.length > 0 && (
        <div>
          <dt>At your desk</dt>
          {choice.support.map((s) => (
            <dd key={s}>
              <span class="note">{askOf(programme, s)}</span> {s}
            </dd>
          ))}
        </div>
      )}
      <Also choice={choice} programme={programme} />
    </dl>
  );
}

/** What a change at the desk is the answer to: by itself it does not name its thing. */
const askOf = (p: All, advice: string): string =>
  p.workplace.find((c) => c.answers.some((a) => a.advice === advice))?.ask ?? "";

function Also({ choice, programme }: { choice: Choice; programme: All }) {
  const known = choice.techniques.flatMap((id) => programme.techniques.find((t) => t.id === id) ?? []);
  if (known.length === 0) return null;
  return (
    <div>
      <dt>Helps, too</dt>
      <dd class="chips">
        {known.map((t) => (
          <PartLink key={t.id} to={`technique-${t.id}`}>
            {t.name}
          </PartLink>
        ))}
      </dd>
    </div>
  );
}
