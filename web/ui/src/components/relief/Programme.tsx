import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type {
  AreaAdvice,
  Choice,
  Exercise,
  Fit,
  Programme as All,
  RedFlag,
  Source,
  Technique,
} from "../../relief-contract";
import {
  doseWords,
  exerciseOf,
  feelLabel,
  kindLabel,
  kitWords,
  limitNotes,
  momentLabel,
  placeLabel,
  urgencyWords,
} from "../../relief-words";
import { Moving } from "./Moving";

interface ProgrammeProps {
  programme: All;
  /** What may be done; null while nothing may, and then there are neither exercises nor other ways to ease it. */
  choice: Choice | null;
  /** Begins a single exercise. */
  onDo: (e: Exercise) => void;
  /** Leads to the signs; null where they stand already. */
  onSigns: (() => void) | null;
}

/** Opens what an address within the page names, and goes there. */
export function showPart(id: string): void {
  const part = document.getElementById(id);
  if (!part) return;
  for (let at: Element | null = part; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  part.scrollIntoView({ block: "start" });
  const focus = part.querySelector<HTMLElement>("summary, h2, h3") ?? part;
  focus.focus({ preventScroll: true });
}

/** A link within the page, which opens what it leads to. */
export function PartLink({ to, children }: { to: string; children: ComponentChildren }) {
  return (
    <a
      href={`#${to}`}
      onClick={(e) => {
        e.preventDefault();
        showPart(to);
      }}
    >
      {children}
    </a>
  );
}

const areaID = (a: AreaAdvice): string => `area-${a.area}`;

/** From this width on there is room for every area's exercises; below each area is a fold. */
const roomy = "(min-width: 44rem)";

/** All there is to read. */
export function Programme({ programme, choice, onDo, onSigns }: ProgrammeProps) {
  const [unfolded] = useState(() => matchMedia(roomy).matches);
  const techniques = new Map(programme.techniques.map((t) => [t.id, t]));
  const urgent = programme.redFlags.filter((f) => f.urgency === "at_once");
  const soon = programme.redFlags.filter((f) => f.urgency === "soon");
  return (
    <section class="programme" aria-labelledby="programme-title">
      <h2 id="programme-title" tabIndex={-1}>
        {choice ? "All of it, to read" : "To read"}
      </h2>
      {choice && <p class="manner">{programme.manner}</p>}
      {choice && <p class="disclaimer">{programme.disclaimer}</p>}
      <nav class="parts-nav" aria-label="Parts of the programme">
        <ul>
          {choice &&
            programme.areas.map((a) => (
              <li key={a.area}>
                <PartLink to={areaID(a)}>{placeLabel(a.area)}</PartLink>
              </li>
            ))}
          <li>
            <PartLink to="causes">Why it comes</PartLink>
          </li>
          {choice && (
            <li>
              <PartLink to="techniques">Ways to ease it</PartLink>
            </li>
          )}
          <li>
            <PartLink to="avoid">What to avoid</PartLink>
          </li>
          <li>
            <PartLink to="see-somebody">When to see somebody</PartLink>
          </li>
        </ul>
      </nav>
      {choice &&
        programme.areas.map((a) => (
          <Part
            key={a.area}
            id={areaID(a)}
            name={a.name}
            note={`${exercisesOf(programme, a).length} exercises`}
            open={unfolded}
          >
            <p class="also">
              What helps here: <Links ids={a.techniques} of={techniques} />
            </p>
            <div class="items">
              {exercisesOf(programme, a).map((e) => (
                <ExerciseCard
                  key={e.id}
                  exercise={e}
                  programme={programme}
                  fit={choice.exercises.find((f) => f.exercise === e.id) ?? null}
                  asks={choice.askSafety}
                  onDo={onDo}
                />
              ))}
            </div>
          </Part>
        ))}
      <Part id="causes" name="Why it comes" open={unfolded}>
        <ul class="plain-cards">
          {programme.causes.map((c) => (
            <li key={c.id} id={`cause-${c.id}`}>
              <h4>{c.name}</h4>
              <p class="note">Feels like: {feelLabel(c.feel).toLowerCase()}</p>
              <p>{c.why}</p>
              {choice && (
                <p class="also">
                  Eased by: <Links ids={c.eased} of={techniques} />
                </p>
              )}
              <From source={c.source} />
            </li>
          ))}
        </ul>
      </Part>
      {choice && (
        <Part id="techniques" name="Ways to ease it" open={unfolded}>
          <div class="items">
            {programme.techniques.map((t) => (
              <details key={t.id} id={`technique-${t.id}`} class="item">
                <summary>
                  <span class="name">{t.name}</span>
                  <span class="note">{t.areas.map((a) => placeLabel(a).toLowerCase()).join(", ")}</span>
                </summary>
                <div class="body">
                  <p>{t.how}</p>
                  {t.with.length > 0 && <p class="note">With: {t.with.join(", ")}</p>}
                  <p class="caution">{t.caution}</p>
                  <From source={t.source} />
                </div>
              </details>
            ))}
          </div>
        </Part>
      )}
      <Part id="avoid" name="What to avoid" open={unfolded}>
        <ul class="plain-cards">
          {programme.avoid.map((a) => (
            <li key={a.id} id={`avoid-${a.id}`}>
              <h4>{a.name}</h4>
              <p>{a.why}</p>
              <p>
                <strong>Rather:</strong> {a.rather}
              </p>
              <p class="note">Minded {momentLabel(a.moment)}</p>
              <From source={a.source} />
            </li>
          ))}
        </ul>
      </Part>
      <section id="see-somebody" class="see-somebody" aria-labelledby="see-title">
        <h3 id="see-title" tabIndex={-1}>
          When to see somebody
        </h3>
        <div class="two">
          <Flags name={urgencyWords.at_once} list={urgent} />
          <Flags name={urgencyWords.soon} list={soon} />
        </div>
        <p class="lasting">{programme.lasting}</p>
        {onSigns && (
          <p>
            <button type="button" class="quiet-button small" onClick={onSigns}>
              I have one of these signs
            </button>
          </p>
        )}
      </section>
    </section>
  );
}

/** A part under its headline: a fold where there is little room. */
function Part(p: { id: string; name: string; note?: string; open: boolean; children: ComponentChildren }) {
  return (
    <details id={p.id} class="part" open={p.open}>
      <summary>
        <h3>{p.name}</h3>
        {p.note && <span class="note">{p.note}</span>}
      </summary>
      <div class="within">{p.children}</div>
    </details>
  );
}

/** The exercises of an area's advice; one that no area names stands with its own. */
function exercisesOf(p: All, a: AreaAdvice): Exercise[] {
  const named = new Set(p.areas.flatMap((x) => x.exercises));
  const own = a.exercises.flatMap((id) => exerciseOf(p, id) ?? []);
  return [...own, ...p.exercises.filter((e) => !named.has(e.id) && e.areas[0] === a.area)];
}

function Links({ ids, of }: { ids: readonly string[]; of: ReadonlyMap<string, Technique> }) {
  const known = ids.flatMap((id) => of.get(id) ?? []);
  return (
    <>
      {known.map((t, i) => (
        <span key={t.id}>
          {i > 0 && ", "}
          <PartLink to={`technique-${t.id}`}>{t.name.toLowerCase()}</PartLink>
        </span>
      ))}
      .
    </>
  );
}

function Flags({ name, list }: { name: string; list: readonly RedFlag[] }) {
  return (
    <div>
      <h4>{name}</h4>
      <ul class="flags">
        {list.map((f) => (
          <li key={f.id}>
            {f.neck && <span class="note">With pain in the neck: </span>}
            {f.sign}
            <From source={f.source} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Where a statement comes from, and whether that is little. */
export function From({ source }: { source: Source }) {
  return (
    <p class="from">
      Source: {source.name}
      {source.weak && <span class="weak">weak evidence</span>}
    </p>
  );
}

interface CardProps {
  exercise: Exercise;
  programme: All;
  /** How it stands with this person; null when the service does not say. */
  fit: Fit | null;
  /** The safety questions come before it. */
  asks: boolean;
  onDo: (e: Exercise) => void;
}

/** An exercise with all that is known of it; its figure is drawn once it is opened. */
function ExerciseCard({ exercise: e, programme, fit, asks, onDo }: CardProps) {
  const [open, setOpen] = useState(false);
  const no = asks ? "" : fit?.against;
  const eased = programme.causes.filter((c) => e.eases.includes(c.id));
  return (
    <details id={`exercise-${e.id}`} class="item" onToggle={(ev) => setOpen(ev.currentTarget.open)}>
      <summary>
        <span class="name">{e.name}</span>
        <span class="note">{doseWords(e.dose)}</span>
      </summary>
      <div class="body">
        {open && <Moving exercise={e.id} label={`A figure that shows it: ${e.name}`} />}
        <p>{e.does}</p>
        <ol class="how">
          {e.steps.map((s) => (
            <li key={s}>{s}</li>
          ))}
        </ol>
        <p class="caution">{e.caution}</p>
        {fit?.adapt && (
          <p class="adapt">
            <strong>For you:</strong> {fit.adapt}
          </p>
        )}
        <p class="note">
          To {kindLabel(e.kind)}. {kitWords(e)}.
          {eased.length > 0 && ` Eases ${eased.map((c) => c.name.toLowerCase()).join(", ")}.`}
        </p>
        {limitNotes(e).map((l) => (
          <p key={l} class="note">
            {l}
          </p>
        ))}
        <From source={e.source} />
        {no ? (
          <p class="against">{no}</p>
        ) : fit?.missing ? (
          <p class="note">{fit.missing} Tick it above when it is at hand.</p>
        ) : (
          fit && (
            <p>
              <button type="button" class="quiet-button small" onClick={() => onDo(e)}>
                Do this one<span class="sr">: {e.name}</span>
              </button>
            </p>
          )
        )}
      </div>
    </details>
  );
}
