// Signing in again in place: over a form whose session has ended, or over a locked screen.
import { text } from "./clock.js";

const session = () => document.getElementById("session");

// signInAgain asks for it and gives "same" when the account of this page is back, "other" when it is another one.
export function signInAgain(why) {
  const dialog = document.getElementById("again");
  if (!dialog) return location.assign("/signin"), new Promise(() => {});
  const form = dialog.querySelector("form");
  const error = dialog.querySelector(".error");
  for (const p of dialog.querySelectorAll("[data-why]")) p.hidden = p.dataset.why !== why;
  error.hidden = true;
  if (!dialog.open) dialog.showModal();
  dialog.oncancel = (e) => e.preventDefault(); // there is nothing behind it to go back to
  return new Promise((done) => {
    form.onsubmit = async (e) => {
      e.preventDefault();
      const said = await enter(form);
      if (typeof said === "string") {
        error.textContent = said;
        error.hidden = false;
        form.elements.password.select();
        return;
      }
      form.reset();
      dialog.close();
      done(said.holder === session().dataset.holder ? "same" : "other");
    };
  });
}

// enter signs in; a text says why it did not.
async function enter(form) {
  try {
    const answer = await fetch("/signin", { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "Mkr-Send": "1" } });
    const holder = answer.headers.get("Mkr-Holder");
    if (holder) return { holder };
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById("signin-error")?.textContent ?? text("send-fault");
  } catch {
    return text("send-offline");
  }
}
