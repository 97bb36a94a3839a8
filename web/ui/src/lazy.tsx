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

/**
 * A hook: a part of a page that has a file of its own, loaded once it is wanted; null
 * before, and when it can't be had.
 */
export function usePart<P extends object>(
  wanted: boolean,
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> | null {
  const [part, set] = useState<ComponentType<P> | null>(null);
  useEffect(() => {
    if (!wanted || part) return;
    let here = true;
    load().then(
      (c) => here && set(() => c),
      () => {}, // a service that is gone: the page does without
    );
    return () => void (here = false);
  }, [wanted, part]);
  return part;
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
