// Takes a receipt that is dropped on the page or chosen, and verifies it in the browser of whoever has it.
import { verifyReceipt } from "./verify-log.js";

const LARGEST = 2_000_000;
const form = document.getElementById("receipt-form");
const place = document.getElementById("verify-here");
const words = JSON.parse(document.getElementById("verify-words").textContent);

// The entry stands in the line "extra" as base64 of JSON, whose field "entry" is base64 again.
function entryOf(text) {
  const line = text.split("\n", 2)[1] || "";
  const extra = JSON.parse(atob(line.replace(/^extra /, "")));
  return Uint8Array.from(atob(extra.entry), (each) => each.charCodeAt(0));
}

async function verified(text) {
  const entryBytes = entryOf(text);
  let found;
  for (const vkey of place.dataset.keys.split(" ")) {
    found = await verifyReceipt({ vkey, proofText: text, entryBytes, words });
    if (found.ok || found.steps.at(-1).code !== "not_signed") break;
  }
  return found;
}

async function look(file) {
  const [told, steps] = ["[role=status]", "ol"].map((each) => place.querySelector(each));
  place.hidden = false;
  steps.replaceChildren();
  try {
    const found = await verified(file.size > LARGEST ? "" : await file.text());
    told.textContent = found.ok ? place.dataset.good : place.dataset.bad;
    steps.replaceChildren(...found.steps.map((step) => {
      const line = document.createElement("li");
      line.textContent = `${step.ok ? "✓" : "✗"} ${step.text}`;
      return line;
    }));
  } catch {
    told.textContent = `${place.dataset.bad} ${words.bad_receipt}`;
  }
}

form.elements.receipt.addEventListener("change", (event) => {
  if (event.target.files.length) look(event.target.files[0]);
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  for (const file of event.dataTransfer.files) {
    const one = new DataTransfer();
    one.items.add(file);
    const isReceipt = file.name.endsWith(".tlog-proof");
    form.elements[isReceipt ? "receipt" : "post"].files = one.files;
    if (isReceipt) look(file);
  }
});
