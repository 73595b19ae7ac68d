// What the pages of the mailroom do better with a script. All of it works without.
"use strict";

(() => {
  // The head of a letter stays in view: how tall it is says how much of the page it hides.
  const heads = new ResizeObserver(measure);
  function measure() {
    const stuck = [...document.querySelectorAll(".letterhead, .due")].find((e) => getComputedStyle(e).position === "sticky");
    document.documentElement.style.setProperty("--head", (stuck?.offsetHeight || 0) + "px");
  }

  // dress fits what the server wrote to a page with scripts.
  function dress() {
    heads.disconnect();
    for (const head of document.querySelectorAll(".letterhead, .due")) heads.observe(head);
    for (const hint of document.querySelectorAll("[data-script]")) hint.hidden = false;
    for (const link of document.querySelectorAll(".spot a")) link.tabIndex = -1; // the field itself leads there
    measure(); // as it is now: what is shown above makes it taller
  }
  dress();
  document.addEventListener("fresh", dress); // a part was shown anew

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
  if (document.activeElement?.dataset.box) lit(document.activeElement, true); // before this ran

  // The button in view presses that of the form, which is no default of its fields: Enter
  // in a field saves.
  document.addEventListener("click", (e) => { if (e.target.id === "confirm") document.querySelector("#fields [value=confirm]").click(); });
  document.body.classList.add("scripted");

  // A page that is shown anew leads to its place again: browsers do so only the first
  // time, and scroll to where they were after that.
  const place = document.getElementById(location.hash.slice(1));
  if (place) {
    history.scrollRestoration = "manual";
    place.focus();
    place.scrollIntoView({ block: "nearest" }); // it may have the focus already, under the head
  }

  // Files are dropped onto the form, and show how far they are.
  const zone = document.getElementById("dropzone");
  if (zone) {
    const input = zone.querySelector("input[type=file]");
    const bar = document.getElementById("sending");
    const problem = document.getElementById("sending-said");
    const waiting = []; // files that were dropped while others are on their way
    let sending = false;
    const now = (on) => { sending = on; bar.hidden = !on; zone.querySelector("button").disabled = on; };
    const say = (words) => { now(false); problem.hidden = !words; problem.textContent = words; };
    window.addEventListener("beforeunload", (e) => { if (sending) e.preventDefault(); }, true);
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (e) => {
      e.preventDefault();
      if (e.dataTransfer.files.length) waiting.push(e.dataTransfer.files);
      if (!sending) next();
    });
    const next = () => {
      const files = waiting.shift();
      if (!files) return false;
      input.files = files;
      zone.requestSubmit();
      return true;
    };
    zone.addEventListener("submit", (e) => {
      e.preventDefault();
      if (sending) return;
      const request = new XMLHttpRequest();
      request.open("POST", zone.action);
      request.upload.addEventListener("progress", (p) => { if (p.lengthComputable) bar.value = 100 * p.loaded / p.total; });
      request.addEventListener("load", () => {
        if (request.status < 400) {
          now(false);
          if (!next()) location.href = request.responseURL;
          return;
        }
        const said = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main"); // nothing in it runs
        say(said ? said.innerText.trim().replace(/\s+/g, " ") : "The files were not taken in. Try again.");
      });
      request.addEventListener("error", () => say("The connection broke. What had arrived whole is kept; drop the files again."));
      say("");
      now(true);
      request.send(new FormData(zone));
    });
  }
})();
