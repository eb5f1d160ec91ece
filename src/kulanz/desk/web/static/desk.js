/* What pages do beyond their forms: keys on lists, dialogs, confirmation. Everything works without it. */
(() => {
  "use strict";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] > li, [data-rows] > tr")];
  const chosen = () => document.querySelector("[data-rows] > .chosen");
  const choose = (row) => {
    if (!row) return;
    rows().forEach((each) => each.classList.toggle("chosen", each === row));
    sessionStorage.setItem("chosen:" + location.pathname, row.id);
    (row.querySelector("[data-open]") || row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = rows();
    const at = all.indexOf(chosen());
    choose(all[Math.min(all.length - 1, Math.max(0, at + by))]);
  };
  const press = (name) => {
    const row = chosen() || document;
    const target = row.querySelector(`[data-key="${name}"]`);
    if (target) target.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "/") { event.preventDefault(); document.getElementById("search")?.focus(); }
    else press(event.key);
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.dialog)?.showModal();
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });
  const restore = () => {
    const id = sessionStorage.getItem("chosen:" + location.pathname);
    document.getElementById(id || "")?.classList.add("chosen");
  };
  document.addEventListener("htmx:afterSwap", restore);
  restore();
})();
