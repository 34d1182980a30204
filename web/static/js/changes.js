// What changed, for the eye and for the ear: changed cells are marked until they are looked at, and a screen reader is
// told how many rows changed, at most once in a while.
import { plural } from "./clock.js";

const SHOWN = 10000; // milliseconds that a mark stays while the page is seen
const PAUSE = 10000; // between two things said

// mark marks the cells of the fresh row that say something else than before; of a row that is new, its first.
export function mark(old, row) {
  const cells = [...row.children];
  const changed = old ? cells.filter((c, i) => says(c) !== says(old.children[i]) || old.children[i]?.classList.contains("changed")) : cells.slice(0, 1);
  if (changed.length === 0) return false;
  for (const c of changed) c.classList.add("changed");
  fade(row);
  say(row.dataset.key);
  return true;
}

// says is what a cell tells, without what time alone changes in it.
function says(cell) {
  if (!cell) return "";
  const plain = cell.cloneNode(true);
  for (const t of plain.querySelectorAll("[data-due]")) t.textContent = t.dataset.due;
  return plain.textContent.replace(/\s+/g, " ").trim();
}

function fade(row) {
  const clear = () => {
    for (const c of row.querySelectorAll(".changed")) c.classList.remove("changed");
  };
  row.addEventListener("pointerleave", clear, { once: true });
  row.addEventListener("focusout", clear, { once: true });
  const wait = () => setTimeout(() => (document.hidden ? document.addEventListener("visibilitychange", wait, { once: true }) : clear()), SHOWN);
  wait();
}

const keys = new Set();
let last = -Infinity;
let timer;

// say gathers changed rows and tells their number in one polite sentence.
function say(key) {
  keys.add(key);
  timer ??= setTimeout(
    () => {
      timer = undefined;
      last = performance.now();
      region().textContent = plural("changed", keys.size);
      keys.clear();
    },
    Math.max(1000, last + PAUSE - performance.now()),
  );
}

function region() {
  let at = document.getElementById("said");
  if (!at) {
    at = document.createElement("p");
    at.id = "said";
    at.className = "visually-hidden";
    at.setAttribute("role", "status");
    document.body.append(at);
  }
  return at;
}
