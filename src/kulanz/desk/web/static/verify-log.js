/* Verifies entries and receipts of a public log in the browser, with nothing but its files and its published key.

   Formats: RFC 6962, c2sp.org/tlog-tiles, signed-note, tlog-checkpoint and tlog-proof. The cryptography is the browser's.
   `vkey` is the log's key, or all that it ever had: a receipt may be older than the one of today.
   Both functions return {ok, steps: [{ok, code, text}]}; the last step is what failed where ok is false. `words` may
   give texts of another language for the codes of WORDS; {name} in them is filled in. */

export const WORDS = Object.freeze({
  signature: "The checkpoint, what the log says of itself, is signed by {name}: {size} entries.",
  edge: "The files of the log give the sum over all entries that is signed there.",
  place: "The file {path} holds the fingerprint that belongs to place {index}.",
  entry: "The entry has this fingerprint: it is in the log at place {index}, unchanged.",
  proof: "The proof leads from the entry at place {index} to the signed sum over all entries: it is in the log, unchanged.",
  no_ed25519: "This browser cannot verify Ed25519 signatures. Take a current one, or the command kulanz log.",
  no_crypto: "This page was not opened by https, so that the browser lends it no cryptography.",
  no_file: "The file {path} could not be read.",
  bad_key: "This is not the public key of a log.",
  bad_checkpoint: "The checkpoint does not have the form that it must have.",
  bad_receipt: "This file is no receipt.",
  not_signed: "The checkpoint is not signed by {name}.",
  wrong_signature: "The signature of {name} does not fit the checkpoint: it was changed.",
  wrong_origin: "The checkpoint is of another log.",
  not_there: "The log has no entry at place {index}: it has {size}.",
  wrong_tile: "The file {path} was changed: it does not give the signed sum.",
  wrong_entry: "The entry was changed, or is not the one at place {index}.",
  wrong_proof: "Entry or receipt were changed: they do not lead to the signed sum.",
});

const WIDTH = 256;
const HASH = 32;
const LARGEST_NOTE = 1_000_000;
const LARGEST_TILE = WIDTH * HASH;
const MOST_HASHES = 63;
const ED25519 = 1;

class Failure extends Error {
  constructor(code, values = {}) {
    super(code);
    this.values = values;
  }
}

/* Whether the entry is at the place in the log whose files lie below the address `base`. */
export async function verifyEntry({ base, vkey, index, entryBytes, words = {} }) {
  return told(words, async (step) => {
    const checkpoint = await opened(decoded(await fetched(base, "checkpoint", LARGEST_NOTE)), vkey, step);
    if (!(Number.isSafeInteger(index) && index >= 0 && index < checkpoint.size)) {
      throw new Failure("not_there", { index, size: checkpoint.size });
    }
    const tiles = new Tiles(base, checkpoint);
    await tiles.checkEdge();
    step("edge");
    const { hashes, path } = await tiles.tile(0, Math.floor(index / WIDTH));
    step("place", { index, path });
    if (!equal(await leafHash(entryBytes), hashes[index % WIDTH])) throw new Failure("wrong_entry", { index });
    step("entry", { index });
  });
}

/* Whether a receipt, the text of a .tlog-proof file, proves the entry to be in the log. */
export async function verifyReceipt({ vkey, proofText, entryBytes, words = {} }) {
  return told(words, async (step) => {
    const receipt = parseReceipt(proofText);
    const { size, root } = await opened(receipt.checkpoint, vkey, step);
    if (receipt.index >= size) throw new Failure("not_there", { index: receipt.index, size });
    const sides = sidesAbove(receipt.index, size);
    let hash = await leafHash(entryBytes);
    if (sides.length !== receipt.proof.length) throw new Failure("wrong_proof");
    for (const [at, left] of sides.entries()) {
      const other = receipt.proof[at];
      hash = left ? await nodeHash(other, hash) : await nodeHash(hash, other);
    }
    if (!equal(hash, root)) throw new Failure("wrong_proof");
    step("proof", { index: receipt.index });
  });
}

