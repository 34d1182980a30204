// Guards against accidents: a form is sent once.

function sendOnce() {
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      e.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.classList.add("busy");
    // Not "disabled": a button that is disabled now would not be sent with its form.
    for (const b of form.querySelectorAll("button")) b.setAttribute("aria-disabled", "true");
  });
  // Back to a page from the browser's memory: its forms are fresh again. The server tells a real repeat by its key.
  addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    for (const f of document.querySelectorAll("form[data-sent]")) {
      delete f.dataset.sent;
      f.classList.remove("busy");
      for (const b of f.querySelectorAll("button")) b.removeAttribute("aria-disabled");
    }
  });
}

// sendOnChange keeps filters simple: choosing one sends its form.
function sendOnChange() {
  document.addEventListener("change", (e) => {
    const form = e.target.closest?.("form[data-auto]");
    if (form) form.requestSubmit();
  });
}

export function guard() {
  sendOnce();
  sendOnChange();
}
