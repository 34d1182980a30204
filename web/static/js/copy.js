// A button that copies what is shown once. It is seen only where a browser lets a page copy.
export function copy() {
  if (!navigator.clipboard) return;
  for (const b of document.querySelectorAll("button[data-copy]")) {
    b.hidden = false;
    b.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(document.getElementById(b.dataset.copy).textContent);
        b.textContent = b.dataset.copied;
      } catch {
        getSelection().selectAllChildren(document.getElementById(b.dataset.copy)); // refused: it is at least marked
      }
    });
  }
}
