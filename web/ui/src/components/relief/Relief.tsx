import { useEffect, useRef, useState } from "preact/hooks";
import "../../relief.css";
import { focusHeadline, useView } from "../../hooks";
import { loadChoice, type Wish } from "../../relief-api";
import type { Choice, Profile, Programme as All } from "../../relief-contract";
import { exercisesOf, paths } from "../../route";
import type { Item } from "../../relief-player";
import {
  afterSigns,
  feelLabel,
  fitting,
  itemsOf,
  kitLabel,
  lengthWords,
  placeLabel,
  routineTitle,
} from "../../relief-words";
import { Moving } from "./Moving";
import { Player } from "./Player";
import { PartLink, Programme } from "./Programme";
import { Questions, Signs, Stopped } from "./Safety";
import { Worked } from "./Worked";
import { Workplace } from "./Workplace";
import { useRelief, type Relief as Loaded } from "./useRelief";

type Step = "" | "safety" | "signs";

/** What to do about the tension. */
export function Relief() {
  const [wish, setWish] = useState<Wish>({ area: "", minutes: 5, feels: [] });
  const { relief, problem, busy, reload, save } = useRelief(wish);
  const [step, setStep] = useState<Step>("");
  /** Why the signs were asked for, once there were none. */
  const [checked, setChecked] = useState("");
  const [said, setSaid] = useState("");
  const [playing, setPlaying] = useState<{ items: Item[]; pool: Item[] } | null>(null);
  const [starting, setStarting] = useState(false);
  /** What the address asks to begin with, until that has begun. */
  const [named, setNamed] = useState(() => exercisesOf(location.search));
  useEffect(() => {
    // Loaded again, the page does not begin again.
    if (named.length > 0) history.replaceState(null, "", paths.relief);
  }, []);

  const gate = gateOf(relief, step);
  const shown = playing ? "playing" : gate;
  // Whoever reads by ear or key begins at the top of what takes the place of another.
  const before = useRef(shown);
  const held = useRef(false);
  useEffect(() => {
    const was = before.current;
    before.current = shown;
    if (was === shown) return;
    if (was !== "loading") scrollTo(0, 0);
    // What was there while it loaded had the focus: what came has it now.
    if (was !== "loading" || (held.current && document.activeElement === document.body)) focusHeadline();
  }, [shown]);

  // What was named begins once nothing comes before it.
  useEffect(() => {
    if (!relief || named.length === 0) return;
    if (gate === "stop") setNamed([]);
    if (gate !== "advice") return;
    if (relief.choice.askSafety) {
      setStep("safety");
      return;
    }
    setNamed([]);
    const items = fitting(relief.programme, relief.choice.exercises, named);
    if (items.length > 0) play(items, relief.choice);
    else setSaid("What was offered is not for you now. This is:");
  }, [relief, gate, named]);

  const play = (items: Item[], { exercises }: Choice) => {
    setSaid("");
    // What may be done instead is whatever fits.
    if (relief) setPlaying({ items, pool: fitting(relief.programme, exercises) });
  };

  if (!relief) {
    return (
      <div class="relief">
        <section class="now-card">
          <h1 tabIndex={-1} onFocus={() => (held.current = true)}>
            What helps now
          </h1>
          {problem ? <Trouble text={problem} again={reload} /> : <p class="sub">Loading…</p>}
        </section>
      </div>
    );
  }
  const { programme, profile, choice } = relief;
  const keep = async (p: Profile, then: string): Promise<string> => {
    const refused = await save(p);
    if (!refused) {
      setStep("");
      setSaid(then);
    }
    return refused;
  };
  const start = async (items: Item[]) => {
    if (choice.askSafety) {
      setStep("safety");
      return;
    }
    setStarting(true);
    // The page may have stood open for hours: what was said since counts.
    const { value } = await loadChoice(wish);
    setStarting(false);
    if (value?.stop || value?.askRedFlags) reload();
    else play(items, value ?? choice);
  };

  if (playing) {
    return (
      <div class="relief">
        <Player
          items={playing.items}
          pool={playing.pool}
          area={choice.area || "overall"}
          programme={programme}
          onLeave={() => {
            setPlaying(null);
            reload();
          }}
        />
      </div>
    );
  }
  return (
    <div class="relief" aria-busy={busy}>
      {problem && <Trouble text={problem} again={reload} />}
      {gate === "stop" && choice.stop && (
        <Stopped stop={choice.stop} disclaimer={choice.disclaimer} onChange={() => setStep("signs")} />
      )}
      {gate === "signs" && (
        <Signs
          programme={programme}
          profile={profile}
          why={choice.askRedFlags}
          save={(p) => {
            setChecked(choice.askRedFlags);
            return keep(p, p.redFlags.length === 0 ? "Noted: none of the signs." : "");
          }}
          onCancel={choice.askRedFlags ? undefined : () => setStep("")}
        />
      )}
      {gate === "safety" && (
        <Questions
          programme={programme}
          profile={profile}
          save={(p) => keep(p, "Noted. What is proposed fits your answers now.")}
          onCancel={() => {
            setNamed([]);
            setStep("");
          }}
        />
      )}
      {gate === "advice" && (
        <>
          <Advice
            relief={relief}
            wish={wish}
            busy={busy || starting}
            said={said}
            checked={afterSigns(checked).replace(choice.why, "").trim()}
            onWish={(w) => {
              setSaid("");
              setWish(w);
            }}
            onKit={(kit) => save({ ...profile, kit })}
            onStart={(items) => void start(items)}
            onStep={setStep}
          />
          <div class="half-and-half">
            <Workplace programme={programme} profile={profile} save={save} />
            <Worked programme={programme} />
          </div>
          <Programme
            programme={programme}
            choice={choice}
            onDo={(e) => void start(fitting(programme, choice.exercises, [e.id]))}
            onSigns={() => setStep("signs")}
          />
        </>
      )}
    </div>
  );
}

