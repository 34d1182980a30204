// The ticker: the newest events, beside the board. It is read anew when something happened, and whether it is open is
// remembered; at first it is open where there is room.
import { fetchRow } from "./rows.js";

const KEPT = "mkr-ticker";
const PAUSE = 1500; // milliseconds between two readings

class Ticker {
  // refresh reads the events anew, if they are seen; a burst is one reading.
  async refresh() {
    const box = document.getElementById("ticker");
    if (!box?.open || this.timer) return;
    this.timer = setTimeout(async () => {
      this.timer = undefined;
      const list = box.querySelector("ol");
      const fresh = await fetchRow(box.dataset.ticker);
      if (fresh && list && !list.contains(document.activeElement) && list.innerHTML !== fresh.innerHTML) this.put(list, fresh);
    }, this.last ? Math.max(0, this.last + PAUSE - performance.now()) : 0);
    this.last = performance.now();
  }

  put(list, fresh) {
    const known = new Set([...list.children].map((e) => e.dataset.position));
    for (const e of fresh.children) if (!known.has(e.dataset.position)) e.classList.add("flash");
    list.replaceChildren(...fresh.children);
  }

  start() {
    const box = document.getElementById("ticker");
    if (!box) return;
    const kept = localStorage.getItem(KEPT);
    box.open = kept ? kept === "open" : matchMedia("(min-width: 100rem)").matches;
    box.querySelector("summary").addEventListener("click", () => localStorage.setItem(KEPT, box.open ? "closed" : "open"));
    box.addEventListener("toggle", () => this.refresh());
  }
}

export const ticker = new Ticker();
