// What the pages do better with a script. All of it works without.
"use strict";

// The list of problems takes focus, and its links lead into the fields.
const summary = document.getElementById("problem");
if (summary) summary.focus();

// changed says whether somebody changed a field and did not send it yet.
const changed = (f) => f.type === "checkbox" || f.type === "radio" ? f.checked !== f.defaultChecked
  : f.options ? f.selectedIndex !== Math.max(0, [...f.options].findIndex((o) => o.defaultSelected)) : f.type !== "hidden" && "defaultValue" in f && f.value !== f.defaultValue;

// What was typed and not sent is kept when the page is left, by the back button or a link.
const keep = document.querySelector("form[data-keep]");
if (keep) {
  let sent = false;
  keep.addEventListener("submit", () => { sent = true; });
  keep.addEventListener("input", () => { sent = false; });
  window.addEventListener("pagehide", () => {
    if (!sent && [...keep.elements].some(changed)) navigator.sendBeacon(location.href, new URLSearchParams(new FormData(keep)));
  });
}

// A button that sends is pressed once.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (e.defaultPrevented || form.method === "dialog") return; // it is not sent
  if (form.dataset.sent) {
    e.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
});
// A public page that answers what was sent is asked for when one comes back to it; the
// browser would ask to send all again.
if (!location.pathname.startsWith("/staff/")) history.replaceState(history.state, "");
// A page that the browser kept whole is asked for again: it may be out of date.
window.addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });

// A file that is dropped beside its place does not open in the place of the page.
if (document.querySelector("input[type=file]")) {
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (e) => { if (e.dataTransfer.types.includes("Files")) e.preventDefault(); });
  }
}

const drop = document.getElementById("drop");
if (drop) enhanceFiles(drop);

// enhanceFiles sends files as soon as they are picked or dropped, one after the
// other, and shows how far each is.
function enhanceFiles(box) {
  const input = box.querySelector("input[type=file]");
  const list = document.getElementById("list");
  const told = document.getElementById("told");
  const waiting = [];
  let busy = false;
  let after = null; // the button that was pressed while files were on their way

  box.classList.add("ready");
  box.querySelector("label .plain").hidden = true;
  box.querySelector("label .script").hidden = false;
  const fill = (text, ...values) => text.replace(/%[sd]/g, () => values.shift()).replace("%%", "%");

  window.addEventListener("beforeunload", (e) => { if (busy) e.preventDefault(); }); // a file on its way would be lost
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  input.form.addEventListener("submit", (e) => {
    if (!busy) return;
    after = e.submitter;
    e.preventDefault();
    e.stopPropagation();
  });
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (e) => { e.preventDefault(); box.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
  box.addEventListener("drop", (e) => { e.preventDefault(); take(e.dataTransfer.files); });

  function take(files) {
    waiting.push(...files);
    if (!busy) next();
  }

  function next() {
    const file = waiting.shift();
    busy = Boolean(file);
    if (!file) {
      if (after) input.form.requestSubmit(after);
      return;
    }
    if (file.size > Number(box.dataset.limit)) {
      complain(fill(box.dataset.tooLarge, file.name, box.dataset.mb));
      next();
      return;
    }
    send(file);
  }

  function send(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    name.className = "name";
    name.textContent = file.name;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", fill(box.dataset.uploading, file.name));
    item.append(name, bar);
    list.append(item);
    document.getElementById("none").hidden = true;
    told.textContent = fill(box.dataset.uploading, file.name);

    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("files", file);
    request.open("POST", location.pathname);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (e) => { if (e.lengthComputable) bar.value = 100 * e.loaded / e.total; });
    request.addEventListener("loadend", () => {
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch { /* no answer of ours: said below */ }
      if (request.status !== 200 || !answer) {
        item.remove();
        complain(fill(box.dataset.failed, file.name));
      } else if (answer.added.length === 0) {
        item.remove();
        answer.problems.forEach(complain);
      } else {
        show(item, answer.added[0]);
      }
      document.getElementById("none").hidden = list.children.length > 0;
      next();
    });
    request.send(data);
  }

  // show turns an item from progress into a file that can be removed.
  function show(item, file) {
    const weight = document.createElement("span");
    const remove = document.createElement("button");
    const what = document.createElement("span");
    weight.className = "weight";
    weight.textContent = file.size;
    remove.className = "link";
    remove.name = "remove";
    remove.value = file.id;
    remove.textContent = box.dataset.remove;
    what.className = "vh";
    what.textContent = " " + file.name;
    remove.append(what);
    item.querySelector(".name").textContent = file.name;
    item.querySelector("progress").replaceWith(weight, remove);
    told.textContent = fill(box.dataset.done, file.name);
  }

  // complain shows a problem in the summary, as the server would; who went on stays to
  // read it.
  function complain(text) {
    after = null;
    let box = document.getElementById("problem");
    if (!box) {
      box = document.createElement("div");
      box.className = "summary";
      box.id = "problem";
      box.tabIndex = -1;
      box.setAttribute("role", "alert");
      const title = document.createElement("h2");
      title.textContent = drop.dataset.problem;
      box.append(title, document.createElement("ul"));
      document.getElementById("main").prepend(box);
      document.title = drop.dataset.error + document.title;
    }
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#files";
    link.textContent = text;
    item.append(link);
    box.querySelector("ul").append(item);
    box.focus();
  }
}
