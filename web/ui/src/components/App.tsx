import { useEffect, useRef } from "preact/hooks";
import { focusHeadline } from "../hooks";
import { useRoute } from "../route";
import { Live } from "./Live";
import { Settings } from "./Settings";
import { Shell, useAmbient } from "./Shell";

/** Every page of Sitwell in its frame. */
export function App() {
  const route = useRoute();
  const first = useRef(true);
  useAmbient(route);
  // Who reads by ear or key begins at the top of the page gone to.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    focusHeadline();
  }, [route]);
  return <Shell route={route}>{route === "settings" ? <Settings /> : <Live />}</Shell>;
}