/* The index and the signed size that a receipt names, unverified; null where it is no receipt. */
export function readReceipt(proofText) {
  try {
    const { index, checkpoint } = parseReceipt(proofText);
    const { origin, size } = parseCheckpoint(split(checkpoint).text);
    return { index, origin, size };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

async function told(words, verify) {
  const steps = [];
  const tell = (ok, code, values) => steps.push({ ok, code, text: filled(words[code] || WORDS[code], values) });
  try {
    if (!globalThis.crypto?.subtle) throw new Failure("no_crypto");
    await verify((code, values = {}) => tell(true, code, values));
    return { ok: true, steps };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell(false, error.message, error.values);
    return { ok: false, steps };
  }
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/* Tiles of a tree, each checked before it is used: partial ones together against the root, full ones against the tile above. */
class Tiles {
  constructor(base, { size, root }) {
    Object.assign(this, { base, size, root, edge: new Map() });
  }

  /* The lowest level comes first in the tree's right edge, and last among its peaks. */
  async checkEdge() {
    const peaks = [];
    const paths = [];
    for (let level = 0, hashes = this.size; hashes > 0; level += 1, hashes = Math.floor(hashes / WIDTH)) {
      if (hashes % WIDTH === 0) continue;
      const tile = await this.read(level, Math.floor(hashes / WIDTH), hashes % WIDTH);
      this.edge.set(level, tile);
      paths.push(tile.path);
      peaks.unshift(...(await peaksOf(tile.hashes)));
    }
    if (!equal(await joined(peaks), this.root)) throw new Failure("wrong_tile", { path: paths.join(", ") });
  }

  async tile(level, index) {
    if (index === Math.floor(this.hashesAt(level) / WIDTH)) return this.edge.get(level);
    const tile = await this.read(level, index, WIDTH);
    const above = await this.tile(level + 1, Math.floor(index / WIDTH));
    if (!equal(await joined(await peaksOf(tile.hashes)), above.hashes[index % WIDTH])) {
      throw new Failure("wrong_tile", { path: tile.path });
    }
    return tile;
  }

  hashesAt(level) {
    return Math.floor(this.size / WIDTH ** level);
  }

  /* A partial tile may have been deleted since the full one came. */
  async read(level, index, width) {
    const full = `tile/${level}/${place(index)}`;
    const path = width === WIDTH ? full : `${full}.p/${width}`;
    const content = await fetched(this.base, path, LARGEST_TILE, width === WIDTH ? null : full);
    if (content.length !== width * HASH && content.length !== LARGEST_TILE) throw new Failure("wrong_tile", { path });
    const hashes = Array.from({ length: width }, (_, at) => content.slice(at * HASH, (at + 1) * HASH));
    return { path, hashes };
  }
}

function place(index) {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.../g);
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
}

async function fetched(base, path, largest, instead = null) {
  const address = new URL(path, new URL(base.endsWith("/") ? base : `${base}/`, globalThis.location?.href));
  // A tile never changes, and is asked for all the same: what a visit before has left says nothing of today.
  const cache = path === "checkpoint" ? "no-store" : "no-cache";
  const answer = await fetch(address, { cache, credentials: "omit", redirect: "error" }).catch(() => null);
  if (answer?.ok) {
    const content = new Uint8Array(await answer.arrayBuffer());
    if (content.length <= largest) return content;
  }
  if (instead) return fetched(base, instead, largest);
  throw new Failure("no_file", { path });
}

async function opened(content, vkey, step) {
  const keys = await Promise.all([vkey].flat().map(parseKey));
  const { text, signatures } = split(content);
  let signer = null;
  for (const key of keys) {
    const line = signatures.find(({ name, blob }) => name === key.name && equal(blob.slice(0, 4), key.id));
    if (!line) continue;
    if (!(await verifies(key.bytes, line.blob.slice(4), encoded(text)))) throw new Failure("wrong_signature", key);
    signer = key;
  }
  if (!signer) throw new Failure("not_signed", keys[0]);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== signer.name) throw new Failure("wrong_origin");
  step("signature", { name: signer.name, size: checkpoint.size });
  return checkpoint;
}

async function parseKey(vkey) {
  const [name, id, ...rest] = vkey.trim().split("+");
  const content = unbase64(rest.join("+"));
  if (!name || content?.length !== 1 + HASH || content[0] !== ED25519) throw new Failure("bad_key");
  const hash = await sha256(joinedBytes(encoded(`${name}\n`), content));
  const hex = Array.from(hash.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== id) throw new Failure("bad_key");
  return { name, id: hash.slice(0, 4), bytes: content.slice(1) };
}

async function verifies(bytes, signature, message) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Failure("no_ed25519");
  }
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}

