// Live pages: one line to the server. A list says what it shows: <tbody data-live="board" data-rows="/board/rows/">;
// what became of it is rows.js's work. A part that follows a case (<div data-part>) is fetched anew as a whole. What the
// page has not heard of it never shows as fresh: see stale.js.
import { digits, since, text, words } from "./clock.js";
import { refreshParts } from "./parts.js";
import { applyAll, figures, refreshAll } from "./rows.js";
import { missed, stale } from "./stale.js";
import { ticker } from "./ticker.js";

const PROTOCOL = "mkr.v1.json";
const ENDED = new Set([4400, 4401, 4403]); // broken, not signed in, rights ended: coming back would not help
const SILENCE = 20000; // the server says its position every five seconds: a line that is silent for so long is cut
const QUIET = 300; // milliseconds without a frame after which what was missed has come

export function live() {
  const stand = document.getElementById("stand");
  const topics = stand?.dataset.topics?.split(" ").filter(Boolean) ?? [];
  if (!stand || topics.length === 0 || stand.dataset.still !== undefined) return;
  const line = new Line(stand, topics);
  line.connect();
  // A page that is left is cut at once, so that the browser may keep it, and keeps it as what it is: not fresh.
  addEventListener("pagehide", () => line.leave());
  addEventListener("pageshow", (e) => e.persisted && line.back());
  addEventListener("online", () => line.hurry());
  document.addEventListener("visibilitychange", () => line.watch());
}

class Line {
  constructor(stand, topics) {
    this.stand = stand;
    this.topics = topics;
    this.position = Number(stand.dataset.position) || 0; // of the newest frame, or of the page
    this.seq = undefined; // of the newest frame at this position
    this.epoch = undefined;
    this.heard = since();
    this.tries = 0;
    this.waiting = new Map(); // "topic key" -> change, until the next turn
    this.away = undefined; // keys of the rows that changed while the line was cut
    setInterval(() => this.watch(), 1000);
    setInterval(() => this.stand.dataset.state === "live" && !document.hidden && figures(), 30000); // what time alone makes late
  }

  connect() {
    clearTimeout(this.again);
    this.again = undefined;
    const url = new URL("/api/v1/live", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = (this.socket = new WebSocket(url, PROTOCOL));
    this.begun = since();
    socket.onmessage = (e) => socket === this.socket && this.take(JSON.parse(e.data));
    socket.onclose = (e) => {
      if (socket !== this.socket) return; // given up for another
      this.socket = undefined;
      this.lost();
      if (ENDED.has(e.code)) return e.code === 4400 ? undefined : this.reload();
      const pause = Math.min(15000, 500 * 2 ** this.tries++) * (0.5 + Math.random());
      this.again = setTimeout(() => this.connect(), pause);
    };
  }

  // drop gives up a line without waiting for the browser to notice that it is dead.
  drop() {
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
    this.lost();
  }

  leave() {
    clearTimeout(this.again);
    this.drop();
    stale(this.heard, true);
  }

  back() {
    this.watch();
    this.connect();
  }

  hurry() {
    if (!this.again) return;
    this.tries = 0;
    this.connect();
  }

  lost() {
    this.away ??= new Set();
    this.state("lost");
    stale(this.heard);
  }

  // watch is asked every second, and when the page is looked at again: a laptop that slept has heard nothing since.
  watch() {
    if (this.socket && since() - Math.max(this.heard, this.begun) > SILENCE) {
      this.drop();
      stale(this.heard, true);
      this.connect();
    }
    this.tell();
  }

  take(frame) {
    switch (frame.type) {
      case "hello":
        return frame.topics ? this.subscribed(frame) : this.greeted(frame);
      case "reset":
        // What was missed cannot be told one by one: look at all of it anew.
        this.place(frame.position, undefined);
        this.all = true;
        return this.plan();
      case "change":
        this.place(frame.position, frame.seq);
        this.waiting.set(frame.topic + " " + frame.key, frame);
        return this.plan();
      case "event":
        this.place(frame.position, frame.seq);
        this.event = true;
        return this.plan();
      case "position":
        return this.place(frame.position, undefined);
    }
  }

  greeted(frame) {
    // Another epoch: another server, maybe another build, and the numbers may be of another log.
    if (this.epoch && this.epoch !== frame.epoch) return this.reload();
    this.epoch = frame.epoch;
    this.state("behind");
    this.socket.send(JSON.stringify({ type: "subscribe", topics: this.topics, epoch: this.epoch, after: this.position, seq: this.seq }));
  }

  subscribed() {
    this.tries = 0;
    this.heard = since();
    if (this.away) this.plan();
    else this.live();
  }

  live() {
    this.state("live");
    if (this.away) missed(this.away.size);
    this.away = undefined;
    this.tell();
  }

  place(position, seq) {
    if (position > this.position) this.seq = undefined;
    this.position = Math.max(this.position, position);
    if (seq !== undefined) this.seq = seq;
    this.heard = since();
    this.tell();
  }

  // plan gathers what comes within a moment, so that a burst is one repaint; after a cut it waits for the last of it.
  plan() {
    if (this.away) clearTimeout(this.timer);
    else if (this.timer) return;
    this.timer = setTimeout(() => this.work(), this.away ? QUIET : 60);
  }

  async work() {
    this.timer = undefined;
    const changes = [...this.waiting.values()];
    const { all, event } = this;
    this.waiting.clear();
    this.all = this.event = false;
    const rows = all ? await refreshAll() : await applyAll(changes);
    for (const key of rows) this.away?.add(key);
    if (all || changes.length > 0) await figures();
    if (all || event || changes.length > 0) await Promise.all([refreshParts(), ticker.refresh()]);
    if (this.away && this.socket && !this.timer) this.live();
  }

  state(name) {
    if (this.stand.dataset.state === name) return;
    this.stand.dataset.state = name;
    this.stand.querySelector(".state").textContent = text("live-" + name);
  }

  tell() {
    const ago = text("ago").replace("{span}", words(since() - this.heard));
    this.stand.querySelector(".at").textContent = text("stand").replace("{position}", digits(this.position)).replace("{ago}", ago);
  }

  // reload asks for the page anew, but never again and again: a server that cannot catch up is not to be hammered, and
  // what somebody has typed is not to be lost. Until then the page says that it stands still.
  reload() {
    if (document.documentElement.dataset.locked) return; // the door stands there already
    const wait = 10000 - (Date.now() - (Number(sessionStorage.getItem("mkr-reload")) || 0));
    if (wait > 0 || document.querySelector("form[data-typed]")) {
      this.drop();
      stale(this.heard, true);
      this.again = setTimeout(() => this.reload(), Math.max(wait, 1000));
      return;
    }
    sessionStorage.setItem("mkr-reload", String(Date.now()));
    location.reload();
  }
}
