// Fragments of pages.

// element makes the first element of a text of HTML.
export function element(html) {
  const t = document.createElement("template");
  t.innerHTML = html.trim();
  return t.content.firstElementChild;
}

// fetchPart gives a fragment, or nothing on a fault: what is there stays. What is not there for this person any more does
// not stay on her screen.
export async function fetchPart(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (answer.status === 404) location.reload();
    return answer.ok ? element(await answer.text()) : undefined;
  } catch {
    return undefined;
  }
}
