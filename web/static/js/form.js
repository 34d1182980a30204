// Forms at the keyboard: what is missing is said in the page's language before anything is sent, Ctrl+Enter sends, dates
// are said in words, and what an answer decides is shown beside it. The server checks everything again.
import { text } from "./clock.js";

const ours = "form.form:not(dialog *)"; // the door in a dialog has a keeper of its own

export function forms() {
  ready();
  document.addEventListener("mkr-main", ready);
  document.addEventListener("submit", check, { capture: true });
  document.addEventListener("keydown", (e) => {
    const form = e.target.form ?? e.target.closest?.("form");
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && form?.matches("form[data-form]")) form.requestSubmit(form.querySelector("button.primary"));
  });
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (e) => {
      const form = e.target.closest?.("form[data-form]");
      if (form) follow(form);
      const file = e.target.files?.[0]; // one that is too large is told before it goes over a slow line
      if (file) e.target.setCustomValidity(file.size > e.target.dataset.most ? e.target.dataset.large : "");
      if (e.target.validity?.valid) clear(e.target);
    });
  }
  passwords();
}

function ready() {
  for (const form of document.querySelectorAll(ours)) {
    form.noValidate = true; // the browser's words are in the browser's language
    if (form.matches("[data-form]")) follow(form);
  }
}

const field = (e) => e.closest(".field");
const label = (e) => (field(e)?.querySelector("legend, label")?.childNodes[0]?.textContent ?? e.name).trim();

function words(e) {
  const v = e.validity;
  if (v.customError) return e.validationMessage;
  if (v.badInput) return text(e.type === "date" ? "wrong-date" : e.type === "number" ? "wrong-number" : "wrong-time");
  if (v.valueMissing) return text("wrong-required");
  return text(v.rangeUnderflow || v.rangeOverflow || v.stepMismatch ? "wrong-count" : "wrong-other");
}

function check(e) {
  const form = e.target;
  if (!form.matches(ours) || e.submitter?.formNoValidate) return;
  const seen = new Set();
  const wrong = [...form.elements].filter((x) => x.willValidate && !x.validity.valid && !seen.has(x.name) && seen.add(x.name));
  form.querySelector(".errors")?.remove();
  for (const x of form.elements) clear(x);
  if (wrong.length === 0) return;
  e.preventDefault();
  const list = document.createElement("ul");
  for (const x of wrong) {
    const said = words(x);
    beside(x, said);
    const link = document.createElement("a");
    link.href = "#" + x.id;
    link.textContent = label(x) + ": " + said;
    list.append(document.createElement("li"));
    list.lastChild.append(link);
    x.closest("details")?.setAttribute("open", "");
  }
  const box = document.createElement("div");
  box.className = "errors";
  box.tabIndex = -1;
  box.setAttribute("role", "alert");
  const head = document.createElement("p");
  head.append(document.createElement("b"));
  head.firstChild.textContent = text("wrong-title");
  box.append(head, list);
  form.prepend(box);
  box.focus();
}

function beside(e, said) {
  const error = document.createElement("span");
  error.className = "error";
  error.id = e.id + "-wrong";
  error.textContent = said;
  field(e)?.append(error);
  e.setAttribute("aria-invalid", "true");
  e.setAttribute("aria-describedby", [e.getAttribute("aria-describedby"), error.id].filter(Boolean).join(" "));
}

function clear(e) {
  if (e.getAttribute?.("aria-invalid") !== "true") return;
  e.removeAttribute("aria-invalid");
  for (const error of field(e)?.querySelectorAll(".error") ?? []) error.remove();
  e.setAttribute("aria-describedby", (e.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => document.getElementById(id)).join(" "));
}

// follow shows what the answers so far decide: the clock that starts, the services of the house that was chosen, the day.
function follow(form) {
  const starts = form.querySelector(".starts[data-by]");
  if (starts) {
    const answer = new FormData(form).get(starts.dataset.by);
    for (const li of starts.querySelectorAll("[data-value]")) li.hidden = Boolean(answer) && li.dataset.value !== answer;
  }
  const to = form.querySelector("select option:checked[data-offers]");
  const service = form.querySelector("select[name=service]");
  if (service && form.querySelector("option[data-offers]")) {
    const offered = to?.dataset.offers.split(" ");
    for (const o of service.options) o.hidden = Boolean(offered && o.value && !o.selected && !offered.includes(o.value));
  }
  for (const e of form.querySelectorAll("input[type=date], input[type=datetime-local]")) {
    let out = e.parentElement.querySelector(".in-words");
    if (!out && !e.value) continue;
    if (!out) {
      out = document.createElement("span");
      out.className = "hint in-words";
      e.after(out);
    }
    const [day, time] = e.value.split("T"), weekday = new Date(day).getUTCDay(); // browsers know no Albanian calendar: the words come with the page
    out.textContent = isNaN(weekday) ? "" : [`${text("weekday-" + weekday)}, ${day.split("-").reverse().join(".")}`, time].join(" ").trim();
  }
}

// passwords can be looked at while they are typed, and a locked shift key is said.
function passwords() {
  document.addEventListener("click", (e) => {
    const button = e.target.closest?.("[data-reveal]");
    if (!button) return;
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    input.focus();
  });
  document.addEventListener("keyup", (e) => {
    const hint = e.target.closest?.(".field")?.querySelector("[data-caps]");
    if (hint && e.getModifierState) hint.hidden = !e.getModifierState("CapsLock");
  });
}
