import { dayEnds } from "../checkin";
import { useView } from "../hooks";
import { Alerts } from "./Alerts";
import { Ask } from "./Ask";
import { Parts, Sitting } from "./Aside";
import { Camera } from "./Camera";
import { Chart } from "./Chart";
import { Events } from "./Events";
import { Now } from "./Now";

/** The live page. */
export function Live() {
  const first = useView(dayEnds);
  return (
    <div class="board">
      <Now />
      <div class="aside">
        {/* With its key it stays what it is, also under an answer. */}
        {first && <Ask key="ask" />}
        <Parts />
        <Sitting />
        {!first && <Ask key="ask" />}
        <Alerts />
        <Events />
      </div>
      <Chart />
      <Camera />
    </div>
  );
}
