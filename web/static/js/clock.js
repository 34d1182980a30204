// The work's clock. In the demo it may run fast: <html data-now data-speed> say what it showed when the page was
// made and how many times as fast as the wall it runs.
const root = document.documentElement;
const start = Date.parse(root.dataset.now) || Date.now();
const speed = Number(root.dataset.speed) || 1;
const origin = performance.now();
const wall = Date.now();

// since gives the milliseconds since the page was made. One of the two clocks stands while a laptop sleeps, the other
// jumps when somebody sets it: the later of the two is right after sleep and never runs backwards.
export const since = () => Math.max(performance.now() - origin, Date.now() - wall);

// now gives the work's time in milliseconds.
export const now = () => start + since() * speed;

// words writes how long something is, in its largest unit, with the page's own words.
export function words(ms) {
  const s = Math.abs(ms) / 1000;
  const unit = s < 60 ? ["seconds", s] : s < 3600 ? ["minutes", s / 60] : s < 172800 ? ["hours", s / 3600] : ["days", s / 86400];
  return plural("span-" + unit[0], Math.floor(unit[1]));
}

const texts = document.getElementById("words");

// text finds one of the page's prepared texts.
export function text(name) {
  return texts?.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
}

// digits writes a whole number as the server does: <html data-group> is what parts its groups of three.
export const digits = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, root.dataset.group ?? "");

// plural finds one that has a form for one and another for more, and puts the number in.
export const plural = (name, n) => text(name + (n === 1 ? "-one" : "")).replace("{n}", digits(n));

const zone = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Tirane", hour: "2-digit", minute: "2-digit", hour12: false });

// hourOf writes a time as the clock of the place shows it; hour does so for a moment of the page's age.
export const hourOf = (time) => zone.format(time);
export const hour = (age) => hourOf(start + age * speed);
