// The display on a wall: a clock, the rows that fit, page after page, and a screen that does not go to sleep. It needs no
// hand for days: live.js comes back after every cut and loads a new build by itself.
import { digits, hourOf, now, text } from "./clock.js";

const TURN = 12000; // milliseconds a page of rows stays

export function wall() {
  if (!document.documentElement.classList.contains("wall")) return;
  wake();
  document.addEventListener("visibilitychange", wake);
  const clock = document.getElementById("wall-clock");
  const tick = () => clock && (clock.textContent = hourOf(now()));
  tick();
  setInterval(tick, 1000);
  const list = document.querySelector("[data-live]");
  if (!list) return;
  let page = 0;
  const show = () => (page = turn(list, page));
  show();
  addEventListener("resize", show);
  list.addEventListener("rows", show);
  // Who asked for no motion keeps the first rows, which are the most pressing, and reads how many more there are.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  setInterval(() => {
    if (calm.matches) return;
    page++;
    show();
  }, TURN);
}

// turn shows the rows of a page, as many as fit, and gives the page that is shown.
function turn(list, page) {
  const rows = [...list.children];
  for (const r of rows) r.hidden = false;
  const foot = document.querySelector("footer")?.offsetHeight ?? 0;
  const more = document.getElementById("wall-more");
  const room = innerHeight - list.getBoundingClientRect().top - scrollY - foot - 2 * parseFloat(getComputedStyle(document.body).fontSize);
  const pages = [[]];
  let used = 0;
  for (const r of rows) {
    const height = r.offsetHeight;
    if (used + height > room && pages.at(-1).length > 0) {
      pages.push([]);
      used = 0;
    }
    used += height;
    pages.at(-1).push(r);
  }
  const at = page % pages.length;
  const seen = new Set(pages[at]);
  for (const r of rows) r.hidden = !seen.has(r);
  if (more) {
    const from = rows.indexOf(pages[at][0]);
    const total = rows.length + Number(more.dataset.beyond); // those of the list that are not on this page
    more.textContent = pages.length > 1 ? text("wall-rows").replace("{from}", from + 1).replace("{to}", from + pages[at].length).replace("{n}", digits(total)) : "";
  }
  return at;
}

// wake asks the screen to stay on; a browser that refuses is left alone.
async function wake() {
  if (document.hidden) return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // it sleeps by its own settings then
  }
}
