// The replay slider: dragging it shows the case as it stood, without leaving the page. Without this script the links
// and the button beside the slider do the same.

export function replay() {
  const stage = document.getElementById("replay");
  if (!stage) return;
  stage.addEventListener("input", (e) => {
    if (e.target.matches("input[type=range]")) show(stage, Number(e.target.value));
  });
  stage.addEventListener("click", (e) => {
    const link = e.target.closest("a[data-step]");
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    show(stage, Number(link.dataset.step));
  });
}

let asked = 0;

async function show(stage, step) {
  const mine = ++asked;
  const url = new URL(location.href);
  url.search = new URLSearchParams({ step });
  const fragment = new URL(url);
  fragment.searchParams.set("part", "1");
  const answer = await fetch(fragment, { headers: { Accept: "text/html" } });
  // The slider may have moved on meanwhile: only the newest answer counts.
  if (!answer.ok || mine !== asked) return;
  const t = document.createElement("template");
  t.innerHTML = (await answer.text()).trim();
  const fresh = t.content.firstElementChild;
  const slider = stage.querySelector("input[type=range]");
  // The slider itself stays, so that a drag or a held key goes on; everything else is new.
  const holding = document.activeElement === slider;
  const newSlider = fresh.querySelector("input[type=range]");
  slider.setAttribute("aria-valuetext", newSlider.getAttribute("aria-valuetext"));
  if (slider.value !== newSlider.value) slider.value = newSlider.value;
  const focusStep = document.activeElement?.dataset?.rel;
  newSlider.replaceWith(slider);
  stage.replaceChildren(...fresh.childNodes);
  if (holding) slider.focus({ preventScroll: true });
  if (focusStep) stage.querySelector(`[data-rel="${focusStep}"]`)?.focus({ preventScroll: true });
  history.replaceState(null, "", url);
}
