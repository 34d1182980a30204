// What turns late while the page is open: the head "today" moves down past it, so that it stands under "late" at the
// second it is late, marked and said as any other change is. At midnight the list is read anew: another day is today.
import { mark } from "../js/changes.js";
import { now } from "../js/clock.js";
import { refreshAll } from "../js/rows.js";

const late = (row) => !row?.matches(".group") && Date.parse(row?.querySelector("[data-due]")?.dataset.due) < now();

function pass(head) {
  const keys = [];
  for (let row = head.nextElementSibling; late(row); row = head.nextElementSibling) {
    row.after(head);
    head.dataset.sort = row.dataset.sort;
    mark(null, row);
    keys.push(row.dataset.key);
  }
  if (keys.length > 0) head.parentNode.dispatchEvent(new CustomEvent("rows", { bubbles: true, detail: keys }));
}

let reading = false;

async function tick() {
  if (document.hidden || reading) return;
  for (const head of document.querySelectorAll('.group[data-from="now"]')) pass(head);
  const tonight = document.querySelector('.group[data-from]:not([data-from="now"])')?.dataset.from;
  if (!(Date.parse(tonight) <= now())) return;
  reading = true;
  await refreshAll();
  setTimeout(() => (reading = false), 5000); // a server that does not answer is not asked every second
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
