// A small stand-in for the service, for looking at the page and for testing it
// without a camera: it serves dist and speaks the same contract.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import {
  baselines,
  before,
  defaults,
  events,
  scenes,
  settings,
  status,
  t0,
  whatif,
  type Wire,
} from "./scenes";

import { addDays, midnight } from "../src/calendar";
import { changed, choice, distance, effects, profile, programme, ruledOut } from "./relief";
import { kept, week, weekNow, weekRefused, type Said } from "./weeks";

/** The policy that the service sends. */
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

async function body(req: IncomingMessage): Promise<Wire> {
  let text = "";
  for await (const piece of req) text += String(piece);
  return JSON.parse(text || "{}") as Wire;
}

/** A merge patch over settings; null puts a key back to its default. */
function merge(settings: Wire, defaults: Wire, patch: Wire): Wire {
  const out = { ...settings };
  for (const [k, v] of Object.entries(patch)) {
    if (v === null) {
      if (k in defaults) out[k] = defaults[k];
      else delete out[k];
    } else if (typeof v === "object" && !Array.isArray(v)) {
      out[k] = merge(out[k] as Wire, defaults[k] as Wire, v as Wire);
    } else out[k] = v;
  }
  return out;
}

export class Mock {
  /** What the page asked for, oldest first: "POST /api/v1/pause" and the like. */
  asked: string[] = [];
  /** Refusals by path: the sentence that a 409 carries. */
  refuse: Record<string, string> = {};
  scene: Wire = scenes["upright"]!;
  settings: Wire = settings;
  /** When the day usually ends; null while that is not known. */
  usualDayEnd: string | null = "17:40";
  baselines = baselines;
  /** When the history is looked at, and what is kept of it; null when it was deleted. */
  now = weekNow;
  kept: Wire | null = kept;
  /** What was said of the back since the start. */
  said: Said[] = [];
  /** What the person said of themselves, why the signs are asked for, and what they did. */
  profile = profile;
  signsDue = "";
  done: Wire[] = [];
  effects = effects;
  distance: Wire | null = distance;
  /** What the camera was asked to count last; null when it was told to end. */
  coached: Wire | null = null;
  /** What the page says is under way, as it was said; newest last. */
  doing: Wire[] = [];
  #sockets = new WebSocketServer({ noServer: true });
  #server: Server | null = null;

  /** Plays a scene to every page that is connected. */
  show(scene: Wire | string): void {
    this.scene = typeof scene === "string" ? scenes[scene]! : scene;
    this.send({ type: "live", live: this.scene });
  }

