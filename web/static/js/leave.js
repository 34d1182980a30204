// Leaves the public guide at once, for a page that says nothing: by its button, or by Esc twice. The guide does not stay
// behind it in the history of this tab, so that "back" does not show it again.

const TWICE = 600; // milliseconds between the two presses, as in guard.js

export function leave() {
  const link = document.querySelector("a[data-leave]");
  if (!link) return;
  const go = () => location.replace(link.href);
  link.addEventListener("click", (e) => {
    e.preventDefault();
    go();
  });
  let last = -Infinity;
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || e.repeat) return;
    if (e.timeStamp - last < TWICE) go(); // guard.js has blanked the screen meanwhile
    last = e.timeStamp;
  });
}
