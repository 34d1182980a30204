// A list as it stood: the slider, the links and the play button show other moments without leaving the page. Without this
// script the links and the forms do the same.
const main = document.getElementById("main");
let busy, wanted, timer, speed;
const bar = () => document.getElementById("past");

dress();
main.addEventListener("input", (e) => e.target.id === "moment" && byHand(address(e.target.value)));
main.addEventListener("click", (e) => {
  if (e.target.closest("[data-play]")) return timer ? stop() : play();
  const link = e.target.closest("#past a[data-rel]");
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  byHand(link.href);
});
main.addEventListener("change", (e) => e.target.matches("#past [data-speed]") && (speed = e.target.value));
document.addEventListener("visibilitychange", () => document.hidden && stop());
addEventListener("popstate", () => location.reload());

// keys: space plays and pauses, the arrows step by event, with Shift by day, unless somebody is at a control that needs them.
document.addEventListener("keydown", (e) => {
  if (e.altKey || e.ctrlKey || e.metaKey || e.target.closest("a, button, select, input, summary, textarea, dialog")) return;
  const rel = { ArrowLeft: e.shiftKey ? "day-before" : "before", ArrowRight: e.shiftKey ? "day-behind" : "behind" }[e.key];
  const link = rel && bar().querySelector(`[data-rel="${rel}"]`);
  if (e.key === " ") timer ? stop() : play();
  else if (link) byHand(link.href);
  else return;
  e.preventDefault();
});

// address is this page at another moment; what changed since the one that is shown is marked there.
function address(at) {
  const url = new URL(location);
  url.searchParams.set("at", at);
  url.searchParams.set("was", bar().dataset.position);
  return url.href;
}

function byHand(url) {
  stop();
  go(url);
}

function play() {
  timer = setInterval(() => {
    if (busy) return; // a slow answer slows the play; nothing is left out
    if (bar().dataset.position === bar().dataset.newest) return stop();
    const step = Number(bar().querySelector("[data-speed]").value) / 2;
    go(address(new Date(Date.parse(bar().dataset.at) + step * 1000).toISOString().replace(/\.\d+/, "")));
  }, 500);
  dress();
}

function stop() {
  clearInterval(timer);
  timer = undefined;
  dress();
}

function dress() {
  const player = bar().querySelector(".player");
  player.hidden = false;
  if (speed) player.querySelector("[data-speed]").value = speed;
  const button = player.querySelector("[data-play]");
  button.dataset.start ??= button.textContent;
  button.textContent = timer ? button.dataset.pause : button.dataset.start;
}

// go shows a moment. While one is on its way only the newest wish is remembered, so that dragging stays smooth.
async function go(url) {
  wanted = url;
  if (busy) return;
  busy = true;
  try {
    for (let shown; shown !== wanted; ) {
      shown = wanted;
      const answer = await fetch(shown, { headers: { Accept: "text/html" } });
      if (!answer.ok) return stop();
      show(await answer.text(), shown);
    }
  } catch {
    stop(); // the line is lost: the links still work when it is back
  } finally {
    busy = false;
  }
}

function show(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html").getElementById("main");
  if (!page?.querySelector("#past")) return stop();
  const held = document.activeElement?.id || document.activeElement?.dataset.rel;
  main.replaceChildren(...page.childNodes);
  const again = held && (document.getElementById(held) ?? bar().querySelector(`[data-rel="${held}"]`));
  again?.focus({ preventScroll: true });
  history.replaceState(null, "", url);
  dress();
}