  send(message: Wire): void {
    for (const s of this.#sockets.clients) s.send(JSON.stringify(message));
  }

  /** Cuts every connection, as a service that stops does. */
  cut(): void {
    for (const s of this.#sockets.clients) s.terminate();
  }

  handle(req: IncomingMessage, res: ServerResponse): boolean {
    const url = new URL(req.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/api/")) return false;
    if (req.method !== "GET") this.asked.push(`${req.method} ${url.pathname}${url.search}`);
    const reply = (code: number, body?: unknown) => {
      res.writeHead(code, { "Content-Type": "application/json" });
      res.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const why = this.refuse[url.pathname];
    if (why) reply(409, { error: why });
    else if (url.pathname === "/api/v1/events") reply(200, { events, more: false });
    else if (url.pathname === "/api/v1/live") reply(200, this.scene);
    else if (url.pathname === "/api/v1/calibration") {
      reply(
        req.method === "DELETE" ? 204 : 202,
        req.method === "DELETE" ? undefined : scenes["countdown"]!["calibration"],
      );
    } else if (url.pathname === "/api/v1/settings") {
      if (req.method === "PATCH") {
        void body(req).then((patch) => {
          this.settings = merge(this.settings, defaults, patch);
          reply(200, { settings: this.settings, defaults, changed: patch, usual_day_end: this.usualDayEnd });
        });
        return true;
      }
      reply(200, { settings: this.settings, defaults, changed: {}, usual_day_end: this.usualDayEnd });
    } else if (this.#lookBack(req, res, url, reply) || this.#relief(req, url, reply)) {
      return true;
    } else if (url.pathname === "/api/v1/whatif") reply(200, whatif);
    else if (url.pathname === "/api/v1/baselines") reply(200, { baselines: this.baselines });
    else if (url.pathname === "/api/v1/snooze") {
      void body(req).then((b) => {
        const minutes = Number.parseInt(String(b["for"]));
        reply(200, { until: new Date(t0 + (minutes || 600) * 60e3).toISOString() });
      });
    } else {
      if (url.pathname === "/api/v1/pause") this.show("paused");
      if (url.pathname === "/api/v1/resume") this.show("upright");
      if (url.pathname === "/api/v1/offer/dismiss") this.show({ ...this.scene, offer: null });
      reply(204);
    }
    return true;
  }

  /** Weeks, what is kept of them, reports and exports. */
  #lookBack(
    req: IncomingMessage,
    res: ServerResponse,
    url: URL,
    reply: (code: number, body?: unknown) => void,
  ): boolean {
    const [, name, id = "", report] =
      /^\/api\/v1\/([\w-]+)(?:\/([^/]+))?(\/report)?$/.exec(url.pathname) ?? [];
    const file = (type: string, name: string, text: string) => {
      const how = name ? { "Content-Disposition": `attachment; filename="${name}"` } : {};
      res.writeHead(200, { "Content-Type": type, ...how }).end(text);
    };
    switch (name) {
      case "weeks": {
        const which = decodeURIComponent(id);
        const why = weekRefused(which);
        if (why) reply(400, { error: why });
        else if (!report) reply(200, this.kept ? week(which, this.now, this.said) : week("1970-W10"));
        else if (url.searchParams.get("format") === "html") {
          file("text/html; charset=utf-8", "", `<!doctype html><title>Report of ${which}</title>`);
        } else file("text/plain", `${which}.txt`, which);
        return true;
      }
      case "export":
        file("text/csv", "sitwell.csv", "kind,time\r\n");
        return true;
      case "check-ins":
        void body(req).then((b) => {
          const said = Object.entries(b["tension"] as Record<string, number>);
          const time = new Date(this.now).toISOString();
          const written = said.map(([area, level], i) => ({
            id: 900 + i,
            kind: "check_in",
            time,
            area,
            level,
          }));
          this.said.push(...said.map(([area, level]) => ({ area, level })));
          reply(201, { events: written });
        });
        return true;
      case "history": {
        const all = this.kept ?? { ...kept, first: null, last: null, events: 0, minutes: 0, measurements: 0 };
        const [from, to] = [url.searchParams.get("from"), url.searchParams.get("to")];
        const days = from && to ? (midnight(addDays(to, 1)) - midnight(from)) / 86400e3 : 0;
        const counts = days
          ? { events: days * 31, minutes: days * 520, measurements: 0 }
          : { events: all["events"], minutes: all["minutes"], measurements: all["measurements"] };
        if (req.method === "DELETE" && !days) this.kept = null;
        reply(200, req.method === "DELETE" ? counts : { ...all, ...counts });
        return true;
      }
    }
    return false;
  }

  /** The programme, the choice from it, and what was said and done. */
  #relief(req: IncomingMessage, url: URL, reply: (code: number, body?: unknown) => void): boolean {
    switch (url.pathname) {
      case "/api/v1/relief":
        reply(200, choice(url.searchParams, this.profile, this.signsDue));
        return true;
      case "/api/v1/relief/programme":
        reply(200, programme);
        return true;
      case "/api/v1/relief/effects":
        reply(200, this.effects);
        return true;
      case "/api/v1/relief/distance":
        reply(200, { distance: this.distance });
        return true;
      case "/api/v1/relief/profile":
        if (req.method === "PATCH") {
          void body(req).then((p) => reply(200, (this.profile = changed(this.profile, p))));
        } else reply(200, this.profile);
        return true;
      case "/api/v1/relief/coach":
        if (req.method === "DELETE") {
          this.coached = null;
          this.show({ ...this.scene, coach: null });
          reply(204);
        } else {
          void body(req).then((b) => {
            this.coached = b;
            reply(204);
          });
        }
        return true;
      case "/api/v1/relief/doing":
        void body(req).then((d) => {
          const why = d["seconds"] === 0 ? "" : ruledOut(String(d["exercise"]), this.profile);
          if (!why) this.doing.push(d);
          reply(why ? 409 : 204, why ? { error: why } : undefined);
        });
        return true;
      case "/api/v1/relief/done":
        void body(req).then((d) => {
          this.done.push(d);
          reply(201, { events: [] });
        });
        return true;
    }
    return false;
  }

  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!req.url?.startsWith("/ws")) return false;
    this.#sockets.handleUpgrade(req, socket, head, (ws: WebSocket) => {
      for (const live of before(this.scene)) ws.send(JSON.stringify({ type: "live", live }));
      ws.send(JSON.stringify({ type: "live", live: this.scene }));
      ws.on("message", (m) => this.asked.push(String(m)));
    });
    return true;
  }

  /** Serves the built page and the contract; resolves to the address. */
  async listen(dist: string): Promise<string> {
    const server = createServer((req, res) => {
      res.setHeader("Content-Security-Policy", policy);
      if (this.handle(req, res)) return;
      const path = normalize(decodeURIComponent(new URL(req.url ?? "/", "http://localhost").pathname));
      let file = join(dist, path);
      if (!existsSync(file) || !statSync(file).isFile()) {
        if (extname(path)) {
          res.writeHead(404).end();
          return;
        }
        file = join(dist, "index.html");
      }
      res.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
      createReadStream(file).pipe(res);
    });
    server.on("upgrade", (req, socket, head) => {
      if (!this.upgrade(req, socket, head)) socket.destroy();
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.cut();
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}

export { scenes, status };
