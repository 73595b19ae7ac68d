// What the pages of staff do better with a script. All of it works without.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  // A row is known by what it leads to: rows move when something new comes in.
  const nameOf = (row) => row?.querySelector(".what a")?.pathname || row?.id || row?.querySelector("a")?.pathname || "";
  let here = "";
  const at = () => rows().findIndex((row) => here && nameOf(row) === here);

  // mark shows where one is.
  function mark() {
    const now = rows()[at()];
    for (const row of rows()) row.classList.toggle("at", row === now);
    return now;
  }

  // go leads to a row and brings it into view.
  function go(to) {
    const all = rows();
    if (!all.length) return;
    here = nameOf(all[Math.max(0, Math.min(all.length - 1, to))]);
    const now = mark();
    now.scrollIntoView({ block: "nearest" });
    (now.querySelector(".what a") || now.querySelector("a") || now).focus?.({ preventScroll: true });
  }

  // Who comes up from a complaint finds the list that they came from, at the same place:
  // what was done may have moved or taken away the row itself.
  const page = document.body.dataset.page;
  const list = () => location.pathname + location.search.replace(/([?&])done=[^&]*&?/, "$1").replace(/[?&]$/, "");
  if (page === "queue") sessionStorage.setItem("queue", list());
  else for (const up of document.querySelectorAll("[data-up][href='/staff/']")) up.href = sessionStorage.getItem("queue") || "/staff/";
  if (document.querySelector(".queue")) {
    const place = JSON.parse(sessionStorage.getItem("place") || "{}");
    if (place.list === list() && document.referrer.startsWith(location.origin + place.down)) go(place.row);
    document.addEventListener("click", (e) => {
      const link = e.target.closest(".queue [data-row] a");
      if (link) sessionStorage.setItem("place", JSON.stringify({ list: list(), row: rows().indexOf(link.closest("[data-row]")), down: link.pathname.replace(/[^/]*$/, "") }));
    });
  }

  const acts = {
    j: () => go(at() + 1),
    k: () => go(at() - 1),
    o: () => rows()[at()]?.querySelector(".what a")?.click(),
    x: () => rows()[at()]?.querySelector("input[type=checkbox]")?.click(),
    u: () => document.querySelector("[data-up]")?.click(),
    g: () => { leading = Date.now(); },
    "/": () => document.getElementById("find")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
  };
  let leading = 0; // when g was pressed: the next key names a place

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || document.body.dataset.keys === "off" || e.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const place = Date.now() - leading < 2000;
    leading = 0;
    const named = document.querySelector(place ? `[data-place="${CSS.escape(e.key)}"]` : `[data-key="${CSS.escape(e.key)}"]`);
    const act = named ? () => named.click() : place ? null : acts[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });

  // Keys of one letter are in the way of who speaks to their computer: they can be put
  // out (WCAG 2.1.4), in this browser.
  const single = document.getElementById("single");
  if (single) {
    single.checked = localStorage.getItem("keys") !== "off";
    const set = () => { document.body.dataset.keys = single.checked ? "on" : "off"; };
    single.addEventListener("change", () => { localStorage.setItem("keys", single.checked ? "on" : "off"); set(); });
    set();
    const show = document.getElementById("show-keys");
    show.hidden = false;
    show.addEventListener("click", acts["?"]);
  }

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
  if (window.EventSource && (page === "queue" || page === "arrivals")) {
    let asking = null;
    const refresh = () => {
      asking?.abort();
      asking = ask("GET", location.href.replace(/([?&])done=[^&]*/, "$1"), null, (page) => {
        if (!page.querySelector(".queue") !== !document.querySelector(".queue")) {
          location.reload();
          return;
        }
        const busy = document.activeElement?.closest(".queue [data-row]") && { row: nameOf(document.activeElement.closest("[data-row]")), css: document.activeElement.matches("input") ? "input" : "a" };
        const chosen = new Set([...document.querySelectorAll("input[name=ref]:checked")].map((c) => c.value));
        swap(page, ".queue tbody");
        for (const box of document.querySelectorAll("input[name=ref]")) box.checked = chosen.has(box.value);
        document.dispatchEvent(new Event("change")); // one that was chosen may be gone
        mark();
        if (busy) rows().find((row) => nameOf(row) === busy.row)?.querySelector(busy.css)?.focus({ preventScroll: true });
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
    let away = false; // the server did not answer the last time
    // tell says whether what was typed is kept, and why not.
    const tell = (why) => {
      const kept = document.getElementById("kept");
      kept.classList.toggle("bad", !!why);
      kept.textContent = why ? "Not all is saved: " + why + " What you typed is still here." : "Saved as a draft.";
    };
    const save = () => {
      const fields = new URLSearchParams(new FormData(answer));
      asking?.abort();
      later = 0;
      asking = ask("POST", answer.action, fields, (page, status) => {
        away = false;
        asking = null;
        const why = page.querySelector("[role=alert], main h1 + p");
        tell(status < 400 ? "" : why?.textContent || "something is wrong");
        if (status < 400) document.querySelector(".bad-notice")?.remove(); // it spoke of what was there before
        swap(page, "#leaf");
        for (const list of answer.querySelectorAll(".hints")) {
          const fresh = page.getElementById(list.id);
          if (fresh) list.replaceWith(document.adoptNode(fresh));
        }
      }, (why) => { away = true; tell(why); soon(5000); });
    };
    const soon = (ms) => { clearTimeout(later); later = setTimeout(save, ms); };
    // What could not be sent goes on where something is missing.
    if (document.querySelector(".bad-notice")) document.getElementById(document.querySelector("#leaf .ask a")?.hash.slice(1))?.focus();
    answer.addEventListener("input", () => soon(700));
    answer.addEventListener("submit", (e) => {
      clearTimeout(later);
      asking?.abort();
      asking = null;
      later = 0;
      if (!away) return;
      e.preventDefault(); // the page with its words would make room for an error of the browser
      e.stopPropagation();
      save();
    });
    // Who leaves the page at once has written the last words too.
    window.addEventListener("pagehide", () => { if (later || asking) navigator.sendBeacon(answer.action, new URLSearchParams(new FormData(answer))); });
    answer.addEventListener("keydown", (e) => {
      if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
      e.preventDefault();
      answer.requestSubmit(answer.querySelector("[value=send]"));
    });
  }
})();
