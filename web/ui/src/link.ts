// The line to the service: one WebSocket, opened again with growing pauses,
// which catches up on the events that were missed.

import { ContractError, parseEvents, parseMessage, type Event } from "./contract";
import { lastEventID, type Store } from "./store";
import { staleAfter } from "./view";

/** The pauses before each further try, in milliseconds; the last one stays. */
export const pauses = [500, 1000, 2000, 4000, 8000] as const;

/** How many past events the page asks for. */
const backlog = 50;

/** The pause before try number n, from 0, spread by a fifth so that pages do not come all at once. */
export function pause(n: number, random: number = Math.random()): number {
  const base = pauses[Math.min(n, pauses.length - 1)]!;
  return Math.round(base * (0.9 + 0.2 * random));
}

export class Link {
  #store: Store;
  #onEvent: (e: Event) => void;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #running = false;
  #complained = false;

  /** onEvent is told of each event as it comes, also of those caught up with. */
  constructor(store: Store, onEvent: (e: Event) => void = () => {}) {
    this.#store = store;
    this.#onEvent = onEvent;
  }

  /** Connects and stays connected until close. */
  open(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#connect();
  }

  close(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    this.#socket?.close();
    this.#socket = null;
  }

  /** Tries again at once when the connection is lost. */
  retry(): void {
    if (!this.#running || this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tries = 0;
    void this.#connect();
  }

  /** Asks for the past events anew, after some were deleted. */
  catchUp(): void {
    if (this.#running) this.#load().catch(() => {});
  }

  /** Sends a wish over the socket; false when there is none. */
  send(wish: { mirror: boolean }): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(wish));
    return true;
  }

  async #connect(): Promise<void> {
    this.#timer = undefined;
    this.#store.dispatch({ type: "connecting", at: performance.now() });
    try {
      if (!(await this.#load())) return;
    } catch {
      this.#lost();
      return;
    }
    if (!this.#running) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const after = lastEventID(this.#store.app.events);
    const socket = new WebSocket(`${scheme}://${location.host}/ws?after=${after}`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#store.dispatch({ type: "opened", at: performance.now() });
      this.#listen();
    };
    socket.onmessage = (m: MessageEvent<unknown>) => {
      if (this.#socket === socket && typeof m.data === "string") this.#take(m.data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#lost();
    };
  }

  /** Loads the past events; false when the service asks for its token. */
  async #load(): Promise<boolean> {
    const answer = await fetch(`/api/v1/events?limit=${backlog}`);
    if (answer.status === 401) {
      this.#lost(true);
      return false;
    }
    if (answer.ok) this.#store.dispatch({ type: "events", events: parseEvents(await answer.json()) });
    return true;
  }

  #take(data: string): void {
    let message;
    try {
      message = parseMessage(data);
    } catch (e) {
      if (!(e instanceof ContractError)) throw e;
      if (!this.#complained) console.error(`message not understood: ${e.message}`);
      this.#complained = true;
      return;
    }
    const at = performance.now();
    switch (message?.type) {
      case "live": {
        this.#tries = 0;
        const demo = this.#store.app.live?.source.demo;
        this.#store.dispatch({ type: "live", live: message.live, at });
        // The demo and the person have histories of their own.
        if (demo !== undefined && demo !== message.live.source.demo) this.#load().catch(() => {});
        break;
      }
      case "event": {
        const before = this.#store.app.events;
        this.#store.dispatch({ type: "event", event: message.event, at });
        if (this.#store.app.events !== before) this.#onEvent(message.event);
        break;
      }
      case "mirror":
        this.#store.dispatch({ type: "mirror", mirror: message.mirror });
        break;
    }
  }

  /** Watches for silence with one timer that is not set anew by each message. */
  #listen(): void {
    clearTimeout(this.#watch);
    const check = () => {
      if (!this.#socket) return;
      const age = performance.now() - (this.#store.app.liveAt ?? 0);
      // Without a picture there is nothing to tell for as long as that lasts.
      const due = this.#store.app.live?.source.status === "live";
      if (age >= staleAfter && due && !this.#store.app.silent) this.#store.dispatch({ type: "silent" });
      this.#watch = setTimeout(check, age >= staleAfter ? staleAfter : staleAfter - age);
    };
    this.#watch = setTimeout(check, staleAfter);
  }

  #lost(locked = false): void {
    if (!this.#running) return;
    clearTimeout(this.#watch);
    const wait = pause(locked ? pauses.length : this.#tries++);
    this.#store.dispatch({ type: "lost", at: performance.now(), retryAt: performance.now() + wait, locked });
    this.#timer = setTimeout(() => void this.#connect(), wait);
  }
}
