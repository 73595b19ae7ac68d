// What the pages of staff do better with a script. All of it works without.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let at = -1;

  // go marks a row and brings it into view.
  function go(to) {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("at");
    at = Math.max(0, Math.min(all.length - 1, to));
    all[at].classList.add("at");
    all[at].scrollIntoView({ block: "nearest" });
    (all[at].querySelector("a") || all[at]).focus?.({ preventScroll: true });
  }

  const acts = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    o: () => rows()[at]?.querySelector(".what a")?.click(),
    x: () => rows()[at]?.querySelector("input[type=checkbox]")?.click(),
    u: () => document.querySelector("[data-up]")?.click(),
    "/": () => document.getElementById("find")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const act = acts[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });

  // How many are chosen.
  const bulk = document.getElementById("bulk");
  if (bulk) {
    const count = bulk.querySelector(".count");
    const tell = () => {
      const n = document.querySelectorAll("input[name=ref]:checked").length;
      count.hidden = !n;
      count.textContent = n + " chosen";
    };
    document.addEventListener("change", tell);
    tell();
  }
})();
