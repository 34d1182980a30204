// Sealed texts open in place, on record, and close again: by their button, when nobody has touched the page for a
// while, and when the page was hidden or blanked for long.
import { element } from "./fetch.js";

const IDLE = 5 * 60 * 1000; // nobody reads that long without a hand on it
const AWAY = 60 * 1000; // hidden or blanked

// now is the page's clock. A test puts it forward by minutes, which passes for time that went by.
const now = () => performance.now() + 60_000 * Number(document.documentElement.dataset.minutesOn ?? 0);

const closed = new WeakMap(); // what was opened -> the form that opens it

export function sealed() {
  document.addEventListener("submit", async (e) => {
    const form = e.target.closest("form[data-open]");
    if (!form) return;
    e.preventDefault();
    if (form.dataset.asked) return;
    form.dataset.asked = "yes";
    const body = new URLSearchParams(new FormData(form));
    body.set("part", "1");
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => undefined);
    delete form.dataset.asked;
    if (!answer) return;
    if (!answer.ok) return location.reload();
    const opened = element(await answer.text());
    if (!opened) return;
    closed.set(opened, form);
    form.replaceWith(opened);
    const button = opened.querySelector("[data-hide]");
    if (button) button.hidden = false;
    opened.tabIndex = -1;
    opened.focus({ preventScroll: true });
  });
  document.addEventListener("click", (e) => {
    const box = e.target.closest("[data-hide]")?.closest(".opened");
    if (box) hide(box)?.querySelector("button").focus({ preventScroll: true });
  });
  watch();
}

// hide puts the form back; what the server had opened with the page has none, and is asked for anew by a reload.
function hide(box) {
  const form = closed.get(box);
  if (form) box.replaceWith(form);
  else box.remove();
  return form;
}

const hideAll = () => document.querySelectorAll(".opened").forEach(hide);

function watch() {
  let touched = now();
  let away; // since when nobody can see the page
  for (const kind of ["pointermove", "keydown", "scroll", "touchstart"]) addEventListener(kind, () => (touched = now()), { passive: true, capture: true });
  setInterval(() => {
    const at = now();
    const unseen = document.hidden || document.documentElement.classList.contains("blank");
    away = unseen ? (away ?? at) : undefined;
    if (at - touched > IDLE || (away !== undefined && at - away > AWAY)) hideAll();
  }, 1000);
}
