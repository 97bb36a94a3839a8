import { useEffect, useRef, useState } from "preact/hooks";
import { aloudWanted, setAloudWanted } from "../../prefs";
import { hush, localVoice, onVoices, say } from "../../voice";

/** Speaking aloud as it is offered and chosen. */
export interface Aloud {
  /** There is a voice to speak with. */
  can: boolean;
  wanted: boolean;
  want: (on: boolean) => void;
  /** It was wanted just now and could not be. */
  failed: boolean;
  /** It speaks now: what else tells the same must not tell it once more. */
  on: boolean;
}

/**
 * Says aloud what changes of some words, whose number stays, while running. run tells
 * one go from another: what is being said of the last one is broken off.
 */
export function useAloud(words: readonly string[], run: number, running: boolean): Aloud {
  const [can, setCan] = useState(() => localVoice() !== null);
  const [wanted, setWanted] = useState(aloudWanted);
  useEffect(() => {
    const look = () => setCan(localVoice() !== null);
    look();
    return onVoices(look);
  }, []);
  /** The go at which nothing could be said: it is tried again with the next one. */
  const [failedAt, setFailedAt] = useState<number | null>(null);
  const failed = wanted && failedAt === run;
  const on = can && wanted && running && !failed;
  const told = useRef<readonly string[]>([]);
  useEffect(() => {
    if (!on) return;
    // A browser may go on speaking on the page that comes next.
    addEventListener("pagehide", hush);
    return () => {
      removeEventListener("pagehide", hush);
      hush();
      told.current = [];
    };
  }, [on, run]);
  useEffect(() => {
    if (!on) return;
    const fresh = words.filter((w, i) => w && w !== told.current[i]);
    told.current = words;
    if (fresh.length > 0) say(sentences(fresh), () => setFailedAt(run));
  }, [on, run, words.join("\n")]);
  const want = (yes: boolean) => {
    setAloudWanted(yes);
    setWanted(yes);
    setFailedAt(null);
  };
  return { can, wanted, want, failed, on };
}

/** Parts as they are read out with a pause between them. */
const sentences = (parts: readonly string[]): string =>
  parts.map((p) => (/[.!?]$/.test(p) ? p : `${p}.`)).join(" ");
