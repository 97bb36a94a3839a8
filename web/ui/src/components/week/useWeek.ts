import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { addWeeks, today, weekOf } from "../../calendar";
import type { Answer } from "../../api";
import { keepEqual, useView } from "../../hooks";
import { loadWeek } from "../../week-api";
import type { Week } from "../../week-contract";
import { isToCome } from "../../week-words";

/** How often a week that goes on is asked for again, in milliseconds. */
const every = 60_000;

export interface Shown {
  /** What the address asks for; empty for this week. */
  id: string;
  /** The picture: the last one that came, until another does. */
  week: Week | null;
  /** Why there is no newer one, empty when there is. */
  problem: string;
}

/**
 * The week of an address, asked for anew each minute while it goes on and is
 * seen, and at once when the connection is back. `current` names this week.
 */
export function useWeek(id: string): { shown: Shown; current: string; reload: () => void } {
  const [shown, setShown] = useState<Shown | null>(null);
  const [current, setCurrent] = useState(() => weekOf(today(Date.now())));
  const guess = useRef(current);
  guess.current = current;
  const askedAt = useRef(0);
  // Of several questions the answer to the last one counts.
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    askedAt.current = Date.now();
    void (id ? loadWeek(id) : loadCurrent(guess.current)).then(({ value, refused }) => {
      if (mine !== turn.current) return;
      if (value && !value.over && !isToCome(value, Date.now())) setCurrent(value.week);
      const problem = value ? "" : refused;
      setShown((old) => keepEqual<Shown | null>(old, { id, week: value ?? old?.week ?? null, problem }));
    });
  }, [id]);
  useEffect(() => {
    reload();
    return () => void turn.current++;
  }, [reload]);

  const running = shown?.week?.over === false || !id;
  useEffect(() => {
    if (!running) return;
    const look = () => {
      if (!document.hidden && Date.now() - askedAt.current >= every) reload();
    };
    const timer = setInterval(look, every / 4);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [running, reload]);

  // What was missed while the connection was gone; and the demo has a history of its own.
  const open = useView((app) => app.link.status === "open");
  const demo = useView((app) => app.live?.source.demo ?? null);
  const was = useRef({ open, demo });
  useEffect(() => {
    const { open: before, demo: demoBefore } = was.current;
    was.current = { open, demo: demo ?? demoBefore };
    if (open && !before && shown) reload();
    else if (demo !== null && demoBefore !== null && demo !== demoBefore) reload();
  }, [open, demo, reload]);
  return { shown: shown ?? { id, week: null, problem: "" }, current, reload };
}

/**
 * This week by the person's own clock, which may be another than this browser's:
 * what the service says of its bounds decides.
 */
async function loadCurrent(guess: string): Promise<Answer<Week>> {
  const answer = await loadWeek(guess);
  const w = answer.value;
  if (!w) return answer;
  const by = w.over ? 1 : isToCome(w, Date.now()) ? -1 : 0;
  const other = by !== 0 ? addWeeks(guess, by) : null;
  return other ? loadWeek(other) : answer;
}
