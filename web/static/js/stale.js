// What is not fresh never looks it: while the line is cut, a veil lies over what the page shows and says since when; when
// the line is back, the page says what was missed.
import { hour, plural, text } from "./clock.js";

const GRACE = 1500; // milliseconds: a line that is back at once is not worth a word
const SHOWN = 12000;

let timer;

// stale says that nothing was heard since then, after a moment of grace or at once.
export function stale(heard, atOnce) {
  if (document.documentElement.dataset.line === "stale") return;
  clearTimeout(timer);
  const show = () => {
    document.documentElement.dataset.line = "stale";
    tell(text("stale").replace("{time}", hour(heard)), "bad");
  };
  if (atOnce) show();
  else timer = setTimeout(show, GRACE);
}

// missed ends it and says how many rows changed meanwhile.
export function missed(rows) {
  clearTimeout(timer);
  const was = document.documentElement.dataset.line === "stale";
  delete document.documentElement.dataset.line;
  if (!was) return;
  tell(rows > 0 ? plural("missed", rows) : text("missed-none"), "good");
  timer = setTimeout(() => box().replaceChildren(), SHOWN);
}

function tell(words, kind) {
  const line = document.createElement("p");
  line.className = "notice " + kind;
  line.textContent = words;
  box().replaceChildren(line);
}

// box is where it is said, above all that is live; a screen reader hears it once.
function box() {
  let at = document.getElementById("veil");
  if (!at) {
    at = document.createElement("div");
    at.id = "veil";
    at.setAttribute("role", "status");
    const first = document.querySelector("[data-live]")?.closest("table") ?? document.querySelector("main > *");
    first?.before(at);
  }
  return at;
}
