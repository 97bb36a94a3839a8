import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { cameraMoved, pauseWatch, resumeWatch } from "../api";
import { focusHeadline, useSeconds, useServices, useView } from "../hooks";
import { setTheme, theme, themes, type Theme } from "../prefs";
import { icon } from "../mark";
import { pages, type Page, type Route } from "../route";
import { isStale, linkWords, now, offer } from "../view";
import { demoWords } from "../words";
import { CalibrateDialog } from "./Calibrate";
import { Mark } from "./Mark";
import { PageLink } from "./PageLink";
import { Toast } from "./Toast";

const pageWords: Record<Page, string> = {
  live: "Live",
  week: "Week",
  relief: "Relief",
  settings: "Settings",
};

interface ShellProps {
  route: Route;
  /** Called when the person reaches for another page. */
  onReach?: () => void;
  children: ComponentChildren;
}

/** The frame of every page: header, what is wrong if anything is, the page, footer. */
export function Shell({ route, onReach, children }: ShellProps) {
  const v = useView((app) => ({
    mood: now(app).mood,
    version: app.live?.version ?? "",
    dialog: app.dialog,
  }));
  return (
    <>
      <header class="top">
        <p class="brand">
          <PageLink to="live">
            <Mark mood={v.mood} />
            Sitwell
          </PageLink>
        </p>
        <nav class="pages" aria-label="Pages" onPointerEnter={onReach} onFocusCapture={onReach}>
          <ul>
            {pages.map((page) => (
              <li key={page}>
                <PageLink to={page} here={route.page}>
                  {pageWords[page]}
                </PageLink>
              </li>
            ))}
          </ul>
        </nav>
        <div class="controls">
          <PauseButton />
          <ThemeButton />
        </div>
      </header>
      <Banners page={route.page} />
      <main>{children}</main>
      <footer>
        <p>Nothing leaves this machine: no picture is kept, no address is called.</p>
        <p>Not medical advice.{v.version && ` Sitwell ${v.version}`}</p>
      </footer>
      <Toast />
      {v.dialog === "calibrate" && <CalibrateDialog />}
    </>
  );
}

function PauseButton() {
  const { store } = useServices();
  const v = useView((app) => ({
    paused: app.live?.source.status === "paused",
    can: app.live !== null && app.link.status === "open",
  }));
  const toggle = async () => {
    const refused = await (v.paused ? resumeWatch() : pauseWatch());
    store.dispatch({ type: "notice", text: refused });
  };
  return (
    <button type="button" class="pause quiet-button" disabled={!v.can} onClick={() => void toggle()}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={v.paused ? "M4 2.5v11l9.5-5.5z" : "M4 2h3v12H4zM9 2h3v12H9z"} />
      </svg>
      <span class="word">
        {v.paused ? "Resume" : "Pause"}
        <span class="wide">{v.paused ? " watching" : ": the camera goes off"}</span>
      </span>
    </button>
  );
}

const themeWords: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

