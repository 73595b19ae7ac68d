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

  // What cannot be taken back is asked about.
  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-ask]");
    if (button && !confirm(button.dataset.ask)) e.preventDefault();
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

  // ask fetches a page of ours as a document; nothing in it runs.
  function ask(method, url, body, then, failed = () => {}) {
    const x = new XMLHttpRequest();
    x.open(method, url);
    x.responseType = "document";
    x.onload = () => {
      if (x.response && x.status < 500) then(x.response, x.status);
      else failed("the server has a problem");
    };
    x.onerror = () => failed("the server does not answer");
    x.send(body);
    return x;
  }

  // swap puts a part of a fetched page in the place of ours.
  function swap(from, css) {
    const now = document.querySelector(css);
    const then = from.querySelector(css);
    if (now && then) now.replaceWith(document.adoptNode(then));
  }

  // The queue shows what is new by itself, and keeps what was chosen.
  if (window.EventSource && (document.body.dataset.page === "queue" || document.body.dataset.page === "arrivals")) {
    let asking = null;
    const refresh = () => {
      const chosen = new Set([...document.querySelectorAll("input[name=ref]:checked")].map((c) => c.value));
      asking?.abort();
      asking = ask("GET", location.href.replace(/([?&])done=[^&]*/, "$1"), null, (page) => {
        if (!page.querySelector(".queue") !== !document.querySelector(".queue")) {
          location.reload();
          return;
        }
        if (document.activeElement?.closest(".queue") && !document.activeElement.matches("input")) document.activeElement.blur();
        swap(page, ".queue tbody");
        for (const box of document.querySelectorAll("input[name=ref]")) box.checked = chosen.has(box.value);
        rows()[at]?.classList.add("at");
      });
    };
    let soon = 0;
    new EventSource("/staff/changes").addEventListener("changed", () => {
      clearTimeout(soon);
      soon = setTimeout(refresh, 300);
    });
  }

  // An answer is saved and shown as it is written.
  const answer = document.getElementById("answer");
  if (answer) {
    let later = 0;
    let asking = null;
    // tell says whether what was typed is kept, and why not.
    const tell = (why) => {
      const kept = document.getElementById("kept");
      kept.classList.toggle("bad", !!why);
      kept.textContent = why ? "Not all is saved: " + why + " What you typed is still here." : "Saved as a draft.";
    };
    const save = () => {
      const fields = new URLSearchParams(new FormData(answer));
      asking?.abort();
      asking = ask("POST", answer.action, fields, (page, status) => {
        const why = page.querySelector("[role=alert], main h1 + p");
        tell(status < 400 ? "" : why?.textContent || "something is wrong");
        swap(page, "#leaf");
        for (const list of answer.querySelectorAll(".hints")) {
          const fresh = page.getElementById(list.id);
          if (fresh) list.replaceWith(document.adoptNode(fresh));
        }
      }, tell);
    };
    answer.addEventListener("input", () => { clearTimeout(later); later = setTimeout(save, 700); });
    answer.addEventListener("submit", () => { clearTimeout(later); asking?.abort(); });
  }
})();
