// Proves an event in the reader's own browser: from the stored bytes to the leaf, from the leaf to the root, from the root to the
// signature. Nothing here asks the server; what the page says is taken from what was proved. The formats: internal/ledger.
const text = new TextEncoder();

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const base64 = (b) => btoa(String.fromCharCode(...b));
const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
const unhex = (s) => Uint8Array.from(s.match(/../g) ?? [], (x) => parseInt(x, 16));
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

// number is big-endian in so many bytes.
function number(value, size) {
  const out = new Uint8Array(size);
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = size - 1; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 255n);
  return out;
}

// sized is a text with its length before it.
function sized(value) {
  const b = text.encode(value);
  return join(number(b.length, 2), b);
}

// nanoseconds since 1970 of an RFC 3339 time in UTC, whose fraction may be finer than a Date can hold.
function nanoseconds(time) {
  const [, whole, fraction = ""] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(time);
  return BigInt(Date.parse(whole + "Z")) * 1000000n + BigInt(fraction.padEnd(9, "0"));
}

function leaf(p) {
  return join(
    text.encode("mkr leaf 1\n"), sized(p.stream), number(p.revision, 8), unhex(p.event.replaceAll("-", "")), sized(p.type),
    number(nanoseconds(p.recorded_at), 8), unhex(p.data_sha256), unhex(p.meta_sha256),
  );
}

// root follows the path from a leaf (RFC 9162, 2.1.3.2); null if it is not as long as it must be.
async function root(hash, index, size, path) {
  let at = BigInt(index), last = BigInt(size) - 1n;
  if (at > last) return null;
  for (const step of path) {
    if (last === 0n) return null;
    if (at & 1n || at === last) {
      hash = await sha256([1], step, hash);
      while (!(at & 1n) && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = await sha256([1], hash, step);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n ? hash : null;
}

// note divides a signed note into its text and its signatures.
function note(signed) {
  const i = signed.lastIndexOf("\n\n");
  return {
    text: signed.slice(0, i + 1),
    lines: signed.slice(i + 2).split("\n").filter(Boolean).map((l) => {
      const [, name, blob] = l.split(" ");
      return { name, blob: bytes(blob) };
    }),
  };
}

// verifier reads a public key, NAME+HASH+KEY, and checks its hash.
async function verifier(v) {
  const [name, id] = v.split("+", 2);
  const raw = bytes(v.slice(name.length + id.length + 2));
  const want = (await sha256(text.encode(name + "\n"), raw)).slice(0, 4);
  return hex(want) === id ? { name, id: want, kind: raw[0], key: raw.slice(1) } : null;
}

// signed tells whether the key signed the note: true, false, or null where the browser has no Ed25519.
async function signed(n, key) {
  const line = key && n.lines.find((l) => l.name === key.name && same(l.blob.slice(0, 4), key.id));
  if (!line) return false;
  let public_;
  try {
    public_ = await crypto.subtle.importKey("raw", key.key, "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
  let blob = line.blob.slice(4), body = n.text;
  if (key.kind === 4) { // a witness says when she signed
    let at = 0n;
    for (const b of blob.slice(0, 8)) at = at << 8n | BigInt(b);
    body = `cosignature/v1\ntime ${at}\n${n.text}`;
    blob = blob.slice(8);
  }
  return crypto.subtle.verify("Ed25519", public_, blob, text.encode(body));
}

// prove answers, for each step, true, false, or null for what cannot be told here.
export async function prove(p) {
  const out = {};
  out.bytes = p.data === undefined ? null
    : hex(await sha256(bytes(p.data))) === p.data_sha256 && hex(await sha256(bytes(p.meta ?? ""))) === p.meta_sha256;
  const hash = await sha256([0], leaf(p));
  out.leaf = base64(hash) === p.leaf_hash;
  const n = note(p.checkpoint);
  const [origin, size, signedRoot] = n.text.split("\n");
  const reached = await root(hash, p.leaf_index, size, p.path.map(bytes));
  out.root = reached !== null && base64(reached) === signedRoot;
  const key = await verifier(p.verifier);
  out.signature = key !== null && key.name === origin ? await signed(n, key) : false;
  out.witnesses = 0;
  for (const w of p.witnesses ?? []) {
    if (await signed(n, await verifier(w))) out.witnesses++;
  }
  out.valid = [out.leaf, out.root, out.signature].every((x) => x === true) && out.bytes !== false;
  out.open = out.signature === null && out.leaf && out.root && out.bytes !== false;
  return out;
}

// show writes the outcome into the page.
async function show(box) {
  const p = JSON.parse(document.getElementById("proof").textContent);
  let outcome;
  try {
    outcome = await prove(p);
  } catch {
    outcome = { valid: false };
  }
  for (const li of box.querySelectorAll("[data-step]")) {
    const is = outcome[li.dataset.step];
    li.dataset.is = is === true ? "yes" : is === null ? "open" : "no";
    li.querySelector("[data-says]").textContent = li.dataset[li.dataset.is];
  }
  const witnesses = box.querySelector("[data-witnesses]");
  if (witnesses) witnesses.textContent = outcome.witnesses ?? 0;
  const verdict = box.querySelector("[data-verdict]");
  verdict.dataset.verdict = outcome.valid ? "valid" : outcome.open ? "open" : "invalid";
  verdict.className = "notice " + { valid: "good", open: "warn", invalid: "bad" }[verdict.dataset.verdict];
  verdict.textContent = verdict.dataset[verdict.dataset.verdict];
  const stored = document.getElementById("stored");
  if (stored && outcome.bytes) { // what is read here is what was proved, and nothing else
    const read = (b) => JSON.stringify(JSON.parse(new TextDecoder().decode(bytes(b))), null, 2);
    stored.querySelector("pre").textContent = read(p.data) + "\n\n" + read(p.meta);
    stored.hidden = false;
  }
}

const box = globalThis.document?.getElementById("prove");
if (box) show(box);
