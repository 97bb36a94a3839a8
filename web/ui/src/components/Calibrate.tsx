import { useEffect, useRef, useState } from "preact/hooks";
import { calibrate, cancelCalibration } from "../api";
import type { Calibration } from "../contract";
import { useView } from "../hooks";
import { percent } from "../words";

/** How long to wait for the service to begin after it has said yes, in milliseconds. */
const beginWithin = 5000;

const idle: Calibration = { status: "idle", remaining: 0, progress: 0, quality: 0, message: "" };

const under = (c: Calibration): boolean => c.status === "countdown" || c.status === "running";

/** The button that takes the person's upright, and the dialog that leads through it. */
export function Calibrate({ prominent }: { prominent: boolean }) {
  const [open, setOpen] = useState(false);
  const can = useView(
    (app) => app.link.status === "open" && app.live !== null && app.live.source.status === "live",
  );
  return (
    <>
      <button
        type="button"
        class={prominent ? "primary" : "quiet-button"}
        disabled={!can}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
      >
        This is my upright
      </button>
      {open && <CalibrateDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function CalibrateDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const action = useRef<HTMLButtonElement>(null);
  const cal = useView((app) => app.live?.calibration ?? idle);
  const lost = useView((app) => app.link.status !== "open");
  const [refused, setRefused] = useState("");
  const [begun, setBegun] = useState(false);

  const ask = () => {
    setRefused("");
    setBegun(false);
    void calibrate().then(setRefused);
  };
  useEffect(() => {
    dialog.current?.showModal();
    ask();
  }, []);
  // What an earlier calibration came to stands in the live picture until the
  // new one has begun.
  useEffect(() => {
    if (begun || refused) return;
    if (under(cal)) {
      setBegun(true);
      return;
    }
    const timer = setTimeout(() => setBegun(true), beginWithin);
    return () => clearTimeout(timer);
  }, [begun, refused, cal.status]);

  const stage = refused ? "refused" : lost ? "lost" : begun ? cal.status : "asking";
  const over = stage !== "asking" && stage !== "countdown" && stage !== "running";
  useEffect(() => action.current?.focus(), [over]);

  const close = () => {
    if (!over) void cancelCalibration();
    dialog.current?.close();
    onClose();
  };
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
      <h2 id="calibrate-title">{titles[stage]}</h2>
      <Stage stage={stage} cal={cal} refused={refused} />
      <div class="actions">
        {over ? (
          <>
            <button type="button" class="primary" ref={action} onClick={close}>
              Close
            </button>
            {!lost && (
              <button type="button" class="quiet-button" onClick={ask}>
                {stage === "done" ? "Take it again" : "Try again"}
              </button>
            )}
          </>
        ) : (
          <button type="button" class="quiet-button" ref={action} onClick={close}>
            Cancel
          </button>
        )}
      </div>
    </dialog>
  );
}

type Stage = Calibration["status"] | "asking" | "refused" | "lost";

const titles: Record<Stage, string> = {
  asking: "Sit upright",
  countdown: "Sit upright",
  running: "Stay like this",
  done: "This is your upright now",
  failed: "That did not work",
  refused: "Not now",
  lost: "The connection is lost",
  idle: "Cancelled",
};

function Stage({ stage, cal, refused }: { stage: Stage; cal: Calibration; refused: string }) {
  switch (stage) {
    case "asking":
    case "countdown":
      return (
        <>
          <p class="count" aria-hidden="true">
            {stage === "countdown" ? Math.max(1, Math.ceil(cal.remaining)) : " "}
          </p>
          <p>Comfortably, as you would like to sit all day. Look at the screen.</p>
        </>
      );
    case "running":
      return (
        <>
          <progress max={1} value={cal.progress} aria-label="Progress" />
          <p class="figures">
            <span>{percent(cal.progress)} done</span>
            <span>{percent(cal.quality)} seen well and still</span>
          </p>
          <p class="advice" role="status">
            {cal.message || "Keep still and look at the screen."}
          </p>
        </>
      );
    case "done":
      return (
        <p role="status">
          You were seen well and still {percent(cal.quality)} of the time. From now on the score compares you
          with this. Take it again when you move the camera or the chair.
        </p>
      );
    case "failed":
      return <p role="alert">{cal.message || "You could not be seen well enough."}</p>;
    case "refused":
      return <p role="alert">{refused}</p>;
    case "lost":
      return <p role="alert">Sitwell does not answer. Try again when it is back.</p>;
    case "idle":
      return <p role="status">Your baseline is as it was before.</p>;
  }
}
