import { render } from "preact";
import "./tokens.css";
import "./base.css";
import "./live.css";
import { App } from "./components/App";
import { readSamples } from "./history";
import { ServicesContext } from "./hooks";
import { Link } from "./link";
import { notify, review } from "./notify";
import { keepSamples, keptSamples } from "./prefs";
import { Store } from "./store";

const store = new Store();
const link = new Link(store, (e) => notify(store.app, e));
store.subscribe(() => review(store.app));

store.dispatch({ type: "samples", samples: readSamples(keptSamples(), Date.now() / 1000) });
addEventListener("pagehide", () => {
  // The demo's curve is nobody's history: it is not carried over.
  keepSamples(store.app.live && !store.app.live.source.demo ? store.app.samples : null);
});
addEventListener("online", () => link.retry());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) link.retry();
});

render(
  <ServicesContext.Provider value={{ store, link }}>
    <App />
  </ServicesContext.Provider>,
  document.getElementById("app")!,
);
link.open();
