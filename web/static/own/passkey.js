// Passkeys: hands the server's question to the device and the device's answer to a form, which is sent as any other. A form is
// shown only where this browser has keys for this very address; without this script nothing of it is there.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || location.origin !== form.dataset.passkey) continue;
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-passkey-elsewhere]")) other.hidden = true;
  form.querySelector("[data-sign]").addEventListener("click", () => sign(form));
}

async function sign(form) {
  const failed = form.querySelector("[data-failed]");
  const button = form.querySelector("[data-sign]");
  if (!form.reportValidity()) return;
  failed.hidden = true;
  button.disabled = true;
  try {
    const asked = form.dataset.ask ? await ask(form.dataset.ask) : { options: JSON.parse(form.dataset.options), waiting: form.elements.waiting.value };
    form.elements.waiting.value = asked.waiting;
    form.elements.answer.value = JSON.stringify(await (form.dataset.make ? make(asked.options) : use(asked.options)));
    form.requestSubmit();
  } catch {
    failed.hidden = false; // cancelled, too late, or no key for this address: the other ways are still there
  }
  button.disabled = false;
}

async function ask(path) {
  const answer = await fetch(path, { method: "POST" });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

const named = (list) => (list ?? []).map((c) => ({ ...c, id: bytes(c.id) }));

async function use(options) {
  const key = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) } });
  const r = key.response;
  return said(key, {
    authenticatorData: text(r.authenticatorData),
    clientDataJSON: text(r.clientDataJSON),
    signature: text(r.signature),
    ...(r.userHandle && { userHandle: text(r.userHandle) }),
  });
}

async function make(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: named(options.excludeCredentials) };
  const key = await navigator.credentials.create({ publicKey });
  return said(key, {
    attestationObject: text(key.response.attestationObject),
    clientDataJSON: text(key.response.clientDataJSON),
    transports: key.response.getTransports?.() ?? [],
  });
}

const said = (key, response) => ({ id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: key.getClientExtensionResults() });
