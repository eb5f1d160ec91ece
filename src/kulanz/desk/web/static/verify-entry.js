// Verifies the entry of a page by the log's own files, in the browser of whoever looks at it.
import { verifyEntry } from "./verify-log.js";

const place = document.getElementById("verify-here");
if (place) {
  const words = JSON.parse(document.getElementById("verify-words").textContent);
  place.hidden = false;
  const { base, keys, index, entry, good, bad } = place.dataset;
  const [button, told, steps] = ["button", "[role=status]", "ol"].map((each) => place.querySelector(each));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await fetch(entry);
      const entryBytes = new Uint8Array(await answer.arrayBuffer());
      const found = await verifyEntry({ base, vkey: keys.split(" "), index: Number(index), entryBytes, words });
      told.textContent = found.ok ? good : bad;
      place.classList.toggle("refused", !found.ok);
      steps.replaceChildren(...found.steps.map((step) => {
        const line = document.createElement("li");
        line.textContent = `${step.ok ? "✓" : "✗"} ${step.text}`;
        return line;
      }));
    } catch (error) {
      told.textContent = `${bad} ${error.message}`;
    }
    button.disabled = false;
  });
}
