// Due times as countdowns: <time class="due" data-due="2026-11-22T14:02:00Z">.
import { now, text, words } from "./clock.js";

const SOON = 2 * 3600 * 1000;

function paint(el, at) {
  const left = Date.parse(el.dataset.due) - at;
  const over = left < 0;
  const label = text(over ? "late" : "left").replace("{span}", words(left));
  if (el.textContent !== label) el.textContent = label;
  el.classList.toggle("over", over);
  el.classList.toggle("soon", !over && left < SOON);
}

// countdown repaints every due time once a second while the page is seen.
export function countdown() {
  const all = () => {
    if (document.hidden) return;
    const at = now();
    for (const el of document.querySelectorAll("[data-due]")) paint(el, at);
  };
  all();
  setInterval(all, 1000);
  document.addEventListener("visibilitychange", all);
}
