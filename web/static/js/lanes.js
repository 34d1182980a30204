// The drawing of a case's history is one stop of the tab key: the arrows go from mark to mark, up and down to the next
// lane, Home and End to the first and the newest. Without this script each mark is a stop, and a link leads past them.
const MARKS = "a.mark";

export function lanes() {
  dressLanes(document);
  document.addEventListener("keydown", (e) => {
    const mark = e.target.closest?.(".swimscroll a.mark");
    if (!mark || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
    const next = neighbour(mark, e.key);
    if (!next) return;
    e.preventDefault();
    next.focus({ preventScroll: true });
    reveal(next);
  });
  document.addEventListener("focusin", (e) => {
    const mark = e.target.closest?.(".swimscroll a.mark");
    if (!mark) return;
    for (const m of mark.closest(".lanes").querySelectorAll(MARKS)) m.tabIndex = m === mark ? 0 : -1;
    reveal(mark);
  });
}

// dressLanes makes one stop of every drawing in a part of the page: at the step of a replay, else at the newest mark.
export function dressLanes(part) {
  for (const box of part.querySelectorAll(".swimscroll")) {
    const marks = [...box.querySelectorAll(MARKS)];
    const there = marks.filter((m) => !m.classList.contains("ahead")).at(-1) ?? marks[0];
    if (!there) continue;
    box.removeAttribute("tabindex");
    for (const m of marks) m.tabIndex = m === there ? 0 : -1;
    if (box.querySelector(".cursor")) reveal(there);
  }
}

// reveal scrolls the drawing, and only it, so that a mark is seen beside the lanes' names.
function reveal(mark) {
  const box = mark.closest(".swimscroll");
  const seen = box.getBoundingClientRect();
  const left = seen.left + box.querySelector(".names").getBoundingClientRect().width;
  const at = mark.getBoundingClientRect();
  if (at.left < left + 24) box.scrollLeft -= left + 24 - at.left;
  else if (at.right > seen.right - 24) box.scrollLeft += at.right - seen.right + 24;
}

const place = (mark) => {
  const shape = mark.querySelector("use");
  return { x: Number(shape.getAttribute("x")), y: Number(shape.getAttribute("y")) };
};

// neighbour is the mark that a key leads to: in the order of the log, or the nearest of the next lane that has any.
function neighbour(mark, key) {
  const marks = [...mark.closest(".lanes").querySelectorAll(MARKS)];
  const at = marks.indexOf(mark);
  const along = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: marks.length - 1 }[key];
  if (along !== undefined) return marks[along];
  const way = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (!way) return undefined;
  const here = place(mark);
  const far = (m) => [Math.abs(place(m).y - here.y), Math.abs(place(m).x - here.x)];
  return marks
    .filter((m) => (place(m).y - here.y) * way > 0)
    .map((m) => ({ m, far: far(m) }))
    .sort((a, b) => a.far[0] - b.far[0] || a.far[1] - b.far[1])[0]?.m;
}
