import { useEffect, useRef, useState } from "preact/hooks";
import { calibrate, cancelCalibration } from "../api";
import { ways, type Calibration, type Check, type Pose, type Way } from "../contract";
import { useServices, useView } from "../hooks";
import type { App } from "../store";
import type { Now } from "../view";
import { checkLabel, percent, qualityWord, sourceTrouble, stateWords, wayLabel } from "../words";
import { Portrait } from "./Portrait";

/** How long to wait for the service to begin after it has said yes, in milliseconds. */
const beginWithin = 5000;

const idle: Calibration = {
  status: "idle",
  remaining: 0,
  progress: 0,
  quality: 0,
  message: "",
  pose: "upright",
  way: "sitting",
  checks: [],
};

const under = (c: Calibration): boolean => c.status === "countdown" || c.status === "running";

const labels: Record<Now["calibrate"], string> = {
  first: "Take my upright",
  better: "Calibrate now",
  again: "This is my upright",
};

/** Whether a calibration can begin now. */
export const canCalibrate = (app: App): boolean =>
  app.link.status === "open" && app.live !== null && app.live.source.status === "live";

/** The button that takes the person's upright. */
export function Calibrate({ use }: { use: Now["calibrate"] }) {
  const { store } = useServices();
  const can = useView(canCalibrate);
  return (
    <button
      type="button"
      class={use === "again" ? "quiet-button" : "primary"}
      disabled={!can}
      onClick={() => store.dispatch({ type: "dialog", open: "calibrate" })}
      aria-haspopup="dialog"
    >
      {labels[use]}
    </button>
  );
}

type Stage = Calibration["status"] | "choose" | "asking" | "refused" | "lost";

const titles: Record<Pose, Record<Stage, string>> = {
  upright: {
    choose: "Your upright",
    asking: "Get ready",
    countdown: "Get ready",
    running: "Stay like this",
    done: "This is your upright now",
    failed: "That did not work",
    refused: "Not now",
    lost: "The connection is lost",
    idle: "Cancelled",
  },
  slouch: {
    choose: "Your slouch",
    asking: "Now your slouch",
    countdown: "Now your slouch",
    running: "Stay like this",
    done: "Your slouch is known",
    failed: "That did not work",
    refused: "Not now",
    lost: "The connection is lost",
    idle: "Cancelled",
  },
};

/** The dialog that leads through a calibration. */
export function CalibrateDialog() {
  const { store } = useServices();
  const dialog = useRef<HTMLDialogElement>(null);
  const action = useRef<HTMLButtonElement>(null);
  const cal = useView((app) => app.live?.calibration ?? idle);
  const v = useView((app) => ({ lost: app.link.status !== "open", seen: seenWords(app) }));
  const [way, setWay] = useState<Way>(() => (store.app.live?.state === "standing" ? "standing" : "sitting"));
  const [pose, setPose] = useState<Pose | null>(null);
  const [refused, setRefused] = useState("");
  const [begun, setBegun] = useState(false);

  const ask = (what: Pose) => {
    setPose(what);
    setRefused("");
    setBegun(false);
    void calibrate(what, way).then(setRefused);
  };
  useEffect(() => dialog.current?.showModal(), []);
  // What an earlier calibration came to stands in the live picture until the
  // new one has begun.
  useEffect(() => {
    if (pose === null || begun || refused) return;
    if (under(cal)) {
      setBegun(true);
      return;
    }
    const timer = setTimeout(() => setBegun(true), beginWithin);
    return () => clearTimeout(timer);
  }, [pose, begun, refused, cal.status]);

  let stage: Stage = begun ? cal.status : "asking";
  if (refused) stage = "refused";
  else if (v.lost) stage = "lost";
  else if (pose === null) stage = "choose";
  const runs = stage === "asking" || stage === "countdown" || stage === "running";
  useEffect(() => action.current?.focus(), [runs, pose]);

  const close = () => {
    if (runs) void cancelCalibration();
    dialog.current?.close();
    store.dispatch({ type: "dialog", open: null });
  };
  const shown = pose ?? "upright";
  return (
    <dialog
      ref={dialog}
      class="calibrate"
      aria-labelledby="calibrate-title"
      onCancel={(e) => {
        e.preventDefault();
        close();
      }}
    >
      <h2 id="calibrate-title">{titles[shown][stage]}</h2>
      {stage === "choose" ? (
        <Choose way={way} setWay={setWay} seen={v.seen} />
      ) : (
        <Progress stage={stage} pose={shown} way={way} cal={cal} refused={refused} />
      )}
      <div class="actions">
        {runs && (
          <button type="button" class="quiet-button" ref={action} onClick={close}>
            Cancel
          </button>
        )}
        {stage === "choose" && (
          <>
            <button type="button" class="primary" ref={action} onClick={() => ask("upright")}>
              Start
            </button>
            <button type="button" class="quiet-button" onClick={close}>
              Not now
            </button>
          </>
        )}
        {stage === "done" && shown === "upright" && (
          <>
            <button type="button" class="primary" ref={action} onClick={() => ask("slouch")}>
              Show my slouch
            </button>
            <button type="button" class="quiet-button" onClick={close}>
              Done, skip that
            </button>
          </>
        )}
        {!runs && stage !== "choose" && !(stage === "done" && shown === "upright") && (
          <>
            {stage !== "lost" && stage !== "done" && (
              <button type="button" class="primary" ref={action} onClick={() => ask(shown)}>
                Try again
              </button>
            )}
            <button
              type="button"
              class={stage === "done" ? "primary" : "quiet-button"}
              {...((stage === "lost" || stage === "done") && { ref: action })}
              onClick={close}
            >
              Close
            </button>
          </>
        )}
      </div>
    </dialog>
  );
}

