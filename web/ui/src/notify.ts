// Notifications of the browser: only when switched on by hand, only for what
// happens now, and only while the page itself is not being looked at.

import type { Event } from "./contract";
import { icon } from "./mark";
import { notifyWanted } from "./prefs";
import { isFresh, type App } from "./store";

/**
 * What is told, by the kind of event, where the event has no words of its own: nothing
 * that is not for everybody. Each kind has one notification at most.
 */
const told: Record<string, string> = {
  alert: "You have been slouching.",
  break_due: "A break from sitting would do you good.",
  static_hold: "You have held one posture for long.",
  day_end: "Your working day is nearly over. Round it off with ten minutes for your back.",
};

/** What takes a notification back: it was heeded, or the person has dealt with it. */
const over: Record<string, readonly string[]> = {
  alert: ["recovered", "episode_end", "dismissed", "wrong", "snoozed", "paused"],
  break_due: ["break", "bout_end", "snoozed", "paused"],
  static_hold: ["bout_end", "snoozed", "paused"],
  day_end: ["bout_end", "snoozed", "paused"],
};

/** What tells of an offer is over with it: it was taken, put off or is out of date. */
const offers = ["break_due", "static_hold", "day_end"] as const;

const shown = new Map<string, Notification>();

export const canNotify = (): boolean => "Notification" in window;

export const notifyOn = (): boolean => canNotify() && Notification.permission === "granted" && notifyWanted();

function takeBack(kind: string): void {
  shown.get(kind)?.close();
  shown.delete(kind);
}

let offered = false;
/** Looks whether the offer that was told of still stands. */
export function review(app: App): void {
  const stands = Boolean(app.live?.offer);
  // The event may come before the picture that has its offer.
  if (offered && !stands) offers.forEach(takeBack);
  offered = stands;
}

/** Tells of an event that is worth it, and takes back what is over. */
export function notify(app: App, e: Event): void {
  for (const [kind, ends] of Object.entries(over)) if (ends.includes(e.kind)) takeBack(kind);
  const text = Object.hasOwn(told, e.kind) ? told[e.kind]! : "";
  if (!text || !notifyOn() || !isFresh(app, e)) return;
  if (!document.hidden && document.hasFocus()) return;
  const alert = e.kind === "alert";
  const strong = alert && e.level >= 2;
  const n = new Notification("Sitwell", {
    body: e.text || text,
    // The second alert takes the first one's place.
    tag: `sitwell-${e.kind}`,
    icon: icon(alert ? "alert" : "calm"),
    // The stronger one stays until it is seen; none makes a sound.
    requireInteraction: strong,
    silent: true,
  });
  n.onclick = () => {
    window.focus();
    n.close();
  };
  shown.set(e.kind, n);
}
