// Rows of live lists: a changed row is fetched anew as this person may see it, put where it belongs, and its changed
// cells are marked. Focus and scroll stay as they are; motion only shows where a row went.
import { mark } from "./changes.js";

const ONE_BY_ONE = 40; // more changes than this and the list is read as a whole
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// applyAll takes in changes and gives the keys of the rows that they touched here.
export async function applyAll(changes) {
  const touched = new Set();
  for (const list of document.querySelectorAll("[data-live]")) {
    const mine = changes.filter((c) => c.topic === list.dataset.live);
    if (mine.length === 0) continue;
    if (mine.length > ONE_BY_ONE) {
      for (const key of await refresh(list)) touched.add(key);
      continue;
    }
    const fresh = await Promise.all(mine.map(async (c) => [c.key, c.op === "remove" ? null : await fetchRow(list.dataset.rows + encodeURIComponent(c.key) + "?" + (list.dataset.query ?? ""))]));
    for (const key of put(list, fresh)) touched.add(key);
  }
  return touched;
}

// refreshAll reads every list of the page anew.
export async function refreshAll() {
  const touched = new Set();
  for (const list of document.querySelectorAll("[data-live]")) for (const key of await refresh(list)) touched.add(key);
  return touched;
}

async function refresh(list) {
  const page = await fetchPage(location.pathname + location.search);
  const now = page?.querySelector(`[data-live="${list.dataset.live}"]`);
  if (!now) return [];
  const there = new Set([...now.children].map((r) => r.dataset.key));
  const gone = [...list.children].filter((r) => !there.has(r.dataset.key)).map((r) => [r.dataset.key, null]);
  return put(list, [...[...now.children].map((r) => [r.dataset.key, r]), ...gone]);
}

// put places rows, or takes them out where there is null; undefined is a fault, and what is there stays. It gives the
// keys of those that look other than before.
export function put(list, fresh) {
  const table = list.closest("table");
  const held = hold(list);
  const from = places(list);
  const touched = [];
  for (const [key, row] of fresh) {
    if (row === undefined) continue;
    const old = find(list, key);
    if (row === null || !belongs(list, row, old)) {
      if (old) touched.push(key), leave(old);
      continue;
    }
    if (old && old.outerHTML === row.outerHTML) continue;
    if (mark(old, row)) touched.push(key);
    old?.replaceWith(row);
    settle(list, row, old);
  }
  held();
  if (touched.length === 0) return touched;
  table.hidden = !list.querySelector(":scope > :not(.group)");
  document.querySelector("main .empty")?.toggleAttribute("hidden", !table.hidden);
  move(list, from);
  list.dispatchEvent(new CustomEvent("rows", { bubbles: true, detail: touched }));
  return touched;
}

const find = (list, key) => list.querySelector(`:scope > [data-key="${CSS.escape(key)}"]:not(.leaving)`);

// compare orders two rows as the list is ordered: by their places, then by their keys.
function compare(list, a, b) {
  const less = a.dataset.sort < b.dataset.sort || (a.dataset.sort === b.dataset.sort && a.dataset.key < b.dataset.key);
  const equal = a.dataset.key === b.dataset.key;
  return equal ? 0 : less === (list.dataset.down === undefined) ? -1 : 1;
}

// belongs tells whether a row is of the page of the list that is shown here, and not of one before or behind it.
function belongs(list, row, old) {
  const rows = [...list.children].filter((r) => r !== old && !r.matches(".leaving, .group"));
  if (rows.length === 0) return true;
  if (new URLSearchParams(list.dataset.query).has("after") && compare(list, row, rows[0]) < 0) return false;
  return !(document.querySelector('main a[rel="next"]') && compare(list, row, rows.at(-1)) > 0);
}

function settle(list, row, was) {
  if (was && row.dataset.sort === was.dataset.sort) return;
  const behind = [...list.children].find((r) => r !== row && compare(list, r, row) > 0);
  if (row.parentNode !== list || row.nextElementSibling !== (behind ?? null)) list.insertBefore(row, behind ?? null);
}

// hold remembers which link of which row has the focus, and gives it back.
function hold(list) {
  const at = document.activeElement;
  const row = at && list.contains(at) ? at.closest("[data-key]") : null;
  if (!row) return () => {};
  const index = [...row.querySelectorAll("a, button")].indexOf(at);
  const next = row.nextElementSibling?.dataset.key ?? row.previousElementSibling?.dataset.key;
  return () => {
    if (document.activeElement === at) return;
    const now = find(list, row.dataset.key) ?? (next && find(list, next)); // who stood on a row that left stands on the next
    const links = now ? [...now.querySelectorAll("a, button")] : [];
    (links[index] ?? links[0])?.focus({ preventScroll: true });
  };
}

// places remembers where the rows that can be seen stand.
function places(list) {
  if (calm.matches || document.hidden) return undefined;
  return new Map([...list.children].map((r) => [r.dataset.key, r.getBoundingClientRect().top]));
}

// move lets rows glide from where they stood.
function move(list, from) {
  if (!from) return;
  for (const row of list.children) {
    const was = from.get(row.dataset.key);
    const by = was === undefined || row.hidden ? 0 : was - row.getBoundingClientRect().top;
    if (Math.abs(by) < 2 || Math.abs(by) > innerHeight) continue;
    row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 240, easing: "ease-out" });
  }
}

function leave(row) {
  row.classList.add("leaving");
  const list = row.parentNode;
  setTimeout(
    () => {
      row.remove();
      list.dispatchEvent(new CustomEvent("rows", { bubbles: true, detail: [] }));
    },
    calm.matches ? 0 : 400,
  );
}

// figures refreshes the numbers above the board, each of which equals its list.
export async function figures() {
  const strip = document.querySelector("[data-figures]");
  const fresh = strip && (await fetchRow(strip.dataset.figures));
  if (!fresh) return;
  const now = [...fresh.querySelectorAll("a")];
  for (const [i, a] of [...strip.querySelectorAll("a")].entries()) {
    if (!now[i] || a.innerHTML === now[i].innerHTML) continue;
    a.className = now[i].className;
    a.replaceChildren(...now[i].childNodes);
  }
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

async function fetchPage(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
  } catch {
    return undefined;
  }
}
