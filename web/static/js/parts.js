// Parts of a page that are fetched by themselves: what follows a case, and what others did meanwhile.
import { fetchPart } from "./fetch.js";
import { dressLanes } from "./lanes.js";

// refreshParts fetches every part anew that says where it comes from. Where a sealed text is open or something was
// typed nothing is thrown away: only the news are shown, and the person chooses when to look.
export async function refreshParts() {
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = await fetchPart(part.dataset.part);
    if (fresh && fresh.dataset.opens !== part.dataset.opens) return location.reload(); // a right ended, or began
    if (fresh) place(part, fresh, part.querySelector(".opened, form[data-typed]") !== null);
  }
}

function place(part, fresh, held) {
  const news = fresh.querySelector(".meanwhile");
  news?.remove();
  const slot = document.getElementById("news");
  if (!held) slot?.querySelector("[data-own]")?.remove();
  if (slot && news && (held || news.dataset.own === undefined)) {
    const show = news.querySelector("[data-show]");
    if (show) show.hidden = !held;
    if (slot.textContent.trim() !== news.textContent.trim() || held) keepFocus(() => slot.replaceChildren(news));
  }
  if (held) return;
  const open = new Set([...part.querySelectorAll("details[open]")].map((d) => d.id));
  const left = part.querySelector(".swimscroll")?.scrollLeft;
  keepFocus(() => part.replaceChildren(...fresh.childNodes));
  dressLanes(part);
  const drawing = part.querySelector(".swimscroll");
  if (drawing && left !== undefined) drawing.scrollLeft = left;
  for (const d of part.querySelectorAll("details[id]")) d.open ||= open.has(d.id);
}

// keepFocus lets what has an id, or leads to the same address, keep the keyboard.
function keepFocus(change) {
  const at = document.activeElement;
  const id = at?.id;
  const href = at?.getAttribute?.("href");
  change();
  if (document.activeElement === at) return;
  const again = (id && document.getElementById(id)) || (href && document.querySelector(`main a[href="${CSS.escape(href)}"]`));
  again?.focus({ preventScroll: true });
}

// parts wires what is done with news and with the history's filter; without this script each answers with the whole page.
export function parts() {
  document.addEventListener("click", async (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    const seen = e.target.closest("[data-seen]");
    const show = e.target.closest("[data-show]");
    const page = e.target.closest("[data-storylink]");
    if (!seen && !show && !page) return;
    e.preventDefault();
    if (page) return story(new URL(page.href), true);
    const part = document.querySelector("[data-part]");
    if (seen) return dismiss(part);
    const fresh = await fetchPart(part.dataset.part);
    if (fresh) place(part, fresh, false);
    part.querySelector("h1")?.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("submit", (e) => {
    const form = e.target.closest("form[data-storyform]");
    if (!form) return;
    e.preventDefault();
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) if (value) url.searchParams.set(name, value);
    story(url, false);
  });
  // A form that somebody has begun is never thrown away by a refresh.
  document.addEventListener("input", (e) => {
    const form = e.target.closest?.("form[data-form]");
    if (form) form.dataset.typed = "yes";
  });
  older();
}

// dismiss takes what is shown as seen: from here on only what comes later is news.
function dismiss(part) {
  const url = new URL(part.dataset.part, location.href);
  url.searchParams.set("since", document.querySelector(".meanwhile").dataset.position);
  url.searchParams.set("seen", "");
  part.dataset.part = url.pathname + url.search;
  document.getElementById("news").replaceChildren();
  for (const li of part.querySelectorAll(".changed, .story > .new")) li.classList.remove("changed", "new");
  for (const tag of part.querySelectorAll(".tag.new")) tag.remove();
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
}

let asked = 0; // choices come faster than answers: only the last one's is shown

// story shows another choice or page of the history in place; the address says which. The filter itself stays, so that
// whoever chooses by typing can go on.
async function story(url, byLink) {
  const old = document.querySelector("[data-story]");
  const part = document.querySelector("[data-part]");
  const ask = new URL(url);
  ask.hash = "";
  const since = new URL(part.dataset.part, location.href).searchParams.get("since");
  if (since) ask.searchParams.set("since", since);
  ask.searchParams.set("part", "story");
  const mine = ++asked;
  const answer = await fetchPart(ask);
  if (mine !== asked) return;
  if (!answer || old.querySelector(".opened")) return location.assign(url);
  exchange(old, answer, byLink);
  ask.searchParams.set("part", "1");
  part.dataset.part = ask.pathname + ask.search;
  history.replaceState(null, "", url.pathname + url.search);
  if (!byLink) return;
  const head = old.querySelector("h2");
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
  head.scrollIntoView({ block: "start" });
}

// exchange puts what was found in the place of what was shown. The drawing shows everything and stays.
function exchange(old, fresh, byLink) {
  const form = old.querySelector("form[data-storyform]");
  const came = fresh.querySelector("form[data-storyform]");
  while (form.nextSibling) form.nextSibling.remove();
  while (came.nextSibling) old.append(came.nextSibling);
  form.querySelector(".count").textContent = came.querySelector(".count").textContent;
  form.querySelector("[data-storylink]")?.remove();
  const all = came.querySelector("[data-storylink]");
  if (all) form.append(all);
  if (byLink) for (const c of came.elements) if (c.name) Object.assign(form.elements[c.name], c.type === "checkbox" ? { checked: c.checked } : { value: c.value });
  const marks = fresh.querySelectorAll(".swim a.mark");
  old.querySelectorAll(".swim a.mark").forEach((m, n) => marks[n] && m.setAttribute("href", marks[n].getAttribute("href")));
}

// older finds the page of an entry that the address names and this page does not show.
function older() {
  const at = /^#e-(\d+)$/.exec(location.hash)?.[1];
  if (!at || document.getElementById("e-" + at) || !document.querySelector("[data-story]") || new URL(location.href).searchParams.has("at")) return;
  location.replace(`${location.pathname}?at=${at}#e-${at}`);
}

