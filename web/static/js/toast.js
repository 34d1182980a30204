// Short news at the edge of the screen: toast(text, kind), kind being "good", "warn", "bad" or nothing.
//
// It is said once by screen readers, politely; it stays as long as reading takes, and longer while somebody points at
// it or is in it; bad news stays until it is closed. The same words are not said twice while they stand there, and never
// more than three stand there: the oldest makes room.
import { text } from "./clock.js";

const LEAST = 6000; // milliseconds, and
const A_LETTER = 70; // for each letter: a slow reader's pace
const MOST = 3;

export function toast(words, kind = "") {
  const region = document.getElementById("toasts");
  if (!region) return;
  for (const t of region.children) if (t.firstChild.textContent === words) return;
  const box = document.createElement("div");
  box.className = "toast " + kind;
  const p = document.createElement("p");
  p.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.ariaLabel = text("close");
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(p, close);
  if (kind !== "bad") leaveLater(box, LEAST + A_LETTER * words.length);
  region.append(box);
  while (region.children.length > MOST) region.firstElementChild.remove();
}

// leaveLater takes a toast away when its time is over and nobody is at it.
function leaveLater(box, time) {
  const leave = () => {
    if (box.matches(":hover, :focus-within")) setTimeout(leave, 1000);
    else box.remove();
  };
  setTimeout(leave, time);
}
