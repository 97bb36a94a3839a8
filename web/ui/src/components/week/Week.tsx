import { useEffect, useRef, useState } from "preact/hooks";
import "../../week.css";
import { addWeeks, fullDate, mondayOf, weekWords } from "../../calendar";
import type { Kept } from "../../kept";
import { useServices, useView } from "../../hooks";
import { go, plainClick, weekPath } from "../../route";
import { loadKept, reportPath } from "../../week-api";
import type { Insight, Week as WeekFigures } from "../../week-contract";
import { dayNotes } from "../../week-view";
import {
  glued,
  headline,
  insightBasis,
  insightFigures,
  isEmpty,
  isToCome,
  keyFigures,
  nearestWeek,
  weekName,
} from "../../week-words";
import { CheckIn } from "./CheckIn";
import { Days } from "./Days";
import { Diary } from "./Diary";
import { Heat } from "./Heat";
import { Patterns } from "./Patterns";
import { Rests } from "./Rests";
import { Strain } from "./Strain";
import { Take } from "./Take";
import { Timeline } from "./Timeline";
import { Trend } from "./Trend";
import { useWeek } from "./useWeek";

/** The page that looks back on a week; an empty id is this week. */
export function Week({ id }: { id: string }) {
  const { shown, current, reload } = useWeek(id);
  const demo = useView((app) => app.live?.source.demo ?? false);
  const here = id || current;
  const before = addWeeks(here, -1);
  const after = addWeeks(here, 1);
  const next = after !== null && after <= current ? after : null;
  const to = (week: string) => weekPath(week === current ? "" : week);
  const moves = { before: before && to(before), next: next && to(next), now: weekPath("") };
  useKeys(moves);
  const swipe = useSwipe(moves);

  const settled = shown.id === id;
  // The picture of another week under this one's address would mislead.
  const fits = shown.week !== null && (!shown.problem || shown.week.week === here);
  const week = fits ? shown.week : null;
  const problem = settled ? shown.problem : "";
  return (
    <div class="week" aria-busy={!settled} {...swipe}>
      <div class="week-bar">
        <nav class="weeks" aria-label="Weeks">
          <Move to={moves.before} label="The week before" keyName="←" icon="M10 3 5 8l5 5" />
          <Move to={moves.next} label="The week after" keyName="→" icon="m6 3 5 5-5 5" />
          {id !== "" && id !== current && (
            <a class="button small" href={moves.now} title="Key: t" onClick={(e) => follow(e, moves.now)}>
              This week
            </a>
          )}
        </nav>
        <p class="which">
          {week ? weekName(week) : mondayOf(here) ? weekWords(here) : "No such week"}
          {week && !week.over && !isToCome(week, Date.now()) && <strong class="so-far">goes on</strong>}
        </p>
        {week && !isEmpty(week) && (
          <div class="actions">
            <a
              class="button small"
              href={reportPath(week.week, "html")}
              target="_blank"
              rel="noopener"
              title="One file with everything, to keep or to show to somebody"
            >
              Report
            </a>
            <button type="button" class="quiet-button small" onClick={() => print()}>
              Print
            </button>
          </div>
        )}
      </div>
      <p class="sr" role="status">
        {week && settled ? weekName(week) : ""}
      </p>
      {problem && (
        <div class="banner warn" role="alert">
          {problem}
          {mondayOf(here) ? (
            <button type="button" class="plain" onClick={reload}>
              Try again
            </button>
          ) : (
            <a class="plain" href={moves.now} onClick={(e) => follow(e, moves.now)}>
              Go to this week
            </a>
          )}
        </div>
      )}
      {week && demo && <p class="note demo-note">This is the demo’s own history, not yours.</p>}
      {/* One headline for all that may come, so that whoever reads from it goes on from it. */}
      <section class="sum" aria-label="The week in short">
        <div>
          <h1 tabIndex={-1}>{glued(title(week, problem, mondayOf(here) !== null))}</h1>
          {!week && !problem && <p class="sub">Loading…</p>}
          {week && isEmpty(week) && <Elsewhere week={week} current={current} />}
          {week && !isEmpty(week) && <p class="sub">{glued(headline(week).sub)}</p>}
        </div>
        {week && !isEmpty(week) && (
          <dl class="keys">
            {keyFigures(week).map((k) => (
              <div key={k.label}>
                <dt>{k.label}</dt>
                <dd>
                  {k.value}
                  {k.note && <span>{k.note}</span>}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      {week && !isEmpty(week) && <Full week={week} />}
      {week && !week.over && !isToCome(week, Date.now()) && <CheckIn onDone={reload} />}
      {week && <Take week={week} />}
    </div>
  );
}

function title(week: WeekFigures | null, problem: string, exists: boolean): string {
  if (!week) {
    if (!problem) return "A week to look back on";
    return exists ? "There is no picture of this week" : "There is no such week";
  }
  if (!isEmpty(week)) return headline(week).title;
  if (isToCome(week, Date.now())) return "This week is still to come.";
  return week.over ? "Nothing was watched in this week." : "Nothing has been watched this week yet.";
}

function Full({ week }: { week: WeekFigures }) {
  const notes = dayNotes(week);
  return (
    <>
      <Patterns />
      <Insights list={week.insights} />
      <Heat week={week} />
      <div class="half">
        <Days week={week} />
        <Trend week={week} />
      </div>
      <Timeline week={week} />
      {notes.length > 0 && <p class="note day-notes">{notes.join(" ")}</p>}
      <div class="half">
        <Rests week={week} />
        <Strain week={week} />
      </div>
      <Diary week={week} />
    </>
  );
}

/** Sentences that the figures bear; their figures on demand. */
function Insights({ list }: { list: readonly Insight[] }) {
  return (
    <section class="insights" aria-labelledby="insights-title">
      <h2 id="insights-title">What stands out</h2>
      {list.length === 0 ? (
        <p class="note">Nothing that this week’s figures would bear out. That is no bad sign.</p>
      ) : (
        <ul>
          {list.map((i) => (
            <li key={i.rule}>
              <p>{glued(i.text)}</p>
              <details>
                <summary>What it rests on</summary>
                <p class="note">{insightBasis(i)}</p>
                <dl>
                  {insightFigures(i).map((f) => (
                    <div key={f.label}>
                      <dt>{f.label}</dt>
                      <dd>{f.value}</dd>
                    </div>
                  ))}
                </dl>
              </details>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The way from a week without anything to one with something. */
function Elsewhere({ week, current }: { week: WeekFigures; current: string }) {
  const [kept, setKept] = useState<Kept | null>(null);
  useEffect(() => {
    let here = true;
    void loadKept().then((a) => here && setKept(a.value));
    return () => void (here = false);
  }, [week.week]);
  const other = nearestWeek(week, kept?.first ?? null, kept?.last ?? null);
  const path = other && weekPath(other === current ? "" : other);
  return (
    <>
      {kept && !kept.last && (
        <p class="sub">Your first week begins here once you have sat before the camera for a while.</p>
      )}
      {kept?.first && kept.last && (
        <p class="sub">
          Your history goes from {fullDate(kept.first)} to {fullDate(kept.last)}.
        </p>
      )}
      {other && path && other !== week.week && (
        <p class="actions">
          <a class="button" href={path} onClick={(e) => follow(e, path)}>
            Show {weekWords(other).toLowerCase()} of {other.slice(0, 4)}
          </a>
        </p>
      )}
    </>
  );
}

interface Moves {
  before: string | null;
  next: string | null;
  now: string;
}

function follow(e: MouseEvent, path: string): void {
  if (!plainClick(e)) return;
  e.preventDefault();
  if (location.pathname !== path) go(path);
}

interface MoveProps {
  to: string | null;
  label: string;
  /** The key that does the same. */
  keyName: string;
  icon: string;
}

function Move({ to, label, keyName, icon }: MoveProps) {
  const picture = (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={icon} />
    </svg>
  );
  if (to === null) {
    return (
      <span
        class="button move off"
        role="link"
        aria-disabled="true"
        aria-label={`${label}: there is none yet`}
      >
        {picture}
      </span>
    );
  }
  return (
    <a
      class="button move"
      href={to}
      aria-label={label}
      title={`${label} (${keyName})`}
      onClick={(e) => follow(e, to)}
    >
      {picture}
    </a>
  );
}

/** Fields, charts and tables that scroll have the arrow keys for themselves. */
const ownKeys = "input, select, textarea, [contenteditable], [role=application], .scroll, dialog";

/** Left and right for the week before and after, t for this week. */
function useKeys(moves: Moves): void {
  const { store } = useServices();
  const latest = useRef(moves);
  latest.current = moves;
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey || store.app.dialog) return;
      if (e.target instanceof Element && e.target.closest(ownKeys)) return;
      const { before, next, now } = latest.current;
      const to = e.key === "ArrowLeft" ? before : e.key === "ArrowRight" ? next : e.key === "t" ? now : null;
      if (to === null) return;
      e.preventDefault();
      if (location.pathname !== to) go(to);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [store]);
}

/** A swipe is that long at least and that much more across than along, in pixels. */
const swipeLong = 64;
const swipeAcross = 2;
/** Near the screen's edge the swipe is the browser's own. */
const swipeEdge = 24;

/** To the right for the week before, to the left for the one after, as pages are turned. */
function useSwipe(moves: Moves) {
  const start = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart: (e: TouchEvent) => {
      const t = e.touches[0];
      const own = e.target instanceof Element && e.target.closest("input, select, .scroll") !== null;
      const edge = t !== undefined && (t.clientX < swipeEdge || t.clientX > innerWidth - swipeEdge);
      const zoomed = (window.visualViewport?.scale ?? 1) > 1.01;
      start.current =
        t && e.touches.length === 1 && !own && !edge && !zoomed ? { x: t.clientX, y: t.clientY } : null;
    },
    onTouchCancel: () => (start.current = null),
    onTouchEnd: (e: TouchEvent) => {
      const from = start.current;
      const t = e.changedTouches[0];
      start.current = null;
      if (!from || !t || e.touches.length > 0) return;
      const [dx, dy] = [t.clientX - from.x, t.clientY - from.y];
      if (Math.abs(dx) < swipeLong || Math.abs(dx) < swipeAcross * Math.abs(dy)) return;
      const to = dx > 0 ? moves.before : moves.next;
      if (to !== null) go(to);
    },
  };
}
