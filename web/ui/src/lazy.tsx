// Pages that are loaded when they are wanted, so that the live page stays light.

import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** A page of its own file. */
export interface Lazy<P> {
  (props: P): preact.JSX.Element | null;
  /** Loads the file ahead of time; a failure is told only when the page is shown. */
  preload(): Promise<void>;
}

/**
 * Makes a page of what load brings; once that is there it is drawn at once. Who
 * had to wait for it is told when it was drawn.
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, drawn = () => {}): Lazy<P> {
  let have: ComponentType<P> | null = null;
  let coming: Promise<void> | null = null;
  const fetch = (): Promise<void> =>
    (coming ??= load().then(
      (c) => void (have = c),
      (e: unknown) => {
        coming = null; // the next try may find the service again
        throw e;
      },
    ));
  function Page(props: P) {
    const [, draw] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (have || failed) return;
      let here = true;
      fetch().then(
        () => here && draw((n) => n + 1),
        () => here && setFailed(true),
      );
      return () => void (here = false);
    }, [failed]);
    const C = have;
    const waits = useRef(false);
    useEffect(() => {
      if (C && waits.current) drawn();
      waits.current = !C;
    }, [C]);
    if (C) return <C {...props} />;
    return failed ? <Missing /> : <p class="note">Loading…</p>;
  }
  return Object.assign(Page, { preload: () => fetch().catch(() => {}) });
}

/** A newer Sitwell has other files than those that this page knows of. */
function Missing() {
  return (
    <div role="alert">
      <p>This page could not be loaded. Sitwell may have stopped, or been replaced by a newer one.</p>
      <button type="button" class="quiet-button" onClick={() => location.reload()}>
        Load it again
      </button>
    </div>
  );
}
