import { useEffect } from "preact/hooks";
import { setMirror } from "../api";
import { useSeconds, useServices, useView } from "../hooks";
import { sourceTrouble, sourceWords } from "../words";

/** Where the pictures come from, and what the person can do about it. */
export function Camera() {
  const v = useView((app) => ({
    ...(app.live ? sourceWords(app.live) : { name: "Camera", figures: "" }),
    trouble: app.live ? (sourceTrouble(app.live.source)?.title ?? "") : "",
    dropped: app.live?.rates.dropped ?? 0,
  }));
  return (
    <section class="camera" aria-labelledby="camera-title">
      <div class="device">
        <h2 id="camera-title">Camera</h2>
        <p>
          {v.name}
          <span class="note">{v.trouble || v.figures}</span>
        </p>
      </div>
      <div class="actions">
        <MirrorButton />
      </div>
    </section>
  );
}

/** Shows the camera's own picture for setting it up. */
function MirrorButton() {
  const { store, link } = useServices();
  const v = useView((app) => ({
    on: app.mirror.wanted,
    until: app.mirror.until,
    can: app.link.status === "open" && app.live?.source.status === "live",
  }));
  const now = useSeconds(v.on);
  const off = () => {
    link.send({ mirror: false });
    store.dispatch({ type: "mirror-wanted", on: false, at: performance.now() });
  };
  useEffect(() => {
    if (!v.on) return;
    const timer = setTimeout(off, v.until - performance.now());
    return () => clearTimeout(timer);
  }, [v.on, v.until]);
  const toggle = async () => {
    if (v.on) {
      off();
      return;
    }
    store.dispatch({ type: "notice", text: "" });
    link.send({ mirror: true });
    store.dispatch({ type: "mirror-wanted", on: true, at: performance.now() });
    document.querySelector(".portrait")?.scrollIntoView({ block: "nearest" });
    const refused = await setMirror(true);
    if (!refused) return;
    off();
    store.dispatch({ type: "notice", text: refused });
  };
  return (
    <div class="action">
      <button
        type="button"
        class="quiet-button"
        aria-pressed={v.on}
        disabled={!v.can && !v.on}
        onClick={() => void toggle()}
      >
        {v.on ? "Hide the camera picture" : "Show the camera picture"}
      </button>
      <p class="note">
        {v.on
          ? `Hidden again in ${Math.max(0, Math.ceil((v.until - now) / 1000))} s. Never stored.`
          : "For 60 s, never stored."}
      </p>
    </div>
  );
}
