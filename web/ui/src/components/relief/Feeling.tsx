import { useState } from "preact/hooks";
import { maxTension, type Area } from "../../contract";
import { useView } from "../../hooks";
import { noteFeeling } from "../../relief-api";
import { placeLabel } from "../../relief-words";

const steps = Array.from({ length: maxTension + 1 }, (_, i) => i);

interface FeelingProps {
  area: Area;
  legend?: string;
  onSaid?: () => void;
}

/** Asks how one area feels, for whoever wants to say it. */
export function Feeling({ area, legend, onSaid }: FeelingProps) {
  const [chosen, choose] = useState<number | null>(null);
  const [state, setState] = useState<"" | "busy" | "said">("");
  const [problem, setProblem] = useState("");
  const open = useView((app) => app.link.status === "open");
  const send = async (e: Event) => {
    e.preventDefault();
    if (chosen === null || state !== "") return;
    setState("busy");
    const { refused } = await noteFeeling(area, chosen);
    setProblem(refused);
    setState(refused ? "" : "said");
    if (!refused) onSaid?.();
  };
  return (
    <form class="feeling" onSubmit={(e) => void send(e)}>
      <fieldset disabled={state === "said"}>
        <legend>{legend ?? `How is it now? ${placeLabel(area)}`}</legend>
        <p class="note">Only if you like: 0 is no tension, {maxTension} the worst you can think of.</p>
        <div class="tension">
          {steps.map((n) => (
            <label key={n}>
              <input
                type="radio"
                name="tension"
                value={n}
                checked={chosen === n}
                onChange={() => choose(n)}
              />
              <span>{n}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="row">
        {state !== "said" && (
          <button type="submit" class="quiet-button" disabled={chosen === null || !open || state === "busy"}>
            Write it down
          </button>
        )}
        <p role="status">{state === "said" ? "Thank you. It stands in your diary." : ""}</p>
      </div>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
