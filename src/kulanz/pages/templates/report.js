"use strict";
(() => {
  const form = document.getElementById("filter");
  const openAround = (target) => {
    for (let box = target && target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  };
  const followHash = () => {
    const target = document.getElementById(location.hash.slice(1));
    openAround(target);
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", followHash);
  if (location.hash) followHash();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.data)")];
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });

  if (!form) return;
  const rows = [...document.querySelectorAll("tr[data-stage]")];
  const texts = rows.map((row) => row.querySelector(".title").textContent.toLowerCase());
  const status = document.getElementById("matching");
  const filter = () => {
    const query = form.querySelector("#query").value.trim().toLowerCase();
    const stages = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = stages.has(row.dataset.stage) && texts[i].includes(query);
      row.hidden = !fits;
      const thread = document.getElementById(row.dataset.thread);
      if (thread) thread.hidden = !fits;
      shown += fits;
    });
    const all = shown === rows.length;
    status.textContent = all ? "" : status.dataset.sentence.replace("{n}", shown).replace("{all}", rows.length);
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // a browser may restore the fields of a page that was open before
  filter();
})();
