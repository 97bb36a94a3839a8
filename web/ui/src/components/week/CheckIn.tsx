import { useState } from "preact/hooks";
import { areas, maxTension, type Area } from "../../contract";
import { useView } from "../../hooks";
import { checkIn } from "../../week-api";
import { areaLabel } from "../../words";

const steps = Array.from({ length: maxTension + 1 }, (_, i) => i);

/** Asks how the back feels, for whoever wants to say it. */
export function CheckIn({ onDone }: { onDone: () => void }) {
  const [chosen, setChosen] = useState<Partial<Record<Area, number>>>({});
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const open = useView((app) => app.link.status === "open");
  const any = Object.keys(chosen).length > 0;
  const choose = (area: Area, n: number) => {
    setSaid("");
    setChosen((old) => {
      const next = { ...old };
      if (old[area] === n) delete next[area];
      else next[area] = n;
      return next;
    });
  };
  const send = async (e: Event) => {
    e.preventDefault();
    if (!any || busy) return;
    setBusy(true);
    const { refused } = await checkIn(chosen);
    setBusy(false);
    setProblem(refused);
    if (refused) return;
    setChosen({});
    setSaid("Thank you. It stands in your diary.");
    onDone();
  };
  return (
    <section class="card check-in" aria-labelledby="check-in-title">
      <h2 id="check-in-title">How does your back feel?</h2>
      <p class="note">Only if you like: 0 is no tension, {maxTension} the worst you can think of.</p>
      <form onSubmit={(e) => void send(e)}>
        {areas.map((area) => (
          <fieldset key={area}>
            <legend>{areaLabel(area)}</legend>
            <div class="scale-0-10">
              {steps.map((n) => (
                <label key={n}>
                  <input
                    type="radio"
                    name={area}
                    value={n}
                    checked={chosen[area] === n}
                    // A second tap takes the answer back.
                    onClick={() => chosen[area] === n && choose(area, n)}
                    onChange={() => choose(area, n)}
                  />
                  <span>{n}</span>
                </label>
              ))}
            </div>
          </fieldset>
        ))}
        <div class="row">
          <button type="submit" class="primary" disabled={!any || !open || busy}>
            Write it down
          </button>
          <p role="status">{said}</p>
        </div>
        {problem && <p role="alert">{problem}</p>}
      </form>
    </section>
  );
}
