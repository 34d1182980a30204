// The work's clock. In the demo it may run fast: <html data-now data-speed> say what it showed when the page was
// made and how many times as fast as the wall it runs.
const root = document.documentElement;
const start = Date.parse(root.dataset.now) || Date.now();
const speed = Number(root.dataset.speed) || 1;
const origin = performance.now();

// now gives the work's time in milliseconds.
export const now = () => start + (performance.now() - origin) * speed;

// words writes how long something is, in its largest unit, with the page's own words.
export function words(ms) {
  const s = Math.abs(ms) / 1000;
  const unit = s < 60 ? ["seconds", s] : s < 3600 ? ["minutes", s / 60] : s < 172800 ? ["hours", s / 3600] : ["days", s / 86400];
  const n = Math.floor(unit[1]);
  const form = text("span-" + unit[0] + (n === 1 ? "-one" : ""));
  return form.replace("{n}", n);
}

const texts = document.getElementById("words");

// text finds one of the page's prepared texts.
export function text(name) {
  return texts?.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
}
