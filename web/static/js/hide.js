// Hide now: Esc twice, or the button in the foot, blanks the screen for somebody who walks in. What was opened is sealed
// again, dialogs close, the title says nothing. Esc twice, or two taps, bring the page back.
import { refreshParts } from "./parts.js";

const TWICE = 600; // milliseconds between the two
const root = document.documentElement;
let title = document.title;

function blank() {
  title = document.title;
  document.title = "mkr";
  for (const d of document.querySelectorAll("dialog[open]:not(#again)")) d.close();
  for (const opened of document.querySelectorAll(".opened")) {
    const close = opened.querySelector("[data-hide]:not([hidden])");
    if (close) close.click();
    else opened.remove();
  }
  document.activeElement?.blur();
  root.classList.add("blank");
  document.body.inert = true;
  sessionStorage.setItem("mkr-blank", "1");
}

function back() {
  document.title = title;
  root.classList.remove("blank");
  document.body.inert = false;
  sessionStorage.removeItem("mkr-blank");
  refreshParts(); // with their seals on
}

export function hide() {
  if (root.classList.contains("blank")) blank();
  // A page that the browser kept and brings back is as hidden as the one that was left for it.
  addEventListener("pageshow", (e) => e.persisted && sessionStorage.getItem("mkr-blank") && !root.classList.contains("blank") && blank());
  let last = -Infinity;
  const again = (e, act) => {
    const twice = e.timeStamp - last < TWICE;
    last = twice ? -Infinity : e.timeStamp;
    if (twice) act();
  };
  addEventListener("keydown", (e) => {
    if (root.classList.contains("blank") && e.key !== "F5") e.preventDefault();
    if (e.key === "Escape" && !e.repeat) again(e, () => (root.classList.contains("blank") ? back() : blank()));
  }, { capture: true });
  addEventListener("pointerdown", (e) => root.classList.contains("blank") && again(e, back), { capture: true });
  document.addEventListener("click", (e) => e.target.closest?.("[data-blank]") && blank());
}
