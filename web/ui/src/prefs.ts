// What the person chose on this page. It stays in this browser.

const safely = <T>(f: () => T, otherwise: T): T => {
  try {
    return f();
  } catch {
    return otherwise; // storage may be switched off
  }
};

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const themeKey = "sitwell-theme";
const notifyKey = "sitwell-notify";
const samplesKey = "sitwell-samples";
const coachKey = "sitwell-coach";
const aloudKey = "sitwell-aloud";
const asksKey = "sitwell-asks";

export function theme(): Theme {
  const v = safely(() => localStorage.getItem(themeKey), null);
  return v === "light" || v === "dark" ? v : "auto";
}

/** Sets and keeps the theme; auto follows the system. theme.js does the same before the first paint. */
export function setTheme(t: Theme): void {
  safely(
    () => (t === "auto" ? localStorage.removeItem(themeKey) : localStorage.setItem(themeKey, t)),
    undefined,
  );
  if (t === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = t;
}

export const notifyWanted = (): boolean => safely(() => localStorage.getItem(notifyKey) === "yes", false);

export function setNotifyWanted(on: boolean): void {
  safely(() => (on ? localStorage.setItem(notifyKey, "yes") : localStorage.removeItem(notifyKey)), undefined);
}

/** Whether the camera may count exercises; it may unless that was switched off. */
export const coachWanted = (): boolean => safely(() => localStorage.getItem(coachKey) !== "no", true);

export function setCoachWanted(on: boolean): void {
  safely(() => (on ? localStorage.removeItem(coachKey) : localStorage.setItem(coachKey, "no")), undefined);
}

/** Whether a routine is read aloud; only once that was switched on. */
export const aloudWanted = (): boolean => safely(() => localStorage.getItem(aloudKey) === "yes", false);

export function setAloudWanted(on: boolean): void {
  safely(() => (on ? localStorage.setItem(aloudKey, "yes") : localStorage.removeItem(aloudKey)), undefined);
}

/** When it was asked how the back feels. */
export const keptAsks = (): unknown =>
  safely(() => JSON.parse(localStorage.getItem(asksKey) ?? "null") as unknown, null);

export function keepAsks(v: object): void {
  safely(() => localStorage.setItem(asksKey, JSON.stringify(v)), undefined);
}

/** The chart survives a reload of its tab. */
export const keptSamples = (): unknown =>
  safely(() => JSON.parse(sessionStorage.getItem(samplesKey) ?? "null") as unknown, null);

export function keepSamples(v: object | null): void {
  safely(
    () => (v ? sessionStorage.setItem(samplesKey, JSON.stringify(v)) : sessionStorage.removeItem(samplesKey)),
    undefined,
  );
}
