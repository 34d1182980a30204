// The session of a desk that was left ends: a warning first, then the screen is locked and emptied, and the session ends on
// the server. Only a person's keys, pointer and wheel count. All tabs share one clock.
import { signInAgain } from "./again.js";
import { words } from "./clock.js";

const AT = "mkr-touched"; // when a person last did something, in any tab
const LOCKED = "mkr-locked";
const TELL = 60_000; // how often the server is told, at most

let told = Date.now();

export function idle() {
  const session = document.getElementById("session");
  if (!session) return;
  localStorage.removeItem(LOCKED);
  localStorage.setItem(AT, String(Date.now()));
  // A display on a wall is nobody's desk: it shows no names and can do nothing, and stays until the session's own end.
  if (document.documentElement.classList.contains("wall")) {
    setInterval(tell, 5 * TELL);
    return;
  }
  const dialog = document.getElementById("idle");
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    addEventListener(kind, (e) => e.isTrusted && !dialog.open && (kind !== "pointermove" || e.movementX || e.movementY) && touch(), { capture: true, passive: true });
  }
  dialog.querySelector("[data-stay]").onclick = () => (touch(), tell());
  dialog.oncancel = () => (touch(), tell());
  addEventListener("storage", (e) => e.key === LOCKED && e.newValue && lock(false));
  setInterval(() => look(session, dialog), 1000);
  document.addEventListener("visibilitychange", () => look(session, dialog));
}

// lockOthers covers this browser's other tabs: who signs out in one of them has left them all.
export const lockOthers = () => localStorage.setItem(LOCKED, String(Date.now()));

function touch() {
  const now = Date.now();
  if (now - Number(localStorage.getItem(AT)) > 1000) localStorage.setItem(AT, String(now));
  if (now - told > TELL) tell();
}

function tell() {
  told = Date.now();
  fetch("/session/touch", { method: "POST" }).catch(() => undefined);
}

let locked = false;

function look(session, dialog) {
  if (locked) return;
  const left = Number(localStorage.getItem(AT)) + session.dataset.idle * 1000 - Date.now();
  if (left <= 0) return lock(true);
  if (left > session.dataset.warn * 1000) {
    if (dialog.open) dialog.close();
    return;
  }
  dialog.querySelector("[data-left]").textContent = words(left);
  if (!dialog.open) dialog.showModal();
}

// lock covers the screen and takes away what was on it. The first tab ends the session; the others follow.
async function lock(first) {
  if (locked) return;
  locked = true;
  document.documentElement.dataset.locked = "yes"; // nothing else leads away from the door
  document.title = "mkr";
  for (const e of [...document.body.children]) {
    if (!["again", "words", "session"].includes(e.id)) e.remove();
  }
  if (first) {
    lockOthers();
    fetch("/session/lock", { method: "POST", keepalive: true }).catch(() => undefined);
  }
  if ((await signInAgain("locked")) !== "same") return location.assign("/");
  sessionStorage.setItem("mkr-restore", "1");
  location.reload();
}
