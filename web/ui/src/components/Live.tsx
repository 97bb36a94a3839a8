import { Alerts } from "./Alerts";
import { Ask } from "./Ask";
import { Parts, Sitting } from "./Aside";
import { Camera } from "./Camera";
import { Chart } from "./Chart";
import { Events } from "./Events";
import { Now } from "./Now";

/** The live page. */
export function Live() {
  return (
    <div class="board">
      <Now />
      <div class="aside">
        <Parts />
        <Sitting />
        <Ask />
        <Alerts />
        <Events />
      </div>
      <Chart />
      <Camera />
    </div>
  );
}
