// Speaking aloud by a voice of this machine. A remote voice would send what is said
// to somebody else, so none is ever used; without a local one nothing is spoken.

/** The browser's speech; null where it has none or withholds it. */
function speech(): SpeechSynthesis | null {
  try {
    return globalThis.speechSynthesis ?? null;
  } catch {
    return null;
  }
}

/** A voice of this machine, an English one first as the texts are, the usual one of those; null when there is none. */
export function localVoice(): SpeechSynthesisVoice | null {
  try {
    const local = (speech()?.getVoices() ?? []).filter((v) => v.localService === true);
    const english = local.filter((v) => /^en\b/i.test(v.lang));
    const fit = english.length > 0 ? english : local;
    return fit.find((v) => v.default) ?? fit[0] ?? null;
  } catch {
    return null;
  }
}

/** What the browser says of speech that was called off: that is no failure. */
const calledOff = ["canceled", "interrupted"];

/** What is being said: a browser may forget it, and fall silent, when nobody holds it. */
let saying: SpeechSynthesisUtterance | null = null;

/**
 * Says a text after what is being said. What still waits for its turn by then is out of
 * date and is not said any more. Calls failed, perhaps later, when it can't be said.
 */
export function say(text: string, failed: () => void): void {
  const voice = localVoice();
  const s = speech();
  if (!s || !voice) return failed();
  try {
    const u = new SpeechSynthesisUtterance(text);
    u.voice = voice;
    u.lang = voice.lang;
    u.onerror = (e) => {
      if (saying === u && !calledOff.includes(e.error)) failed();
    };
    if (s.pending) s.cancel();
    saying = u;
    s.speak(u);
  } catch {
    failed();
  }
}

/** Falls silent at once. */
export function hush(): void {
  if (!saying) return; // what others say on this page is not ours to end
  saying = null;
  try {
    speech()?.cancel();
  } catch {
    // There is nothing left to do about it.
  }
}

/** Calls f whenever other voices are there, which a browser may load late; returns how to end that. */
export function onVoices(f: () => void): () => void {
  const s = speech();
  try {
    s?.addEventListener("voiceschanged", f);
  } catch {
    return () => {}; // an old browser that says nothing of it
  }
  return () => s?.removeEventListener("voiceschanged", f);
}