/** What comes before advice, if anything does. */
function gateOf(r: Loaded | null, step: Step): "loading" | "stop" | "signs" | "safety" | "advice" {
  if (!r) return "loading";
  if (r.choice.stop) return step === "signs" ? "signs" : "stop";
  if (r.choice.askRedFlags || step === "signs") return "signs";
  return step === "safety" ? "safety" : "advice";
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
  relief: Loaded;
  wish: Wish;
  busy: boolean;
  said: string;
  checked: string;
  onWish: (w: Wish) => void;
  onKit: (kit: string[]) => Promise<string>;
  onStart: (items: Item[]) => void;
  onStep: (s: Step) => void;
}

function Advice({ relief, wish, busy, said, checked, onWish, onKit, onStart, onStep }: AdviceProps) {
  const { programme, profile, choice } = relief;
  const open = useView((app) => app.link.status === "open");
  const now = choice.now ? itemsOf(programme, [choice.now]) : [];
  const routine = itemsOf(programme, choice.routine);
  const avoid = programme.avoid.find((a) => a.id === choice.avoid);
  return (
    <>
      <p class="said" role="status">
        {said}
      </p>
      <section class="now-card" aria-label="Now">
        <div class="words">
          <p class="eyebrow">One thing that helps now</p>
          <h1 tabIndex={-1}>{choice.now && now.length > 0 ? choice.now.name : "Nothing fits just now"}</h1>
          <p class="sub">{choice.why}</p>
          {choice.now && choice.now.why !== choice.why && <p>{choice.now.why}</p>}
          {choice.now?.adapt && (
            <p class="adapt">
              <strong>For you:</strong> {choice.now.adapt}
            </p>
          )}
          {checked && <p class="adapt">{checked}</p>}
          {choice.now && now.length > 0 && (
            <p class="actions">
              <button type="button" class="primary" disabled={busy || !open} onClick={() => onStart(now)}>
                Start<span class="sr"> {choice.now.name}</span>
              </button>
              <span class="note">{lengthWords(choice.now.seconds)}</span>
            </p>
          )}
          {choice.askSafety && <p class="note">Five short questions come before your first one.</p>}
        </div>
        {choice.now && now.length > 0 && (
          <Moving exercise={choice.now.exercise} label={`A figure that shows it: ${choice.now.name}`} />
        )}
        <p class="disclaimer">{choice.disclaimer}</p>
      </section>
      <div class="half-and-half">
        <Wishes
          programme={programme}
          profile={profile}
          wish={wish}
          onWish={onWish}
          onKit={onKit}
          onStep={onStep}
        />
        <section class="routine" aria-labelledby="routine-title">
          {wish.minutes > 0 && (
            <>
              <div class="row">
                <h2 id="routine-title">{routineTitle(choice)}</h2>
                <p class="note">{routine.length > 0 ? lengthWords(choice.seconds) : ""}</p>
              </div>
              {routine.length > 0 ? (
                <>
                  <ol class="list">
                    {choice.routine.map((s) => (
                      <li key={s.exercise}>
                        <span>
                          <PartLink to={`exercise-${s.exercise}`}>{s.name}</PartLink>
                          <span class="note">{s.adapt || s.why}</span>
                        </span>
                        <span class="time">{lengthWords(s.seconds)}</span>
                      </li>
                    ))}
                  </ol>
                  <p>
                    <button
                      type="button"
                      class="primary"
                      disabled={busy || !open}
                      onClick={() => onStart(routine)}
                    >
                      Start the routine
                    </button>
                  </p>
                </>
              ) : (
                <p class="note">Nothing fits into {wish.minutes} min. Take a little more time.</p>
              )}
            </>
          )}
          {wish.minutes === 0 && (
            <h2 id="routine-title" class="sr">
              With it
            </h2>
          )}
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
        </section>
      </div>
    </>
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

interface WishesProps {
  programme: All;
  profile: Profile;
  wish: Wish;
  onWish: (w: Wish) => void;
  onKit: (kit: string[]) => Promise<string>;
  onStep: (s: Step) => void;
}

/** Where, how long, how it feels, and what is at hand. */
function Wishes({ programme, profile, wish, onWish, onKit, onStep }: WishesProps) {
  const [kitProblem, setKitProblem] = useState("");
  // What was ticked counts at once; the service's answer comes after.
  const [ticked, setTicked] = useState<readonly string[] | null>(null);
  const kit = ticked ?? profile.kit ?? ["chair"];
  const turn = useRef(0);
  const tick = async (k: string) => {
    const next = programme.kits.filter((x) => (x === k ? !kit.includes(x) : kit.includes(x)));
    const mine = ++turn.current;
    setTicked(next);
    const refused = await onKit(next);
    if (mine !== turn.current) return;
    setTicked(null);
    setKitProblem(refused);
  };
  const feels = programme.causes.map((c) => c.feel);
  return (
    <section class="wishes" aria-labelledby="wishes-title">
      <h2 id="wishes-title">Make it yours</h2>
      <fieldset>
        <legend>Where</legend>
        <div class="pick">
          {["", ...programme.areas.map((a) => a.area)].map((a) => (
            <label key={a}>
              <input
                type="radio"
                name="area"
                checked={wish.area === a}
                onChange={() => onWish({ ...wish, area: a })}
              />
              <span>{a ? placeLabel(a) : "What fits"}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>How long</legend>
        <div class="pick">
          {[0, ...programme.minutes].map((m) => (
            <label key={m}>
              <input
                type="radio"
                name="minutes"
                checked={wish.minutes === m}
                onChange={() => onWish({ ...wish, minutes: m })}
              />
              <span>{m > 0 ? `${m} min` : "One thing"}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>How it feels</legend>
        <div class="pick">
          {feels.map((f) => (
            <label key={f}>
              <input
                type="checkbox"
                checked={wish.feels.includes(f)}
                onChange={() =>
                  onWish({ ...wish, feels: feels.filter((x) => (x === f) !== wish.feels.includes(x)) })
                }
              />
              <span>{feelLabel(f)}</span>
            </label>
          ))}
        </div>
        {wish.feels.includes("nerve") && (
          <p class="note">
            Tingling, numb or weak in an arm or in both legs?{" "}
            <button type="button" class="plain" onClick={() => onStep("signs")}>
              Look at the signs first
            </button>
          </p>
        )}
      </fieldset>
      <fieldset>
        <legend>At hand</legend>
        <div class="pick">
          {programme.kits.map((k) => (
            <label key={k}>
              <input type="checkbox" checked={kit.includes(k)} onChange={() => void tick(k)} />
              <span>{kitLabel(k)}</span>
            </label>
          ))}
        </div>
        {kitProblem && <p role="alert">{kitProblem}</p>}
      </fieldset>
      <p class="answers">
        <button type="button" class="plain" onClick={() => onStep("safety")}>
          {profile.answered ? "Change my answers" : "Answer the five questions"}
        </button>
        <button type="button" class="plain" onClick={() => onStep("signs")}>
          Check the signs
        </button>
      </p>
    </section>
  );
}
