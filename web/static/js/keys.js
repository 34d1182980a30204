// One hand on the keyboard: j and k walk the rows of a list, / goes to its filters, g and a letter to another page, ? tells
// of them. Never while somebody types; and who wants no single keys switches them off in the help itself (WCAG 2.1.4).
const KEPT = "mkr-keys";
const AFTER_G = 1500; // milliseconds in which the second key of two must come

export function keys() {
  const help = document.querySelector("dialog#key-list");
  if (!help) return;
  const off = help.querySelector("input[type=checkbox]");
  off.checked = localStorage.getItem(KEPT) !== "off";
  off.addEventListener("change", () => localStorage.setItem(KEPT, off.checked ? "on" : "off"));
  for (const b of document.querySelectorAll("[data-keys]")) {
    b.hidden = false;
    b.addEventListener("click", () => help.showModal());
  }
  let went = -Infinity;
  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || !off.checked || typing(e.target)) return;
    if (help.open || document.querySelector("dialog[open]")) return;
    const second = e.timeStamp - went < AFTER_G;
    went = -Infinity;
    if (second) {
      const to = help.querySelector(`[data-go="${CSS.escape(e.key)}"]`);
      if (to) return done(e, () => location.assign(to.dataset.path));
    }
    switch (e.key) {
      case "j":
        return done(e, () => step(1));
      case "k":
        return done(e, () => step(-1));
      case "o":
        return done(e, () => current() && open(current().href, "_blank", "noopener"));
      case "/":
        return done(e, search);
      case "?":
        return done(e, () => help.showModal());
      case "g":
        went = e.timeStamp;
    }
  });
}

function done(e, act) {
  e.preventDefault();
  act();
}

const typing = (at) => at.isContentEditable || at.matches?.("input:not([type=checkbox], [type=radio], [type=range]), textarea, select");

// rows are the first links of the rows that are seen; the one with the focus is where one stands.
const rows = () => [...document.querySelectorAll("main table.rows tbody tr")].filter((r) => r.checkVisibility()).map((r) => r.querySelector("th a[href], a[href]")).filter(Boolean);

const current = () => rows().find((a) => a.closest("tr").contains(document.activeElement));

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const to = at < 0 ? (by > 0 ? all[0] : all.at(-1)) : all[Math.min(all.length - 1, Math.max(0, at + by))];
  to?.focus({ preventScroll: true });
  to?.closest("tr").scrollIntoView({ block: "nearest" });
}

function search() {
  const form = document.querySelector("main form[role=search]");
  const box = form?.closest("details");
  if (box) box.open = true;
  (form?.querySelector("input[type=search]") ?? form?.querySelector("select"))?.focus();
}
