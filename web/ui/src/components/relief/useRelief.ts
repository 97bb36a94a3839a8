import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useView } from "../../hooks";
import { loadChoice, loadProfile, loadProgramme, saveProfile, type Wish } from "../../relief-api";
import type { Choice, Profile, Programme } from "../../relief-contract";

export interface Relief {
  programme: Programme;
  profile: Profile;
  choice: Choice;
}

/**
 * The programme, what the person said, and what is chosen for a wish, asked for anew
 * when the wish changes and when the connection is back. Of several questions the
 * answer to the last one counts.
 */
export function useRelief(wish: Wish): {
  relief: Relief | null;
  /** Why there is nothing newer, empty when there is. */
  problem: string;
  /** A newer choice is on its way. */
  busy: boolean;
  reload: () => void;
  /** Keeps a profile, and chooses anew; resolves to an empty string, or to why not. */
  save: (p: Profile) => Promise<string>;
} {
  const [relief, setRelief] = useState<Relief | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(true);
  const turn = useRef(0);
  const latest = useRef({ wish, relief });
  latest.current = { wish, relief };

  const load = useCallback(async (known?: Profile): Promise<void> => {
    const mine = ++turn.current;
    setBusy(true);
    const had = latest.current.relief;
    const [programme, profile, choice] = await Promise.all([
      had ? { value: had.programme, refused: "" } : loadProgramme(),
      known ? { value: known, refused: "" } : loadProfile(),
      loadChoice(latest.current.wish),
    ]);
    if (mine !== turn.current) return;
    setBusy(false);
    setProblem(programme.refused || profile.refused || choice.refused);
    if (programme.value && profile.value && choice.value) {
      setRelief({ programme: programme.value, profile: profile.value, choice: choice.value });
    }
  }, []);
  const reload = useCallback(() => void load(), [load]);

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

  const save = useCallback(
    async (p: Profile): Promise<string> => {
      const { value, refused } = await saveProfile(p);
      if (value) await load(value);
      return refused;
    },
    [load],
  );
  return { relief, problem, busy, reload, save };
}
