// Notifications of the browser: only when switched on by hand, only for an
// alert of now, and only while the page itself is not being looked at.

import type { Event } from "./contract";
import { icon } from "./mark";
import { notifyWanted } from "./prefs";
import { isFresh, type App } from "./store";

let shown: Notification | null = null;

export const canNotify = (): boolean => "Notification" in window;

export const notifyOn = (): boolean => canNotify() && Notification.permission === "granted" && notifyWanted();

/** Tells of an alert, and takes it back when the person is upright again. */
export function notify(app: App, e: Event): void {
  if (e.kind === "recovered" || e.kind === "episode_end") {
    shown?.close();
    shown = null;
  }
  if (e.kind !== "alert" || !notifyOn() || !isFresh(app, e)) return;
  if (!document.hidden && document.hasFocus()) return;
  shown = new Notification("Sitwell", {
    body: e.text,
    tag: "sitwell-alert",
    icon: icon("alert"),
    silent: true,
  });
}
