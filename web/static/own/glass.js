// An emergency access runs down to the second on its page. Its last two minutes are said aloud, and when it is over nothing
// of the case stays on the screen, whether or not the server can be asked. The bar may come anew with the page's parts.
import { since } from "../js/clock.js";

const SOON = 120_000;
const ends = new WeakMap(); // bar -> the page's age at which it is over

function tick() {
  const bar = document.querySelector("[data-glass]");
  if (!bar) return;
  if (!ends.has(bar)) ends.set(bar, since() + Number(bar.dataset.glass));
  const left = ends.get(bar) - since();
  if (left <= 0) return over(bar);
  const s = Math.floor(left / 1000);
  bar.querySelector("[data-left]").textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  const soon = bar.querySelector("[data-soon]");
  if (left > SOON || soon.textContent) return;
  bar.classList.replace("warn", "bad");
  soon.textContent = soon.dataset.soon;
}

function over(bar) {
  clearInterval(timer);
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  document.getElementById("main").replaceChildren(bar.querySelector("template").content);
  location.replace(bar.dataset.over); // what the server says is what stands
}

const timer = setInterval(tick, 250);
tick();
