// The replay: dragging the slider, stepping and playing show the case as it stood, without leaving the page. Without
// this script the links and the button beside the slider do the same.
import { element } from "./fetch.js";
import { dressLanes } from "./lanes.js";

const kept = new Map(); // step -> its HTML, the last few
let stage, wanted, busy, timer;

export function replay() {
  stage = document.getElementById("replay");
  if (!stage) return;
  dress();
  stage.addEventListener("input", (e) => {
    if (e.target.matches("input[type=range]")) go(Number(e.target.value), true);
  });
  stage.addEventListener("click", (e) => {
    if (e.target.closest("[data-play]")) return timer ? stop() : play();
    const link = e.target.closest("a[data-step]");
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    go(Number(link.dataset.step), true);
  });
  document.addEventListener("keydown", keys);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
}

const slider = () => stage.querySelector("input[type=range]");

// keys: space plays and pauses, the arrows, Home and End step, unless somebody is at a control that needs them.
function keys(e) {
  if (e.altKey || e.ctrlKey || e.metaKey || e.target.closest("a, button, select, input, summary, textarea, dialog, .swimscroll")) {
    if (!(e.key === " " && e.target === slider())) return;
  }
  const at = Number(slider().value);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 1, End: Number(slider().max) }[e.key];
  if (e.key === " ") timer ? stop() : play();
  else if (to) go(to, true);
  else return;
  e.preventDefault();
}

function play() {
  if (Number(slider().value) >= Number(slider().max)) go(1);
  const speed = Number(stage.querySelector("[data-speed]").value) || 1;
  timer = setInterval(() => {
    if (busy) return; // a slow answer slows the play; nothing is left out
    const next = Number(slider().value) + 1;
    if (next > Number(slider().max)) return stop();
    go(next);
  }, 1000 / speed);
  dress();
}

function stop() {
  clearInterval(timer);
  timer = undefined;
  dress();
}

// dress shows what only works with this script, and whether it plays.
function dress() {
  const player = stage.querySelector(".player");
  player.hidden = false;
  const button = player.querySelector("[data-play]");
  button.dataset.start ??= button.textContent;
  button.textContent = timer ? button.dataset.pause : button.dataset.start;
}

// go shows a step. While one is on its way only the newest wish is remembered, so that dragging stays smooth.
async function go(step, byHand) {
  if (byHand && timer) stop();
  wanted = Math.min(Math.max(step, 1), Number(slider().max));
  if (busy) return;
  busy = true;
  let shown;
  while (shown !== wanted) {
    const mine = wanted;
    const html = await load(mine);
    shown = mine;
    if (html !== undefined && (mine === wanted || timer)) show(mine, html);
  }
  busy = false;
  load(wanted + 1);
  load(wanted - 1);
}

async function load(step) {
  if (step < 1 || step > Number(slider().max)) return undefined;
  if (kept.has(step)) return kept.get(step);
  try {
    const answer = await fetch(`?step=${step}&part=1`, { headers: { Accept: "text/html" } });
    if (!answer.ok) return undefined;
    const html = await answer.text();
    kept.set(step, html);
    if (kept.size > 24) kept.delete(kept.keys().next().value);
    return html;
  } catch {
    return undefined;
  }
}

function show(step, html) {
  const fresh = element(html);
  // The slider and the player stay, so that a drag, a held key or a choice goes on; everything else is new.
  const old = slider();
  const holding = document.activeElement === old;
  const came = fresh.querySelector("input[type=range]");
  old.setAttribute("aria-valuetext", came.getAttribute("aria-valuetext"));
  old.value = step;
  came.replaceWith(old);
  const speed = stage.querySelector("[data-speed]").value;
  const rel = document.activeElement?.dataset?.rel;
  const mark = document.activeElement?.closest?.("a.mark")?.dataset.step;
  const left = stage.querySelector(".swimscroll")?.scrollLeft;
  stage.replaceChildren(...fresh.childNodes);
  stage.querySelector("[data-speed]").value = speed;
  dress();
  if (holding) old.focus({ preventScroll: true });
  else if (rel) stage.querySelector(`[data-rel="${rel}"]`)?.focus({ preventScroll: true });
  else if (mark) stage.querySelector(`a.mark[data-step="${mark}"]`)?.focus({ preventScroll: true });
  const scroller = stage.querySelector(".swimscroll");
  if (scroller && left !== undefined) scroller.scrollLeft = left;
  dressLanes(stage);
  history.replaceState(null, "", `${location.pathname}?step=${step}`);
}
