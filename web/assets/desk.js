// What the pages of the mailroom do better with a script. All of it works without.
"use strict";

(() => {
  // The head of a letter stays in view: how tall it is says how much of the page it hides.
  const heads = new ResizeObserver(measure);
  function measure() {
    const stuck = [...document.querySelectorAll(".letterhead, .due")].find((e) => getComputedStyle(e).position === "sticky");
    const height = stuck?.offsetHeight || 0;
    document.documentElement.style.setProperty("--head", height + "px");
    return height;
  }

  // dress fits what the server wrote to a page with scripts.
  function dress() {
    heads.disconnect();
    for (const head of document.querySelectorAll(".letterhead, .due")) heads.observe(head);
    measure();
    for (const hint of document.querySelectorAll("[data-script]")) hint.hidden = false;
    for (const link of document.querySelectorAll(".spot a")) link.tabIndex = -1; // the field itself leads there
  }
  dress();

  // left is what the server writes about a time that is left.
  function left(ms) {
    const late = ms < 0 ? " late" : "";
    const minutes = Math.floor(Math.abs(ms) / 60000);
    const hours = Math.floor(minutes / 60);
    if (hours < 1) return minutes + " min" + late;
    if (hours < 48) return hours + " h " + String(minutes % 60).padStart(2, "0") + " min" + late;
    return Math.floor(hours / 24) + " days" + late;
  }

  // The time that is left runs while one looks. The server's clock counts: what it wrote
  // is where the page begins.
  const started = new Map();
  function tick() {
    for (const time of document.querySelectorAll("time[data-left]")) {
      if (!started.has(time)) started.set(time, Date.now());
      if (Date.now() - started.get(time) < 30000) continue;
      const ms = new Date(time.dateTime) - Date.now();
      time.textContent = left(ms);
      time.classList.toggle("late", ms < 0);
      time.classList.toggle("soon", ms >= 0 && ms < 4 * 3600000);
    }
  }
  tick();
  setInterval(tick, 30000);

  // The place of a field is lit while it has the focus.
  const lit = (field, on) => {
    const box = document.getElementById(field.dataset.box);
    if (!box) return;
    box.classList.toggle("on", on);
    if (on) box.closest(".scanpage").querySelector("rect.on").scrollIntoView({ block: "center", behavior: "auto" });
  };
  document.addEventListener("focusin", (e) => { if (e.target.dataset?.box) lit(e.target, true); });
  document.addEventListener("focusout", (e) => { if (e.target.dataset?.box) lit(e.target, false); });

  // c, then Enter (or c again) confirms a letter; e goes to its first field.
  // The button in view presses that of the form, which is no default of its fields: Enter
  // in a field saves.
  const confirm = () => document.getElementById("confirm");
  document.addEventListener("click", (e) => { if (e.target === confirm()) press("#fields [value=confirm]"); });
  document.body.classList.add("scripted");
  const press = (css) => document.querySelector(css)?.click();
  const keys = {
    c: () => { if (document.activeElement === confirm()) confirm()?.click(); else confirm()?.focus(); },
    e: () => document.querySelector("#fields [name]:not([type=hidden])")?.focus(),
    j: () => press("[data-next]"),
    k: () => press("[data-previous]"),
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || document.body.dataset.keys === "off" || e.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    if (!keys[e.key] || !document.querySelector(".letterdesk")) return;
    e.preventDefault();
    keys[e.key]();
  });

  // A page that is shown anew leads to its place again: browsers do so only the first
  // time, and scroll to where they were after that.
  const place = document.getElementById(location.hash.slice(1));
  if (place) {
    history.scrollRestoration = "manual";
    place.focus();
    place.scrollIntoView({ block: "nearest" }); // it may have the focus already, under the head
  }

  // What comes in shows by itself; what somebody is busy with stays.
  const parts = document.querySelectorAll("[data-live]");
  if (window.EventSource && parts.length) {
    let asking = null;
    const refresh = () => {
      asking?.abort();
      asking = new XMLHttpRequest();
      asking.open("GET", location.pathname + location.search.replace(/([?&])done=[^&]*/, "$1"));
      asking.responseType = "document";
      asking.onload = () => {
        const page = asking.response;
        if (!page || asking.status >= 400) return;
        if (document.querySelector("button:active")) { // half a click
          later();
          return;
        }
        for (const now of document.querySelectorAll("[data-live]")) {
          const then = page.getElementById(now.id);
          if (then && !busy(now)) now.replaceWith(document.adoptNode(then));
          if (!then && !document.querySelector(".letterdesk")) now.remove();
          if (!then && document.querySelector(".letterdesk") && !busy(document.querySelector(".reads"))) letter(page);
        }
      };
      asking.send();
    };
    // letter shows all of a letter anew when its pages are read; what has the focus keeps it
    // and its place under the head.
    const letter = (page) => {
      const parts = (of) => [...of.querySelector("main").children].filter((p) => !p.matches("link, script, .notice"));
      const here = document.activeElement.id;
      const stands = () => (document.getElementById(here) || document.querySelector(".letterdesk")).getBoundingClientRect().top - measure();
      const stood = stands();
      const old = parts(document);
      old[0].before(...parts(page).map((p) => document.adoptNode(p)));
      for (const p of old) p.remove();
      dress();
      document.getElementById(here)?.focus({ preventScroll: true });
      scrollBy({ top: stands() - stood, behavior: "instant" });
    };
    // busy says that somebody has the focus in a part, or wrote something into it.
    const busy = (part) => part.querySelector("details[open]") !== null || part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select, button")
      || [...part.querySelectorAll("input[type=text], textarea")].some((f) => f.value !== f.defaultValue);
    let soon = 0;
    const later = () => {
      clearTimeout(soon);
      soon = setTimeout(refresh, 300);
    };
    new EventSource("/staff/desk/changes").addEventListener("changed", later);
  }

  // Files are dropped onto the form, and show how far they are.
  const zone = document.getElementById("dropzone");
  if (zone) {
    const input = zone.querySelector("input[type=file]");
    const bar = document.getElementById("sending");
    const problem = document.getElementById("sending-said");
    const say = (words) => { bar.hidden = true; problem.hidden = !words; problem.textContent = words; zone.querySelector("button").disabled = false; };
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (e) => {
      e.preventDefault();
      if (!e.dataTransfer.files.length) return;
      input.files = e.dataTransfer.files;
      zone.requestSubmit();
    });
    zone.addEventListener("submit", (e) => {
      if (e.defaultPrevented) return;
      e.preventDefault();
      const request = new XMLHttpRequest();
      request.open("POST", zone.action);
      request.upload.addEventListener("progress", (p) => { if (p.lengthComputable) bar.value = 100 * p.loaded / p.total; });
      request.addEventListener("load", () => {
        if (request.status < 400 && request.responseURL) { location.href = request.responseURL; return; }
        const said = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main"); // nothing in it runs
        say(said ? said.innerText.trim().replace(/\s+/g, " ") : "The files were not taken in. Try again.");
      });
      request.addEventListener("error", () => say("The connection broke. What had arrived whole is kept; drop the files again."));
      say("");
      bar.hidden = false;
      zone.querySelector("button").disabled = true;
      request.send(new FormData(zone));
    });
  }
})();
