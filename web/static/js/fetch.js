// Fragments of pages.

// element makes the first element of a text of HTML.
export function element(html) {
  const t = document.createElement("template");
  t.innerHTML = html.trim();
  return t.content.firstElementChild;
}

// fetchPart gives a fragment, or nothing on a fault: what is there stays.
export async function fetchPart(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    return answer.ok ? element(await answer.text()) : undefined;
  } catch {
    return undefined;
  }
}
