// Sending a form in place: once, whatever the line does. While there is no connection the page says so and waits; the
// form's key makes sure that what was stored and not answered is found and not stored again.
import { signInAgain } from "./again.js";
import { text } from "./clock.js";
import { filed, held, sending } from "./drafts.js";

export function send() {
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || !form.matches("form[data-form]")) return;
    e.preventDefault();
    if (!form.dataset.sent) deliver(form, e.submitter);
  });
}

function busy(form, yes) {
  if (yes) form.dataset.sent = "yes";
  else delete form.dataset.sent;
  form.classList.toggle("busy", yes);
  for (const b of form.querySelectorAll(".buttons button:not([type=button])")) {
    if (yes) b.setAttribute("aria-disabled", "true");
    else b.removeAttribute("aria-disabled");
  }
}

async function deliver(form, submitter) {
  const data = new FormData(form, submitter);
  const body = form.enctype.startsWith("multipart") ? data : new URLSearchParams(data);
  const asks = submitter?.name; // a longer form, not a filing
  busy(form, true);
  if (!asks) sending(form);
  let waiting;
  for (let pause = 500; ; pause = Math.min(8000, pause * 2)) {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "Mkr-Send": "1", Accept: "text/html" } }).catch(() => undefined);
    if (!answer || answer.status === 503) {
      waiting ??= wait(form);
      if (await waiting.for(pause)) continue;
      busy(form, false);
      held(form);
      return;
    }
    waiting?.end();
    waiting = undefined;
    if (answer.status === 401) {
      if ((await signInAgain("ended")) === "same") continue;
      form.remove(); // it is not hers
      return location.assign("/");
    }
    const where = answer.headers.get("Mkr-Location");
    if (!where) return show(await answer.text());
    await filed(form);
    return location.assign(where);
  }
}

// wait says that the form waits for the connection, and lets it be called off.
function wait(form) {
  const notice = document.createElement("div");
  notice.className = "notice warn waiting";
  notice.setAttribute("role", "status");
  notice.textContent = text("send-waiting") + " ";
  const off = document.createElement("button");
  off.type = "button";
  off.textContent = text("send-cancel");
  notice.append(off);
  form.querySelector(".buttons").before(notice);
  let called = false;
  let wake = () => {};
  const again = () => wake();
  addEventListener("online", again);
  off.onclick = () => ((called = true), wake());
  const end = () => (removeEventListener("online", again), notice.remove());
  return {
    end,
    // for waits a while, or until the browser says that there is a line; false when it was called off.
    async for(ms) {
      await new Promise((done) => ((wake = done), setTimeout(done, ms)));
      if (called) end();
      return !called;
    },
  };
}

// show puts the answer's page in place: the form with what is wrong, or why it cannot be filed.
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh) return location.reload();
  document.querySelector("main").replaceWith(fresh);
  document.title = page.title;
  const stand = document.getElementById("stand"); // the foot says as of which event, and a page that follows says it itself
  if (stand && !stand.dataset.topics) stand.replaceWith(page.getElementById("stand") ?? stand);
  for (const form of fresh.querySelectorAll("form[data-form]")) {
    form.dataset.typed = "yes";
    held(form);
  }
  document.dispatchEvent(new CustomEvent("mkr-main"));
  (fresh.querySelector("[autofocus]") ?? fresh).focus();
}
