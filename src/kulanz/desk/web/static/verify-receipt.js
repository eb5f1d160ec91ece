// Takes a receipt that is dropped on the page or chosen, and verifies it in the browser of whoever has it.
import { verifyReceipt } from "./verify-log.js";

const LARGEST = 2_000_000;
const form = document.getElementById("receipt-form");
const place = document.getElementById("verify-here");
const words = JSON.parse(document.getElementById("verify-words").textContent);

// The entry stands in the line "extra" as base64 of JSON, whose field "entry" is base64 again; empty where there is none.
function entryOf(text) {
  try {
    const extra = JSON.parse(atob(text.split("\n", 2)[1].replace(/^extra /, "")));
    return Uint8Array.from(atob(extra.entry), (each) => each.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

async function look(file) {
  const [told, steps] = ["[role=status]", "ol"].map((each) => place.querySelector(each));
  place.hidden = false;
  steps.replaceChildren();
  const proofText = file.size > LARGEST ? "" : await file.text();
  const entryBytes = entryOf(proofText);
  const found = await verifyReceipt({ vkey: place.dataset.keys.split(" "), proofText, entryBytes, words });
  told.textContent = found.ok ? place.dataset.good : place.dataset.bad;
  steps.replaceChildren(...found.steps.map((step) => {
    const line = document.createElement("li");
    line.textContent = `${step.ok ? "✓" : "✗"} ${step.text}`;
    return line;
  }));
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
