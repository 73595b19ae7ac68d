// What the pages of staff do better with a script. All of it works without.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  // A row is known by what it leads to: rows move when something new comes in.
  const nameOf = (row) => row?.querySelector(".what a")?.pathname || row?.id || row?.querySelector("a")?.pathname || "";
  let here = "";
  let place = -1; // of that row; where it goes away, the keys go on from there
  const at = () => rows().findIndex((row) => here && nameOf(row) === here);

  // mark shows where one is.
  function mark() {
    const now = rows()[at()];
    if (now) place = at();
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
  const list = () => location.pathname + location.search.replace(/([?&])done=[^&]*&?/, "$1").replace(/[?&]$/, ""); // what was done is said once
  if (page === "queue") sessionStorage.setItem("queue", list());
  else for (const up of document.querySelectorAll("[data-up][href='/staff/']")) up.href = sessionStorage.getItem("queue") || "/staff/";
  if (document.querySelector(".queue")) {
    const was = JSON.parse(sessionStorage.getItem("place") || "{}");
    if (was.list === list() && document.referrer.startsWith(location.origin + was.down)) go(was.row);
    document.addEventListener("click", (e) => {
      const link = e.target.closest(".queue [data-row] a");
      if (link) sessionStorage.setItem("place", JSON.stringify({ list: list(), row: rows().indexOf(link.closest("[data-row]")), down: link.pathname.replace(/[^/]*$/, "") }));
    });
  }

  const acts = {
    j: () => go(at() < 0 ? place : at() + 1),
    k: () => go((at() < 0 ? place : at()) - 1),
    o: () => rows()[at()]?.querySelector(".what a")?.click(),
    x: () => rows()[at()]?.querySelector("input[type=checkbox]")?.click(),
    u: () => document.querySelector("[data-up]")?.click(),
    g: () => { leading = Date.now(); },
    "/": () => document.getElementById("find")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
  };
  let leading = 0; // when g was pressed: the next key names a place

  // press does what a key stands for: it leads into a field, and to a button that asks for
  // a second press; all else is clicked.
  // What is done with chosen rows is done with the one where one is if none is chosen.
  function press(named) {
    if (named.closest("#bulk") && !document.querySelector("input[name=ref]:checked")) acts.x();
    if (named.matches("input, textarea, select, [data-twice]") && named !== document.activeElement) named.focus();
    else named.click();
  }

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.repeat && !"jk".includes(e.key) || document.body.dataset.keys === "off" || e.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const to = Date.now() - leading < 2000;
    leading = 0;
    const named = document.querySelector(to ? `[data-place="${CSS.escape(e.key)}"]` : `[data-key="${CSS.escape(e.key)}"]`);
    const act = named ? () => press(named) : to ? null : acts[e.key];
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
  const tell = () => {
    const n = document.querySelectorAll("input[name=ref]:checked").length;
    for (const count of document.querySelectorAll("#bulk .count")) {
      count.hidden = !n;
      count.textContent = n + " chosen";
    }
  };
  document.addEventListener("change", tell);
  tell();

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

  // put gives a part of a fetched page the place of ours. What is chosen in ours and where
  // its focus is counts now, not when the page was asked for. Under a head that stays in
  // view (desk.js) what one looks at stays where it is.
  function put(now, then) {
    const key = (e) => e.id || [nameOf(e.closest("[data-row]")), e.localName, e.name, e.value, e.getAttribute("href"), e.textContent].join(" ");
    const focus = now.contains(document.activeElement) && key(document.activeElement);
    const stone = (of) => focus && [...of.querySelectorAll("a, button, input, summary, [tabindex]")].find((e) => key(e) === focus) || of.querySelector(".letterdesk");
    const head = () => parseFloat(document.documentElement.style.getPropertyValue("--head")) || NaN;
    const stands = (of) => stone(of)?.getBoundingClientRect().top - head();
    const stood = stands(now);
    const chosen = new Set([...now.querySelectorAll("input:checked")].map(key));
    document.adoptNode(then);
    for (const box of then.querySelectorAll("input[type=checkbox]")) box.checked = chosen.has(key(box));
    now.replaceWith(then);
    mark();
    tell();
    then.dispatchEvent(new Event("fresh", { bubbles: true }));
    if (focus) stone(then)?.focus({ preventScroll: true });
    const moved = stands(then) - stood;
    if (moved) scrollBy({ top: moved, behavior: "instant" });
  }

  // A page that goes away shows nothing anew: what was pressed would be lost. One that
  // stays after all, for what was pressed led to a file, goes on.
  let leaving = 0; // until then
  const leave = () => { leaving = Date.now() + 20000; };
  let sent = null; // the form that is on its way
  window.addEventListener("submit", (e) => {
    if (e.defaultPrevented || e.target.method === "dialog") return;
    leave();
    sent = e.target;
  });
  // Who leaves words behind in another form, or in none that was sent, is asked.
  const words = "textarea, input[type=text], input[type=date]";
  window.addEventListener("beforeunload", (e) => {
    if ([...document.querySelectorAll("main form[method=post]:not(#answer)")].some((form) => form !== sent && [...form.elements].some((f) => f.matches(words) && changed(f)))) e.preventDefault();
    if (e.defaultPrevented) leaving = 0;
    else leave();
  });

  // What comes in shows by itself, part by part; what somebody is busy with waits.
  const live = document.querySelector("[data-live]");
  if (window.EventSource && live) follow(live.dataset.live);

  // follow asks for the page again after changes: one at a time, so that none is given up
  // for the next, and with a rest between them where there are many.
  function follow(stream) {
    const parts = (of) => [...of.querySelectorAll("[data-live]")];
    const shown = new Map(parts(document).map((part) => [part.id, part.outerHTML])); // as they came
    const names = (of) => parts(of).map((part) => part.id).join(" ");
    let soon = 0;
    let asking = false;
    let again = false; // there was a change since it was asked for
    let waits = false; // something new waits for a person
    let down = false; // what is pressed is not taken away before it is let go
    let last = 0;
    const later = (ms = 300) => { soon ||= setTimeout(refresh, Math.max(ms, last + 2000 - Date.now())); };
    const refresh = () => {
      soon = 0;
      again = asking;
      if (asking) return;
      asking = true;
      const over = () => { asking = false; last = Date.now(); };
      ask("GET", list(), null, (page) => { over(); take(page); if (again) later(); }, () => { over(); later(5000); });
    };
    const busy = (part) => down || part.querySelector("details[open], dialog[open]") || part.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]), textarea, select")
      || [...part.querySelectorAll("input:not([type=checkbox]), textarea, select")].some(changed) || !getSelection().isCollapsed && getSelection().containsNode(part, true);
    const take = (page) => {
      if (Date.now() < leaving) { later(leaving - Date.now()); return; }
      const held = [];
      const same = page.body.dataset.page === document.body.dataset.page;
      for (const now of parts(document)) {
        const then = same && page.getElementById(now.id);
        if (!now.isConnected || held.some((part) => part.contains(now))) continue;
        if (!then) { held.push(now); anew(); break; }
        if (names(now) && names(now) === names(then) || shown.get(now.id) === then.outerHTML) continue; // its parts are looked at one by one
        if (busy(now)) { held.push(now); continue; }
        for (const part of [then, ...parts(then)]) shown.set(part.id, part.outerHTML);
        put(now, then);
      }
      waits = held.length > 0;
    };
    // anew shows the whole page again, and leaves the focus where it is.
    const anew = () => {
      if (busy(document.body)) return;
      if (document.activeElement.id) history.replaceState(null, "", "#" + document.activeElement.id);
      location.reload();
    };
    for (const what of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) document.addEventListener(what, (e) => { down = e.buttons === 1 && what !== "pointercancel"; }, true);
    for (const what of ["focusout", "toggle", "selectionchange", "pointerup"]) document.addEventListener(what, () => { if (waits) later(); }, true);
    // A browser has few connections to one server: a page that nobody sees holds none.
    let changes = null;
    let before = false; // it listened before, and may have missed something
    const listen = () => {
      changes?.close();
      if (document.hidden) return;
      changes = new EventSource(stream);
      changes.addEventListener("open", () => { if (before) later(); before = true; });
      changes.addEventListener("changed", () => later());
    };
    document.addEventListener("visibilitychange", listen);
    listen();
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
        const leaf = page.getElementById("leaf");
        if (leaf) put(document.getElementById("leaf"), leaf);
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
    if ([...answer.elements].some(changed)) soon(700); // typed before this ran
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
