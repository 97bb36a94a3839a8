import { useEffect, useMemo, useState } from "preact/hooks";
import "../settings.css";
import { loadSettings, saveSettings } from "../api";
import { signals, type AllSettings, type QuietHours, type Signal } from "../contract";
import { useServices, useView } from "../hooks";
import {
  alertAfterChoices,
  breakFrom,
  breakStep,
  breakTo,
  choices,
  cooldownChoices,
  dayEndHow,
  drafted,
  easedWords,
  lengthWords,
  maxStep,
  minStep,
  patchOf,
  perDayChoices,
  perHourChoices,
  resetDraft,
  sensitivityOf,
  someDayEnd,
  staticChoices,
  stepWord,
  usualStatic,
  usualStep,
  usualWords,
  type Draft,
} from "../settings";
import { minutes, signalLabel, signalMeaning } from "../words";
import { Baselines } from "./Baselines";
import { Data } from "./Data";
import { WhatIf } from "./WhatIf";

/** The page where the person says how Sitwell is to judge, tell and be silent. */
export function Settings() {
  const { store } = useServices();
  const [all, setAll] = useState<AllSettings | null>(null);
  // What is not saved yet outlasts a look at the live page.
  const [draft, setHere] = useState<Draft>(() => store.app.draft);
  const setDraft = (draft: Draft) => {
    setHere(draft);
    store.dispatch({ type: "draft", draft });
  };
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const open = useView((app) => app.link.status === "open");
  const demo = useView((app) => app.live?.source.demo ?? false);
  // "That was wrong" and the demo's own database change what is in effect.
  const changed = useView((app) => {
    const e = app.events.findLast((e) => e.kind === "wrong" || e.kind === "wrong_off");
    return `${e?.kind} ${e?.time} ${app.live?.source.demo}`;
  });
  useEffect(() => {
    if (!open) return;
    let here = true;
    void loadSettings().then((a) => {
      if (!here) return;
      setProblem(a.refused);
      if (a.value) setAll(a.value);
    });
    return () => void (here = false);
  }, [open, changed]);

  const { patch, changes } = useMemo(
    () => (all ? patchOf(all, draft) : { patch: {}, changes: 0 }),
    [all, draft],
  );
  const change = (d: Draft) => setDraft({ ...draft, ...d });
  const save = async () => {
    setBusy(true);
    const answer = await saveSettings(patch);
    setBusy(false);
    setProblem(answer.refused);
    if (!answer.value) return;
    setAll(answer.value);
    setDraft({});
    store.dispatch({ type: "toast", text: "Saved.", at: performance.now() });
  };
  const s = all && drafted(all.settings, draft);
  const back = all ? patchOf(all, resetDraft(all)).changes : 0;
  return (
    <div class="settings">
      <div class="settings-head">
        <h1 tabIndex={-1}>Settings</h1>
        <p class="note">
          What you change here is kept on this machine and counts at once when it is saved.
          {demo && " The demo has shorter times of its own."}
        </p>
      </div>
      {problem && (
        <p class="banner warn" role="alert">
          {problem}
        </p>
      )}
      {!s && !problem && <p class="note">Loading…</p>}
      {all && s && (
        <>
          <section class="sensitivity" aria-labelledby="sensitivity-title">
            <h2 id="sensitivity-title">How sensitive</h2>
            <p class="note">
              A higher step sees a slouch sooner in this sign of it. Step 3 is the usual one.
            </p>
            <ul>
              {allSignals(all).map((signal) => (
                <Sensitivity
                  key={signal}
                  signal={signal}
                  step={sensitivityOf(s, signal)}
                  eased={s.eased[signal] ?? 0}
                  setStep={(v) => change({ sensitivity: { ...draft.sensitivity, [signal]: v } })}
                  undo={() =>
                    change({ eased: { ...draft.eased, [signal]: all.defaults.eased[signal] ?? 0 } })
                  }
                />
              ))}
            </ul>
          </section>
          <div class="beside">
            <WhatIf all={all} draft={draft} />
            <section class="when" aria-labelledby="when-title">
              <h2 id="when-title">When you are told</h2>
              <Choice
                label="An alert comes after"
                value={s.alertAfter}
                usual={alertAfterChoices}
                words={lengthWords}
                note="of unbroken slouching. The page’s colour changes sooner."
                set={(alertAfter) => change({ alertAfter })}
              />
              <Choice
                label="Then none for"
                value={s.cooldown}
                usual={cooldownChoices}
                words={lengthWords}
                note="It grows by itself while you slouch little or put alerts away."
                set={(cooldown) => change({ cooldown })}
              />
              <Choice
                label="At most in an hour"
                value={s.perHour}
                usual={perHourChoices}
                words={count}
                set={(perHour) => change({ perHour })}
              />
              <Choice
                label="At most in a day"
                value={s.perDay}
                usual={perDayChoices}
                words={count}
                set={(perDay) => change({ perDay })}
              />
            </section>
          </div>
          <section class="sitting-settings" aria-labelledby="breaks-title">
            <h2 id="breaks-title">Sitting</h2>
            <BreakEvery value={s.breakEvery} set={(breakEvery) => change({ breakEvery })} />
            <label class="check">
              <input
                type="checkbox"
                checked={s.staticAfter > 0}
                onChange={(e) => change({ staticAfter: e.currentTarget.checked ? usualStatic : 0 })}
              />
              <span>Suggest a change when one posture is held for long, even a good one</span>
            </label>
            {s.staticAfter > 0 && (
              <Choice
                label="For long is"
                value={s.staticAfter}
                usual={staticChoices}
                words={lengthWords}
                set={(staticAfter) => change({ staticAfter })}
              />
            )}
            <DayEnd value={s.dayEnd} usual={all.usualDayEnd} set={(dayEnd) => change({ dayEnd })} />
          </section>
          <Quiet list={s.quiet} set={(quiet) => change({ quiet })} />
        </>
      )}
      <Baselines />
      <Data />
      {all && (
        <div class={`save${changes > 0 ? " open" : ""}`} role="group" aria-label="Save">
          <p role="status">
            {changes === 0
              ? back === 0
                ? "Everything is at its default."
                : "All is saved."
              : `${changes === 1 ? "One change is" : `${changes} changes are`} not saved yet.`}
          </p>
          <div class="actions">
            {changes > 0 ? (
              <>
                <button type="button" class="primary" disabled={busy || !open} onClick={() => void save()}>
                  Save
                </button>
                <button type="button" class="quiet-button" onClick={() => setDraft({})}>
                  Drop
                </button>
              </>
            ) : (
              <button
                type="button"
                class="quiet-button"
                disabled={back === 0}
                onClick={() => setDraft(resetDraft(all))}
              >
                Reset to default
              </button>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

/** The signals known here, and those of a newer service that have been set. */
const allSignals = (all: AllSettings): Signal[] => [
  ...new Set<Signal>([
    ...signals,
    ...Object.keys(all.defaults.sensitivity),
    ...Object.keys(all.settings.sensitivity),
    ...Object.keys(all.settings.eased),
  ]),
];

const count = (n: number): string => (n === 0 ? "none" : n === 1 ? "1 alert" : `${n} alerts`);

interface SensitivityProps {
  signal: Signal;
  step: number;
  eased: number;
  setStep: (step: number) => void;
  undo: () => void;
}

function Sensitivity({ signal, step, eased, setStep, undo }: SensitivityProps) {
  const id = `sensitivity-${signal}`;
  const words = easedWords(eased);
  return (
    <li>
      <label for={id}>
        {signalLabel(signal)}
        <span class="note">{signalMeaning(signal)}</span>
      </label>
      <div class="steps">
        <input
          id={id}
          type="range"
          min={minStep}
          max={maxStep}
          step={1}
          value={step}
          aria-valuetext={`${step} of ${maxStep}: ${stepWord(step)} sensitive`}
          onInput={(e) => setStep(Number(e.currentTarget.value))}
        />
        <div class="scale" aria-hidden="true">
          {[1, 2, 3, 4, 5].map((n) => (
            <i key={n} class={n === usualStep ? "usual" : ""} />
          ))}
        </div>
      </div>
      <output for={id}>
        {step} <span>{stepWord(step)}</span>
      </output>
      {words && (
        <p class="eased">
          {words}
          <button
            type="button"
            class="plain"
            onClick={undo}
            aria-label={`Undo the easing of ${signalLabel(signal)}`}
          >
            Undo
          </button>
        </p>
      )}
    </li>
  );
}

interface ChoiceProps {
  label: string;
  value: number;
  usual: readonly number[];
  words: (n: number) => string;
  note?: string;
  set: (n: number) => void;
}

function Choice({ label, value, usual, words, note, set }: ChoiceProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={value} onChange={(e) => set(Number(e.currentTarget.value))}>
        {choices(usual, value).map((n) => (
          <option key={n} value={n}>
            {words(n)}
          </option>
        ))}
      </select>
      {note && <span class="note">{note}</span>}
    </label>
  );
}

function BreakEvery({ value, set }: { value: number; set: (n: number) => void }) {
  const words = value < 60 ? lengthWords(value) : minutes(value);
  return (
    <div class="range">
      <label for="break-every">Suggest a break after</label>
      <output for="break-every">{words} of sitting</output>
      <input
        id="break-every"
        type="range"
        min={breakFrom}
        max={breakTo}
        step={breakStep}
        value={value}
        aria-valuetext={`${words} of sitting`}
        onInput={(e) => set(Number(e.currentTarget.value))}
      />
    </div>
  );
}

const dayEndWords = { auto: "As I usually stop", at: "At a time", off: "Off" } as const;

/** When the working day ends, and whether it is spoken of. */
function DayEnd({ value, usual, set }: { value: string; usual: string | null; set: (v: string) => void }) {
  const how = dayEndHow(value);
  return (
    <fieldset class="day-end">
      <legend>End of the day</legend>
      <p class="note">Shortly before it ten minutes for your back are offered, once.</p>
      {(["auto", "at", "off"] as const).map((h) => (
        <div key={h}>
          <label class="check">
            <input
              type="radio"
              name="day-end"
              checked={how === h}
              onChange={() => set(h === "at" ? (usual ?? someDayEnd) : h)}
            />
            <span>{dayEndWords[h]}</span>
          </label>
          {h === "auto" && how === h && <span class="note">{usualWords(usual)}</span>}
          {h === "at" && how === h && (
            <input
              type="time"
              aria-label="The day ends at"
              value={value}
              // A field that is being typed into is empty for a moment: that is no time yet.
              onChange={(e) => e.currentTarget.value && set(e.currentTarget.value)}
            />
          )}
        </div>
      ))}
    </fieldset>
  );
}

/** Hours of each day without alerts and suggestions. */
function Quiet({ list, set }: { list: readonly QuietHours[]; set: (q: QuietHours[]) => void }) {
  const edit = (at: number, part: Partial<QuietHours>) => {
    // A field that is being typed into is empty for a moment: that is no time yet.
    if (part.from === "" || part.to === "") return;
    set(list.map((q, i) => (i === at ? { ...q, ...part } : q)));
  };
  return (
    <section class="quiet" aria-labelledby="quiet-title">
      <h2 id="quiet-title">Quiet hours</h2>
      <p class="note">No alerts and no suggestions then. They may pass midnight.</p>
      {list.length > 0 && (
        <ul>
          {list.map((q, i) => (
            <li key={i}>
              <label>
                <span>from</span>
                <input
                  type="time"
                  value={q.from}
                  onChange={(e) => edit(i, { from: e.currentTarget.value })}
                />
              </label>
              <label>
                <span>to</span>
                <input type="time" value={q.to} onChange={(e) => edit(i, { to: e.currentTarget.value })} />
              </label>
              {q.from === q.to && <span class="note">the whole day</span>}
              <button
                type="button"
                class="plain"
                aria-label={`Remove the quiet hours from ${q.from} to ${q.to}`}
                onClick={() => set(list.filter((_, at) => at !== i))}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <button
        type="button"
        class="quiet-button small"
        onClick={() =>
          set([...list, list.length === 0 ? { from: "22:00", to: "07:00" } : { from: "12:00", to: "13:00" }])
        }
      >
        Add quiet hours
      </button>
    </section>
  );
}
