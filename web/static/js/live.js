// Live pages. A list says what it shows: <tbody data-live="board" data-rows="/board/rows/">; each row its key and its
// place: <tr data-key data-sort>. On a change the row is fetched anew as this person may see it and put in its place:
// focus and scroll stay as they are. A part that follows a case (<div data-part>) is fetched anew as a whole.
import { text, words } from "./clock.js";
import { refreshParts } from "./parts.js";

const PROTOCOL = "mkr.v1.json";
const ENDED = new Set([4400, 4401, 4403]); // broken, not signed in, rights ended: coming back would not help

export function live() {
  const stand = document.getElementById("stand");
  const topics = stand?.dataset.topics?.split(" ").filter(Boolean) ?? [];
  if (!stand || topics.length === 0 || stand.dataset.still !== undefined) return;
  new Line(stand, topics).connect();
}

class Line {
  constructor(stand, topics) {
    this.stand = stand;
    this.topics = topics;
    this.position = Number(stand.dataset.position) || 0; // of the newest frame, or of the page
    this.seq = undefined; // of the newest frame at this position
    this.epoch = undefined;
    this.heard = performance.now();
    this.tries = 0;
    this.waiting = new Map(); // "topic key" -> change, until the next turn
    setInterval(() => this.tell(), 1000);
  }

  connect() {
    const url = new URL("/api/v1/live", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(url, PROTOCOL);
    this.socket.onmessage = (e) => this.take(JSON.parse(e.data));
    this.socket.onclose = (e) => {
      this.state("lost");
      if (ENDED.has(e.code)) return e.code === 4400 ? undefined : reloadOnce();
      const pause = Math.min(15000, 500 * 2 ** this.tries++) * (0.5 + Math.random());
      setTimeout(() => this.connect(), pause);
    };
  }

  take(frame) {
    switch (frame.type) {
      case "hello":
        return frame.topics ? this.subscribed(frame) : this.greeted(frame);
      case "reset":
        // What was missed cannot be told one by one: ask for all of it.
        this.place(frame.position, undefined);
        return reloadOnce();
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
    // Another epoch: the numbers may be of another log.
    if (this.epoch && this.epoch !== frame.epoch) return reloadOnce();
    this.epoch = frame.epoch;
    this.state("behind");
    this.socket.send(JSON.stringify({ type: "subscribe", topics: this.topics, epoch: this.epoch, after: this.position, seq: this.seq }));
  }

  subscribed(frame) {
    this.tries = 0;
    this.heard = performance.now();
    this.state("live");
    this.tell();
  }

  place(position, seq) {
    if (position > this.position) this.seq = undefined;
    this.position = Math.max(this.position, position);
    this.stand.dataset.position = this.position;
    if (seq !== undefined) this.seq = seq;
    this.heard = performance.now();
    this.state("live");
    this.tell();
  }

  // plan gathers what comes within a moment, so that a burst is one repaint.
  plan() {
    this.timer ??= setTimeout(async () => {
      this.timer = undefined;
      const changes = [...this.waiting.values()];
      this.waiting.clear();
      const event = this.event || changes.length > 0;
      this.event = false;
      await Promise.all(changes.map((c) => apply(c)));
      if (changes.length > 0) await figures();
      if (event) await refreshParts();
    }, 60);
  }

  state(name) {
    if (this.stand.dataset.state === name) return;
    this.stand.dataset.state = name;
    this.stand.querySelector(".state").textContent = text("live-" + name);
  }

  tell() {
    const digits = String(this.position).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    const ago = text("ago").replace("{span}", words(performance.now() - this.heard));
    this.stand.querySelector(".at").textContent = text("stand").replace("{position}", digits).replace("{ago}", ago);
  }
}

async function apply(change) {
  for (const list of document.querySelectorAll(`[data-live="${change.topic}"]`)) {
    const old = find(list, change.key);
    if (change.op === "remove") {
      if (old) leave(old);
      continue;
    }
    const row = await fetchRow(list.dataset.rows + encodeURIComponent(change.key) + "?" + (list.dataset.query ?? ""));
    if (row === undefined) continue; // a fault: what is there stays, the next change tries again
    const current = find(list, change.key);
    if (row === null) {
      if (current) leave(current);
      continue;
    }
    if (current) replace(current, row);
    settle(list, row, current);
    flash(row);
    list.closest("table").hidden = false;
    document.querySelector(".empty")?.remove();
  }
}

const find = (list, key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`);

// settle puts a row where its due time belongs, unless somebody is on it.
function settle(list, row, was) {
  const order = row.dataset.sort, down = list.dataset.down !== undefined;
  if (was && (row.dataset.sort === was.dataset.sort || row.contains(document.activeElement))) return;
  const after = [...list.children].find((r) => r !== row && (down ? r.dataset.sort < order : r.dataset.sort > order));
  list.insertBefore(row, after ?? null);
}

// figures refreshes the numbers above the board, each of which equals its list.
async function figures() {
  const strip = document.querySelector("[data-figures]");
  if (!strip) return;
  const fresh = await fetchRow(strip.dataset.figures);
  if (fresh && !strip.contains(document.activeElement)) strip.replaceWith(fresh);
}

// fetchRow gives the element, null when it is not there for this person, or undefined on a fault.
export async function fetchRow(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (answer.status === 404) return null;
    if (!answer.ok) return undefined;
    const t = document.createElement("template");
    t.innerHTML = (await answer.text()).trim();
    return t.content.firstElementChild ?? undefined;
  } catch {
    return undefined;
  }
}

// replace keeps the focus on the same link of the row.
function replace(old, fresh) {
  const index = [...old.querySelectorAll("a, button")].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (index >= 0) fresh.querySelectorAll("a, button")[index]?.focus({ preventScroll: true });
}

function flash(row) {
  row.classList.add("flash");
  setTimeout(() => row.classList.remove("flash"), 2600);
}

function leave(row) {
  row.classList.add("leaving");
  setTimeout(() => row.remove(), 400);
}

// reloadOnce asks for the page anew, but never again and again: a server that cannot catch up is not to be hammered,
// and what somebody has typed is not to be lost.
function reloadOnce() {
  const last = Number(sessionStorage.getItem("mkr-reload")) || 0;
  if (Date.now() - last < 10000 || document.querySelector("form[data-typed]")) return;
  sessionStorage.setItem("mkr-reload", String(Date.now()));
  location.reload();
}
