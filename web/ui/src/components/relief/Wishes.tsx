import { useRef, useState } from "preact/hooks";
import type { Wish } from "../../relief-api";
import type { Profile, Programme } from "../../relief-contract";
import { feelLabel, kitLabel, placeLabel, wishWords } from "../../relief-words";

interface WishesProps {
  programme: Programme;
  profile: Profile;
  wish: Wish;
  onWish: (w: Wish) => void;
  onKit: (kit: string[]) => Promise<string>;
  onSigns: () => void;
}

/** Where, how long, how it feels, and what is at hand: one line that opens. */
export function Wishes({ programme, profile, wish, onWish, onKit, onSigns }: WishesProps) {
  const [kitProblem, setKitProblem] = useState("");
  // What was ticked counts at once; the service's answer comes after.
  const [ticked, setTicked] = useState<readonly string[] | null>(null);
  const kit = ticked ?? profile.kit ?? ["chair"];
  const turn = useRef(0);
  const tick = async (k: string) => {
    const next = programme.kits.filter((x) => (x === k ? !kit.includes(x) : kit.includes(x)));
    const mine = ++turn.current;
    setTicked(next);
    const refused = await onKit(next);
    if (mine !== turn.current) return;
    setTicked(null);
    setKitProblem(refused);
  };
  const feels = programme.causes.map((c) => c.feel);
  return (
    <details class="wishes">
      <summary>
        <span>{wishWords(wish, kit)}</span> <span class="change">Change</span>
      </summary>
      <fieldset>
        <legend>Where</legend>
        <div class="pick">
          {["", ...programme.areas.map((a) => a.area)].map((a) => (
            <label key={a}>
              <input
                type="radio"
                name="area"
                checked={wish.area === a}
                onChange={() => onWish({ ...wish, area: a })}
              />
              <span>{a ? placeLabel(a) : "What fits"}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>How long</legend>
        <div class="pick">
          {[0, ...programme.minutes].map((m) => (
            <label key={m}>
              <input
                type="radio"
                name="minutes"
                checked={wish.minutes === m}
                onChange={() => onWish({ ...wish, minutes: m })}
              />
              <span>{m > 0 ? `${m} min` : "One thing"}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>How it feels</legend>
        <div class="pick">
          {feels.map((f) => (
            <label key={f}>
              <input
                type="checkbox"
                checked={wish.feels.includes(f)}
                onChange={() =>
                  onWish({ ...wish, feels: feels.filter((x) => (x === f) !== wish.feels.includes(x)) })
                }
              />
              <span>{feelLabel(f)}</span>
            </label>
          ))}
        </div>
        {wish.feels.includes("nerve") && (
          <p class="note">
            Tingling, numb or weak in an arm or in both legs?{" "}
            <button type="button" class="plain" onClick={() => onSigns()}>
              Look at the signs first
            </button>
          </p>
        )}
      </fieldset>
      <fieldset>
        <legend>At hand</legend>
        <div class="pick">
          {programme.kits.map((k) => (
            <label key={k}>
              <input type="checkbox" checked={kit.includes(k)} onChange={() => void tick(k)} />
              <span>{kitLabel(k)}</span>
            </label>
          ))}
        </div>
        {kitProblem && <p role="alert">{kitProblem}</p>}
      </fieldset>
    </details>
  );
}
