// Drafts: what is typed into a form is kept in this browser, sealed, until it is filed. The keys come from the server for
// this account in this browser and live in the page's memory only; without a session the kept bytes are noise, and
// signing out throws the keys away for ever. Where the browser has no WebCrypto nothing is kept.
import { text } from "./clock.js";
import { lockOthers } from "./idle.js";

const PREFIX = "mkr-draft:";
const LIFE = 3; // days
const OWN = new Set(["command_key", "revision", "holder"]); // of the form, not of what was typed

let keys; // of this page, once asked for
let work = Promise.resolve(); // one thing after the other: what was filed is not saved again
const queue = (f) => (work = work.then(f).catch(() => undefined));
const bytes = (b64) => Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
const b64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

const may = (form) => form?.matches?.("form[data-form]") && globalThis.crypto?.subtle && document.getElementById("session") && !form.querySelector("[type=password]");

function unlocked() {
  return (keys ??= (async () => {
    const answer = await fetch("/session/key", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    // Somebody else has signed in beside this page: what was typed here is not hers to be offered.
    if (answer.headers.get("Mkr-Holder") !== document.getElementById("session").dataset.holder) throw new Error("another account");
    const raw = bytes((await answer.json()).keys);
    return {
      seal: await crypto.subtle.importKey("raw", raw.slice(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]),
      name: await crypto.subtle.importKey("raw", raw.slice(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    };
  })().catch((fault) => {
    keys = undefined;
    throw fault;
  }));
}

async function place(form) {
  const { name } = await unlocked();
  const what = form.getAttribute("action") + "?" + (form.elements.target_id?.value ?? "");
  return PREFIX + b64(await crypto.subtle.sign("HMAC", name, new TextEncoder().encode(what)));
}

async function save(form, sent) {
  const all = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const draft = { at: Date.now(), fields: all.filter(([n]) => !OWN.has(n)), sent: sent ? all.filter(([n]) => n !== "holder" && OWN.has(n)) : undefined };
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const at = await place(form);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, (await unlocked()).seal, new TextEncoder().encode(JSON.stringify(draft)));
  localStorage.setItem(at, JSON.stringify({ day: Math.floor(Date.now() / 864e5), iv: b64(iv), data: b64(data) }));
}

async function read(form) {
  const kept = JSON.parse(localStorage.getItem(await place(form)) ?? "null");
  if (!kept) return undefined;
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(kept.iv) }, (await unlocked()).seal, bytes(kept.data));
  return JSON.parse(new TextDecoder().decode(plain));
}

// sending notes that the form is under way: should the answer be lost, it comes back with its key, which files it once.
export const sending = (form) => (may(form) ? queue(() => save(form, true)) : undefined);

// filed throws the draft away.
export const filed = (form) => (may(form) ? queue(async () => localStorage.removeItem(await place(form))) : undefined);

// held saves what stands in the form as it is.
export const held = (form) => (may(form) ? queue(() => save(form)) : undefined);

function sweep(keep) {
  const today = Math.floor(Date.now() / 864e5);
  for (const name of Object.keys(localStorage).filter((n) => n.startsWith(PREFIX))) {
    if (!keep || today - (JSON.parse(localStorage.getItem(name)).day ?? 0) > LIFE) localStorage.removeItem(name);
  }
}

// fill puts what was typed back.
function fill(form, draft) {
  const left = new Map();
  for (const [name, value] of [...draft.fields, ...(draft.sent ?? [])]) left.set(name, [...(left.get(name) ?? []), value]);
  for (const e of form.elements) {
    if (!e.name || e.type === "submit") continue;
    const values = left.get(e.name);
    if (e.type === "checkbox" || e.type === "radio") e.checked = values?.includes(e.value) ?? false;
    else if (values) e.value = values.shift() ?? "";
    if (values && e.value) e.closest("details")?.setAttribute("open", "");
  }
  form.dataset.typed = "yes";
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

// persons is how many of them a draft has, when the form asks for fewer.
const persons = (form, draft) => {
  const n = Math.max(0, ...draft.fields.map(([name]) => Number(/^persons\[(\d+)\]/.exec(name)?.[1] ?? -1) + 1));
  return form.querySelector(`[name^="persons[${n - 1}]"]`) ? 0 : n;
};

async function offer(form) {
  const draft = await read(form);
  const asked = sessionStorage.getItem("mkr-restore"); // of this page alone, whether it has a draft or not
  sessionStorage.removeItem("mkr-restore");
  if (!draft || form.dataset.typed) return;
  const restore = () => {
    const n = persons(form, draft);
    if (n > 0) {
      sessionStorage.setItem("mkr-restore", "1");
      return location.assign("/cases/new?persons=" + n);
    }
    fill(form, draft);
  };
  if (asked) return restore();
  const at = new Date(draft.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const notice = document.createElement("div");
  notice.className = "notice draft";
  notice.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = text(draft.sent ? "draft-sent" : "draft-there").replace("{at}", at);
  const buttons = document.createElement("p");
  buttons.className = "buttons";
  for (const [word, act] of [["draft-restore", restore], ["draft-drop", () => filed(form)]]) {
    const b = document.createElement("button");
    b.type = "button";
    b.dataset.draft = word;
    b.textContent = text(word);
    b.onclick = () => (notice.remove(), act());
    buttons.append(b, " ");
  }
  notice.append(words, buttons);
  form.prepend(notice);
}

export function drafts() {
  const timers = new WeakMap();
  document.addEventListener("input", (e) => {
    const form = e.target.closest?.("form");
    if (!may(form)) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => form.isConnected && !form.dataset.sent && held(form), 250));
  });
  document.addEventListener("submit", (e) => {
    if (e.target.getAttribute("action") !== "/signout") return;
    sweep(false);
    lockOthers();
  });
  try {
    sweep(true);
  } catch {
    sweep(false); // not what this page wrote
  }
  for (const form of document.querySelectorAll("form[data-form]")) {
    if (!may(form)) continue;
    const back = form.querySelector(".errors, [data-reopened]"); // it comes from the server as it was typed
    queue(() => unlocked().then(() => (back ? save(form) : offer(form))));
  }
}
