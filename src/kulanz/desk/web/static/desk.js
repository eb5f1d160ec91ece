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
    if (!all.length) return press(by > 0 ? "ArrowRight" : "ArrowLeft");
    const at = all.indexOf(chosen());
    choose(all[Math.min(all.length - 1, Math.max(0, at + by))]);
  };
  // A key means the chosen row, else what stands beside the list: never a row that nobody chose.
  const keyed = (name) => {
    const named = `[data-key="${name}"]`;
    const inRow = chosen()?.querySelector(named);
    return inRow || [...document.querySelectorAll(named)].find((each) => !each.closest("[data-rows]"));
  };
  const press = (name) => {
    const target = keyed(name);
    if (!target) return;
    if (target.form && !target.form.checkValidity()) {
      target.closest("details")?.setAttribute("open", "");
      target.form.reportValidity();
    } else target.click();
  };
  // The help names what there is on this page: a part of it may have been renewed since.
  const show = (name) => {
    const dialog = document.getElementById(name);
    dialog?.querySelectorAll("[data-for]").forEach((each) => { each.hidden = !document.querySelector(each.dataset.for); });
    dialog?.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || event.target.closest("dialog")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") show("keys");
    else if (event.key === "/") { event.preventDefault(); document.getElementById("search")?.focus(); }
    else press(event.key);
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) show(opener.dataset.dialog);
    const copier = event.target.closest("[data-copy]");
    if (copier) {
      const field = document.getElementById(copier.dataset.copy);
      field.select();
      navigator.clipboard?.writeText(field.value).then(() => { copier.textContent = copier.dataset.done; });
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });
  const restore = () => {
    const id = sessionStorage.getItem("chosen:" + location.pathname);
    document.getElementById(id || "")?.classList.add("chosen");
  };
  document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  // A list that renews itself waits while somebody works in it, and gives the link they stand on its focus back.
  let stoodOn = "";
  const polls = (element) => (element.getAttribute("hx-trigger") || "").startsWith("every");
  const busy = (element) => {
    const at = document.activeElement;
    const within = element.contains(at) && at !== element;
    return element.querySelector("details[open]") || (within && !at.matches("[data-open]"));
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (polls(event.target) && busy(event.target)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const at = document.activeElement;
    stoodOn = event.target.contains(at) ? at.closest("[data-rows] > *")?.id || "" : "";
  });
  document.addEventListener("htmx:afterSwap", () => {
    restore();
    if (stoodOn) document.getElementById(stoodOn)?.querySelector("[data-open]")?.focus({ preventScroll: true });
  });
  restore();
  // On a narrow screen the navigation is a row that scrolls: where one is stands in sight.
  const places = document.querySelector(".top nav ul");
  const here = places?.querySelector("[aria-current]");
  if (here) places.scrollLeft = here.offsetLeft - places.offsetLeft - (places.clientWidth - here.offsetWidth) / 2;
  document.querySelectorAll("[data-dialog]").forEach((opener) => { opener.hidden = false; });
})();
