import { Parts, Sitting } from "./Aside";
import { Camera } from "./Camera";
import { Chart } from "./Chart";
import { Events } from "./Events";
import { Now } from "./Now";
import { Shell, useAmbient } from "./Shell";

/** The live page. */
export function Live() {
  useAmbient();
  return (
    <Shell>
      <div class="board">
        <Now />
        <Parts />
        <Sitting />
        <Chart />
        <Events />
        <Camera />
      </div>
    </Shell>
  );
}