function split(content) {
  const end = content.lastIndexOf("\n\n");
  if (content.length > LARGEST_NOTE || end < 0 || !content.endsWith("\n")) throw new Failure("bad_checkpoint");
  const signatures = content.slice(end + 2, -1).split("\n").map((line) => {
    const [dash, name, base64, ...more] = line.split(" ");
    const blob = unbase64(base64 || "");
    if (dash !== "\u2014" || !name || !blob || blob.length < 5 || more.length) throw new Failure("bad_checkpoint");
    return { name, blob };
  });
  return { text: content.slice(0, end + 1), signatures };
}

function parseCheckpoint(text) {
  const [origin, size, root] = text.split("\n");
  const hash = unbase64(root || "");
  if (!origin || !isNumber(size) || hash?.length !== HASH) throw new Failure("bad_checkpoint");
  return { origin, size: Number(size), root: hash };
}

function parseReceipt(text) {
  const end = text.indexOf("\n\n");
  const [header, ...lines] = text.slice(0, Math.max(end, 0)).split("\n");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const [named, ...hashes] = lines;
  const index = named?.startsWith("index ") ? named.slice("index ".length) : "";
  const proof = hashes.map(unbase64);
  const fits = hashes.length <= MOST_HASHES && proof.every((each) => each?.length === HASH);
  if (header !== "c2sp.org/tlog-proof@v1" || !isNumber(index) || !fits) throw new Failure("bad_receipt");
  return { index: Number(index), proof, checkpoint: text.slice(end + 2) };
}

const isNumber = (text) => /^(0|[1-9][0-9]*)$/.test(text || "") && Number.isSafeInteger(Number(text));

/* From the leaf up: whether the hash beside the way stands on the left. */
function sidesAbove(index, size) {
  const sides = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    sides.unshift(index >= middle);
    if (index < middle) end = middle;
    else start = middle;
  }
  return sides;
}

function largestPowerBelow(number) {
  let power = 1;
  while (power * 2 < number) power *= 2;
  return power;
}

/* The roots of the largest complete trees over a row of hashes, from left to right. */
async function peaksOf(hashes) {
  const peaks = [];
  for (let start = 0, left = hashes.length; left > 0; ) {
    const length = 2 ** Math.floor(Math.log2(left));
    peaks.push(await completeRoot(hashes.slice(start, start + length)));
    start += length;
    left -= length;
  }
  return peaks;
}

async function completeRoot(hashes) {
  let row = hashes;
  while (row.length > 1) {
    const pairs = Array.from({ length: row.length / 2 }, (_, at) => nodeHash(row[2 * at], row[2 * at + 1]));
    row = await Promise.all(pairs);
  }
  return row[0];
}

async function joined(peaks) {
  let hash = peaks[peaks.length - 1];
  for (const peak of peaks.slice(0, -1).reverse()) hash = await nodeHash(peak, hash);
  return hash;
}

const leafHash = (entry) => sha256(joinedBytes(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(joinedBytes(Uint8Array.of(1), left, right));
const sha256 = async (content) => new Uint8Array(await crypto.subtle.digest("SHA-256", content));
const encoded = (text) => new TextEncoder().encode(text);
const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

function decoded(content) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Failure("bad_checkpoint");
  }
}

function joinedBytes(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/* What base64 stands for; null where the text is not exactly how an encoder writes it. */
function unbase64(text) {
  try {
    const content = atob(text);
    return btoa(content) === text ? Uint8Array.from(content, (each) => each.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}
