import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { keepEqual, useView } from "../../hooks";
import { changeProfile, loadChoice, loadProfile, loadProgramme, type Wish } from "../../relief-api";
import type { Choice, Profile, ProfileChange, Programme } from "../../relief-contract";

export interface Relief {
  programme: Programme;
  profile: Profile;
  /** Null when what was chosen no longer fits what was said, and nothing newer has come. */
  choice: Choice | null;
}

/** What was asked for just now, or why it is not there. */
export type Fresh = { relief: Relief & { choice: Choice }; refused: "" } | { relief: null; refused: string };

/** The wish changed, or the page was left: nothing is to be said. */
const overtaken: Fresh = { relief: null, refused: "" };

/** What of a profile decides on what may be done at all. */
const safety = ({ answered, limits, cleared, redFlags }: Profile) => ({
  answered,
  limits,
  cleared,
  redFlags,
});

/** The old choice, while nothing was said that could rule any of it out. */
function still({ profile, choice }: Relief, now: Profile): Choice | null {
  const [a, b] = [safety(profile), safety(now)];
  return keepEqual(a, b) === a ? choice : null;
}

/**
 * The programme, what the person said, and what is chosen for a wish, asked for anew
 * when the wish changes, when the connection is back and when the page is looked at
 * again: something else may have been said elsewhere. Of several questions the answer
 * to the last one counts.
 */
export function useRelief(wish: Wish): {
  relief: Relief | null;
  /** Why there is nothing newer, empty when there is. */
  problem: string;
  /** A newer choice is on its way. */
  busy: boolean;
  reload: () => void;
  /** Asks anew, and resolves to what came of it: nothing may begin without. */
  refresh: () => Promise<Fresh>;
  /** Keeps what was said, and chooses anew; resolves to an empty string, or to why it is not kept. */
  save: (c: ProfileChange) => Promise<string>;
} {
  const [relief, setRelief] = useState<Relief | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(true);
  const turn = useRef(0);
  const last = useRef<Promise<Fresh>>(Promise.resolve(overtaken));
  const latest = useRef({ wish, relief });
  latest.current.wish = wish;

  const show = useCallback((r: Relief) => {
    latest.current.relief = r;
    setRelief(r);
  }, []);

  const load = useCallback(
    (known?: Profile): Promise<Fresh> => {
      const mine = ++turn.current;
      setBusy(true);
      const run = async (): Promise<Fresh> => {
        const programmeKnown = latest.current.relief?.programme;
        const [programme, profile, choice] = await Promise.all([
          programmeKnown ? { value: programmeKnown, refused: "" } : loadProgramme(),
          known ? { value: known, refused: "" } : loadProfile(),
          loadChoice(latest.current.wish),
        ]);
        if (mine !== turn.current) return overtaken;
        setBusy(false);
        const refused = programme.refused || profile.refused || choice.refused;
        setProblem(refused);
        const had = latest.current.relief;
        const all = programme.value ?? had?.programme;
        const said = profile.value ?? had?.profile;
        if (!all || !said) return { relief: null, refused };
        const now = { programme: all, profile: said, choice: choice.value ?? (had && still(had, said)) };
        show(now);
        return refused || !choice.value
          ? { relief: null, refused }
          : { relief: { ...now, choice: choice.value }, refused: "" };
      };
      return (last.current = run());
    },
    [show],
  );
  const reload = useCallback(() => void load(), [load]);
  const refresh = useCallback(async (): Promise<Fresh> => {
    void load();
    // What overtakes it is newer still.
    for (;;) {
      const mine = last.current;
      const fresh = await mine;
      if (mine === last.current) return fresh;
    }
  }, [load]);

  const key = JSON.stringify(wish);
  useEffect(() => {
    reload();
    return () => void turn.current++;
  }, [key, reload]);

  const open = useView((app) => app.link.status === "open");
  const was = useRef(open);
  useEffect(() => {
    if (open && !was.current) reload();
    was.current = open;
  }, [open, reload]);

  useEffect(() => {
    const look = () => {
      if (!document.hidden) reload();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [reload]);

  const saves = useRef({ sent: 0, answered: 0 });
  const save = useCallback(
    async (c: ProfileChange): Promise<string> => {
      const mine = ++saves.current.sent;
      const { value, refused } = await changeProfile(c);
      if (!value) return refused;
      if (mine < saves.current.answered) {
        // What was said after it was answered before it.
        await load();
        return "";
      }
      saves.current.answered = mine;
      // From here on nothing is shown that what was said now rules out, whatever comes of the rest.
      const had = latest.current.relief;
      if (had) show({ ...had, profile: value, choice: still(had, value) });
      await load(value);
      return "";
    },
    [load, show],
  );
  return { relief, problem, busy, reload, refresh, save };
}
