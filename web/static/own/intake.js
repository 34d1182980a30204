// While an intake is typed: who may be known already by the name just given. It is asked once a name or a day of birth is
// complete, not with every letter, since every question is on record.
const place = document.getElementById("candidates");
const form = place.closest("form");
let asking;

form.addEventListener("change", async (e) => {
  if (!/^persons\[\d+\]\.(name|birth_date)$/.test(e.target.name)) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(place.dataset.from, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal });
    if (!answer.ok) return; // the form says so when it is filed
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.children);
  } catch {
    // no line, or the next question came first: filing works without
  }
});
