import type { Group } from "../../week-view";

/** Fills that differ in form as well as in colour; drawn once for all charts of the page. */
export function Patterns() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="fill-other" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" class="other-ground" />
          <circle cx="3" cy="3" r="1.4" class="other-mark" />
        </pattern>
        <pattern
          id="fill-slouching"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="6" height="6" class="poor-ground" />
          <rect width="3" height="6" class="poor-mark" />
        </pattern>
        <pattern
          id="fill-unseen"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(-45)"
        >
          <rect width="1.2" height="5" class="unseen-mark" />
        </pattern>
        <pattern id="fill-sofar" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="calm-ground" />
          <rect width="2" height="5" class="calm-mark" />
        </pattern>
      </defs>
    </svg>
  );
}

const fills: Partial<Record<Group, string>> = {
  other: "url(#fill-other)",
  slouching: "url(#fill-slouching)",
  unseen: "url(#fill-unseen)",
};

/** The fill of a group; undefined where its class alone does. */
export const fillOf = (g: Group): string | undefined => fills[g];

/** A sample of a fill for a legend. */
export function Swatch({ group }: { group: Group }) {
  return (
    <svg class="swatch" viewBox="0 0 22 14" aria-hidden="true">
      <rect x="0.5" y="0.5" width="21" height="13" rx="2" class={`group ${group}`} fill={fillOf(group)} />
    </svg>
  );
}