function ThemeButton() {
  const [t, set] = useState(theme);
  const next = themes[(themes.indexOf(t) + 1) % themes.length]!;
  const label = `Colours: ${themeWords[t]}. Change to ${themeWords[next]}.`;
  return (
    <button
      type="button"
      class="theme quiet-button"
      aria-label={label}
      title={label}
      onClick={() => {
        setTheme(next);
        set(next);
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" class="ring" />
        {t === "auto" && <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" />}
        {t === "dark" && <circle cx="8" cy="8" r="6.5" />}
        {t === "light" && <circle cx="8" cy="8" r="2.5" />}
      </svg>
    </button>
  );
}

/** What the watch can't tell by itself: the person is asked, and nothing is held against them meanwhile. */
function Question() {
  const { store } = useServices();
  const ask = useView((app) => (app.link.status === "open" ? (app.live?.ask ?? null) : null));
  if (!ask) return null;
  const calibrate = () => store.dispatch({ type: "dialog", open: "calibrate" });
  const answer = async (moved: boolean) => {
    const refused = await cameraMoved(moved);
    store.dispatch({ type: "notice", text: refused });
    if (refused) return;
    if (moved) calibrate();
    else focusHeadline();
  };
  return (
    <div class="banner ask">
      <p role="status">{ask.text || "Did the camera move?"}</p>
      <div class="actions">
        {ask.kind === "camera_moved" ? (
          <>
            <button type="button" class="primary small" onClick={() => void answer(true)}>
              It moved: take my upright again
            </button>
            <button type="button" class="quiet-button small" onClick={() => void answer(false)}>
              No, my upright still holds
            </button>
          </>
        ) : (
          <button type="button" class="primary small" onClick={calibrate}>
            Take my upright
          </button>
        )}
      </div>
    </div>
  );
}

/** What the person must know about the connection, the disk, the demo, or a wish refused. */
function Banners({ page }: { page: Page }) {
  const { store, link } = useServices();
  const v = useView((app) => ({
    stale: isStale(app) && app.live !== null,
    lost: app.link.status === "lost",
    locked: app.link.locked,
    disk: app.live?.storeError ?? "",
    demo: app.live?.source.demo && app.live.source.status === "live" ? demoWords(app.live) : "",
    notice: app.notice,
    // On the live page these stand in the first place of all.
    alert: page === "live" ? "" : (app.live?.alert?.text ?? ""),
    // Where exercises are begun nothing else is offered.
    offer: page === "live" || page === "relief" ? "" : (offer(app)?.text ?? ""),
  }));
  return (
    <div class="banners">
      <Question />
      <div role="status" aria-live="polite">
        {v.alert && <p class="banner told-here">{v.alert}</p>}
        {v.offer && (
          <p class="banner told-here">
            {v.offer} <PageLink to="live">What to do</PageLink>
          </p>
        )}
        {(v.stale || v.locked) && (
          <p class="sr">{v.locked ? "Token needed." : "The connection to Sitwell is lost."}</p>
        )}
        {v.disk && <p class="banner warn">{v.disk}</p>}
        {v.notice && (
          <p class="banner">
            {v.notice}
            <button type="button" class="plain" onClick={() => store.dispatch({ type: "notice", text: "" })}>
              Dismiss
            </button>
          </p>
        )}
        {v.demo && (
          <p class="banner demo">
            <strong>Demo.</strong> {v.demo}
          </p>
        )}
      </div>
      {(v.stale || v.locked) && (
        <p class="banner warn">
          <LinkLine />
          {v.lost && (
            <button type="button" class="plain" onClick={() => link.retry()}>
              Try now
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function LinkLine() {
  const { store } = useServices();
  const at = useSeconds(true);
  return <span>{linkWords(store.app, at)}</span>;
}

/** The page's title, icon and colour follow the state, also while the page is hidden. */
export function useAmbient(route: Route): void {
  const { store } = useServices();
  const name = pageName(route);
  useEffect(() => {
    let tab = "";
    let mood = "";
    const look = () => {
      const v = now(store.app);
      // The page's own name stands while there is nothing more important to say.
      const calm = v.mood !== "poor" && v.mood !== "alert" && !isStale(store.app);
      const title = name && calm ? `${name} – Sitwell` : v.tab;
      if (title !== tab) document.title = tab = title;
      if (v.mood === mood) return;
      mood = v.mood;
      document.documentElement.dataset["mood"] = mood;
      document.querySelector<HTMLLinkElement>("link[rel=icon]")?.setAttribute("href", icon(v.mood));
    };
    look();
    return store.subscribe(look);
  }, [store, name]);
}

/** What a page is called; the live page by what is so now. */
function pageName({ page, week }: Route): string {
  if (page === "week") return week ? `Week ${week}` : "This week";
  return page === "live" ? "" : pageWords[page];
}
