import { useEffect, useRef } from "preact/hooks";
import type { Figure, Live } from "../contract";
import { drawing, frameHeight, place, type Drawing } from "../figure";
import { useServices, useView } from "../hooks";
import type { App } from "../store";
import { isStale } from "../view";
import { sourceTrouble } from "../words";

interface View {
  figure: Drawing | null;
  upright: Drawing | null;
  aspect: number;
  grey: boolean;
  label: string;
  /** Nobody sits there: the chair is empty. */
  empty: boolean;
}

function view(app: App): View {
  const live = app.live;
  const watching = live !== null && !sourceTrouble(live.source);
  const figure = watching && live.state !== "away" ? live.figure : null;
  const grey = !watching || live.state === "unknown" || isStale(app);
  const drawn = figure && drawing(figure);
  return {
    figure: drawn,
    // The comparison is of use only when there is a difference.
    upright: drawn && !grey && app.upright && live?.state !== "upright" ? drawing(app.upright) : null,
    aspect: aspectOf(live, figure),
    grey,
    label: describe(live, drawn, grey),
    empty: watching && live.state === "away",
  };
}

function aspectOf(live: Live | null, figure: Figure | null): number {
  if (figure) return figure.aspect;
  const s = live?.source;
  return s && s.width > 0 && s.height > 0 ? s.width / s.height : 4 / 3;
}

function describe(live: Live | null, d: Drawing | null, grey: boolean): string {
  if (!d) return "Stick figure: nobody is seen.";
  const what = d.seen.length > 0 ? d.seen.join(", ") : "nothing clearly";
  const many = live && live.people > 1 ? ` ${live.people} people are there; only you are watched.` : "";
  return `Stick figure of you, as in a mirror, ${place(d)}: ${what} seen.${grey ? " Not sure enough to judge." : ""}${many}`;
}

/** What Sitwell sees of the person, mirrored: lines, and the camera's picture only while it is asked for. */
export function Portrait() {
  const v = useView(view);
  const mirror = useView((app) => app.mirror.wanted);
  const width = Math.round(v.aspect * frameHeight);
  return (
    <figure class={`portrait${v.grey ? " grey" : ""}${mirror ? " mirroring" : ""}`}>
      <svg
        viewBox={`0 0 ${width} ${frameHeight}`}
        preserveAspectRatio={`${mirror || !v.figure ? "xMid" : side(v.figure)}YMax ${mirror ? "meet" : "slice"}`}
        role="img"
        aria-label={v.label}
      >
        {v.empty && <Chair x={width / 2} />}
        {v.upright && <Lines d={v.upright} kind="before" />}
        {v.figure && <Lines d={v.figure} kind="you" />}
      </svg>
      {mirror && <Picture />}
      {v.upright && (
        <figcaption>
          <i class="key-before" />
          when last upright
        </figcaption>
      )}
    </figure>
  );
}

/** Where room is short the picture is cut on the sides where the person is not. */
const side = (d: Drawing): string => ({ "on the left": "xMin", "on the right": "xMax" })[place(d)] ?? "xMid";

/** An empty chair. */
function Chair({ x }: { x: number }) {
  return (
    <g class="chair" stroke-width="18">
      <rect x={x - 150} y="430" width="300" height="330" rx="70" />
      <path d={`M${x} 760v110M${x - 190} 890q190 -50 380 0M${x} 910v90`} />
    </g>
  );
}

function Lines({ d, kind }: { d: Drawing; kind: "you" | "before" }) {
  return (
    <g class={kind} stroke-width={kind === "you" ? d.stroke : Math.max(6, d.stroke * 0.3)}>
      {kind === "you" && <path class="shade" d={d.shade} />}
      {kind === "you" && d.arms.map((a, i) => <path key={i} d={a.path} opacity={a.opacity} />)}
      <path d={d.body} />
      {d.head && (
        <ellipse
          cx={d.head.cx}
          cy={d.head.cy}
          rx={d.head.rx}
          ry={d.head.ry}
          transform={`rotate(${d.head.turn} ${d.head.cx} ${d.head.cy})`}
        />
      )}
      {kind === "you" && d.face.map(([x, y], i) => <circle key={i} cx={x} cy={y} r={d.stroke * 0.45} />)}
    </g>
  );
}

/** Paints the camera's pictures as they come, past the component tree. */
function Picture() {
  const { store } = useServices();
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let shown: unknown = null;
    const paint = async () => {
      const picture = store.app.mirror.picture;
      const canvas = ref.current;
      if (!picture || picture === shown || !canvas || document.hidden) return;
      shown = picture;
      try {
        const bytes = Uint8Array.from(atob(picture.jpeg), (c) => c.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
        canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
        bitmap.close();
      } catch {
        // A broken picture is skipped: the next one comes at once.
      }
    };
    void paint();
    return store.subscribe(() => void paint());
  }, [store]);
  return <canvas ref={ref} class="picture" aria-label="The camera’s picture, mirrored" role="img" />;
}
