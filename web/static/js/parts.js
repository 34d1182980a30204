// Parts of a page that are fetched by themselves: what follows a case, and names that are opened in place.

// refreshParts fetches every part anew that says where it comes from, unless somebody is at work in it.
export async function refreshParts() {
  for (const part of document.querySelectorAll("[data-part]")) {
    if (part.querySelector(".opened") || part.querySelector("form[data-typed]")) {
      const notice = document.getElementById("moved");
      if (notice) notice.hidden = false; // what is open or typed stays; the person chooses when to look
      continue;
    }
    const fresh = await fetchPart(part.dataset.part);
    if (!fresh) continue;
    const focus = document.activeElement?.id;
    part.replaceChildren(...fresh.childNodes);
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  }
}

async function fetchPart(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    return answer.ok ? element(await answer.text()) : undefined;
  } catch {
    return undefined;
  }
}

function element(html) {
  const t = document.createElement("template");
  t.innerHTML = html.trim();
  return t.content.firstElementChild;
}

// parts wires the forms that open sealed texts in place; without this script they answer with the whole page.
export function parts() {
  document.addEventListener("submit", async (e) => {
    const form = e.target.closest("form[data-open]");
    if (!form) return;
    e.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    body.set("part", "1");
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok) return location.reload();
    const opened = element(await answer.text());
    if (opened) {
      form.replaceWith(opened);
      opened.tabIndex = -1;
      opened.focus({ preventScroll: true });
    }
  });
  // A form that somebody has begun is never thrown away by a refresh.
  document.addEventListener("input", (e) => {
    const form = e.target.closest?.("form[data-form]");
    if (form) form.dataset.typed = "yes";
  });
}
