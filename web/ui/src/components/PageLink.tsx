import type { ComponentChildren } from "preact";
import { go, paths, plainClick, type Page } from "../route";

interface PageLinkProps {
  to: Page;
  /** The page that is shown, where the link is to say so. */
  here?: Page;
  class?: string;
  children: ComponentChildren;
}

/** The way to a page. */
export function PageLink(p: PageLinkProps) {
  return (
    <a
      class={p.class}
      href={paths[p.to]}
      aria-current={p.to === p.here ? "page" : undefined}
      onClick={(e) => {
        if (!plainClick(e)) return;
        e.preventDefault();
        if (location.pathname !== paths[p.to]) go(paths[p.to]);
      }}
    >
      {p.children}
    </a>
  );
}
