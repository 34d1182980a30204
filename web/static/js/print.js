// What goes on paper says when it was printed and as of which event, however long the page was open before.
import { digits, now, text } from "./clock.js";

export function print() {
  // A button that prints is shown by this script, which serves it; without, the browser's own menu prints.
  for (const b of document.querySelectorAll("button[data-print]")) {
    b.hidden = false;
    b.addEventListener("click", () => window.print());
  }
  const line = document.getElementById("printed");
  if (!line) return;
  addEventListener("beforeprint", () => {
    const position = Number(document.getElementById("stand")?.dataset.position) || 0;
    line.textContent = text(position ? "printed-stand" : "printed")
      .replace("{position}", digits(position))
      .replace("{when}", when(now(), line.dataset.zone));
  });
}

// when writes a time as the pages do: 22.11.2026 14:02.
function when(ms, timeZone) {
  const part = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", { timeZone, day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
      .formatToParts(ms)
      .map((p) => [p.type, p.value]),
  );
  return `${part.day}.${part.month}.${part.year} ${part.hour}:${part.minute}`;
}
