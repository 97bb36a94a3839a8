import "../../relief.css";
import { Feeling } from "./Feeling";

export interface FeelProps {
  /** Somebody has begun to answer. */
  onTouch: () => void;
  onSaid: () => void;
  /** Not again today. */
  onOff: () => void;
}

/** A quiet question on the live page. */
export function Feel({ onTouch, onSaid, onOff }: FeelProps) {
  return (
    <section class="feel" aria-labelledby="feel-title" onFocusIn={onTouch} onPointerDown={onTouch}>
      <div class="row">
        <h2 id="feel-title">How does your back feel?</h2>
        <button type="button" class="plain" onClick={onOff}>
          Not today
        </button>
      </div>
      <Feeling area="overall" legend="Tension in your whole back" onSaid={onSaid} />
    </section>
  );
}
