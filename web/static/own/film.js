// The film: the board's history, played by the server over a line of its own. Pause ends the line and remembers the place;
// play goes on from there. The rows come as the page shows them and are put in their places as live ones are.
import { digits } from "../js/clock.js";
import { put } from "../js/rows.js";

const film = document.getElementById("film");
const list = document.querySelector('[data-live="board"]');
const clock = film.querySelector(".now");
const button = film.querySelector("[data-play]");
const speed = film.querySelector("[data-speed]");
const stand = document.getElementById("stand");
let place = film.dataset.position;
let line;
// Dates read as everywhere on the pages, 14.10.2026 18:12; browsers do not all know Albanian.
const day = new Intl.DateTimeFormat("de", { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: film.dataset.zone });

film.querySelector(".player").hidden = false;
button.dataset.start = button.textContent;
button.addEventListener("click", () => (line ? stop() : play()));
speed.addEventListener("change", () => line && (stop(), setTimeout(play, 300)));
addEventListener("pagehide", stop);
document.addEventListener("keydown", (e) => {
  if (e.key !== " " || e.target.closest("a, button, select, input, summary, textarea, dialog")) return;
  e.preventDefault();
  button.click();
});

function play() {
  const url = new URL("/api/v1/film", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("from", place);
  url.searchParams.set("speed", speed.value);
  const mine = (line = new WebSocket(url, "mkr.v1.json"));
  let picture = new Map(); // key -> row, or null where it went
  mine.onmessage = (e) => {
    if (mine !== line) return;
    const frame = JSON.parse(e.data);
    if (frame.type === "change") picture.set(frame.key, frame.op === "remove" ? null : row(frame.html));
    if (frame.type !== "clock") return;
    if (picture.size) put(list, [...picture]);
    picture = new Map();
    place = frame.position;
    film.dataset.position = place;
    stand.dataset.position = place; // the foot of the page tells of the picture that is shown, not of the one it began with
    stand.querySelector(".at").textContent = film.dataset.stand.replace("{position}", digits(place));
    clock.textContent = day.format(new Date(frame.time)).replace(", ", " ");
    if (frame.end) stop();
  };
  mine.onclose = () => mine === line && stop();
  dress();
}

function stop() {
  const was = line;
  line = undefined;
  was?.close();
  dress();
}

function dress() {
  button.textContent = line ? button.dataset.pause : button.dataset.start;
}

function row(html) {
  const t = document.createElement("template");
  t.innerHTML = html;
  return t.content.firstElementChild ?? undefined;
}