/** What is seen before a calibration begins, so that nobody sits still in vain. */
function seenWords(app: App): { text: string; good: boolean } {
  const live = app.live;
  if (!live) return { text: "", good: false };
  const trouble = sourceTrouble(live.source);
  if (trouble) return { text: trouble.title, good: false };
  if (live.state === "away") return { text: "Nobody is in the picture.", good: false };
  const placeless = ["no baseline", "no baseline fits", "camera moved", "too unlike the calibration"];
  if (live.state !== "unknown" || placeless.includes(live.reason)) {
    return { text: "You are in the picture.", good: true };
  }
  const { title, todo } = stateWords(live);
  return { text: `${title}. ${todo}`.trim(), good: false };
}

function Choose(p: { way: Way; setWay: (w: Way) => void; seen: { text: string; good: boolean } }) {
  return (
    <>
      <p>
        Take the posture that is upright and comfortable for you, as you would like to work all day. It takes
        about 15 seconds.
      </p>
      <fieldset class="ways">
        <legend class="sr">How do you work?</legend>
        {ways.map((w) => (
          <label key={w}>
            <input type="radio" name="way" value={w} checked={p.way === w} onChange={() => p.setWay(w)} />
            <span>{wayLabel[w]}</span>
          </label>
        ))}
      </fieldset>
      <div class="viewfinder">
        <Portrait />
      </div>
      <p class={p.seen.good ? "note" : "advice"} role="status">
        {p.seen.text}
      </p>
    </>
  );
}

function Progress(p: { stage: Stage; pose: Pose; way: Way; cal: Calibration; refused: string }) {
  const { cal } = p;
  switch (p.stage) {
    case "asking":
    case "countdown":
      return (
        <>
          <p class="count" aria-hidden="true">
            {p.stage === "countdown" ? Math.max(1, Math.ceil(cal.remaining)) : " "}
          </p>
          <p>
            {p.pose === "slouch"
              ? "Let your back round and your head sink, as it does late in the day."
              : `${p.way === "standing" ? "Stand" : "Sit"} comfortably upright and look at the screen.`}
          </p>
        </>
      );
    case "running":
      return (
        <>
          <progress max={1} value={cal.progress} aria-label="Progress" />
          <p class="figures">
            <span>{percent(cal.progress)} done</span>
            <span>quality {percent(cal.quality)}</span>
          </p>
          <Checks checks={cal.checks} />
          <p class="advice" role="status">
            {cal.message || "Keep still and look at the screen."}
          </p>
        </>
      );
    case "done":
      return p.pose === "slouch" ? (
        <p role="status">Where a slouch begins is set by your own from now on.</p>
      ) : (
        <div role="status">
          <p>
            Taken with a quality of {percent(cal.quality)}. From now on the score compares you with this. Take
            it again when you move the camera or the chair.
          </p>
          <p class="offer">
            <strong>If you like, show me your slouch too.</strong> It sharpens the thresholds: what is a
            slouch differs from person to person.
          </p>
        </div>
      );
    case "failed":
      return (
        <>
          <p role="alert">{cal.message || "You could not be seen well enough."}</p>
          <Checks checks={cal.checks} />
          {p.pose === "slouch" && <p class="note">Your upright is kept as it was taken.</p>}
        </>
      );
    case "refused":
      return <p role="alert">{p.refused}</p>;
    case "lost":
      return <p role="alert">Sitwell does not answer. Try again when it is back.</p>;
    default:
      return <p role="status">Your baseline is as it was before.</p>;
  }
}

/** The parts of the quality, each with what to do about it. */
function Checks({ checks }: { checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  return (
    <ul class="checks">
      {checks.map((c) => (
        <li key={c.name} class={qualityWord(c.quality)}>
          <span class="label">{checkLabel(c)}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width={Math.min(1, Math.max(0, c.quality)) * 100} height="8" />
          </svg>
          <span class="word">{qualityWord(c.quality)}</span>
          {c.message && <span class="message">{c.message}</span>}
        </li>
      ))}
    </ul>
  );
}
