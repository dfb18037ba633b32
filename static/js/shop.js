// What htmx leaves to the page. Everything works without it.
"use strict";

// A swap removes the element that had the focus: its replacement takes it, or the part that came.
let asking = null;
let sent = null;
let focused = null;
// What was typed into it after the request was sent.
let typed = null;
const opened = new Set();

document.addEventListener("htmx:beforeRequest", () => {
  asking = document.activeElement;
  sent = asking.value;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  // A button that is disabled meanwhile has lost the focus, and nothing else has got it.
  const active = document.activeElement === document.body ? asking : document.activeElement;
  focused = active !== document.body && target.contains(active) ? active.id || "?" : null;
  const edited = focused && active.matches("input, textarea") && active.value !== active.defaultValue;
  typed = edited && !(active === asking && active.value === sent) ? active.value : null;
  opened.clear();
  for (const part of document.querySelectorAll("details[id][open]")) opened.add(part.id);
});

document.addEventListener("htmx:afterSettle", () => {
  for (const id of opened) {
    const part = document.getElementById(id);
    if (part) part.open = true;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (focused === null) return;
  const part = document.getElementById(event.detail.target.id);
  const again = document.getElementById(focused) ?? part?.querySelector(".chip");
  focused = null;
  if (again) {
    again.focus({ preventScroll: true });
    keep(again);
  } else if (part) {
    part.setAttribute("tabindex", "-1");
    part.focus({ preventScroll: true });
  }
});

// Its form is told of it, as of any other change, when the field is left: not at once, since htmx
// listens to what it has put in only 20 ms later.
const SETTLING = 50;
function keep(field) {
  if (typed === null || field.value === typed) return;
  field.value = typed;
  const tell = () => field.dispatchEvent(new Event("change", { bubbles: true }));
  field.addEventListener("blur", () => setTimeout(tell, SETTLING), { once: true });
}

// What stands outside the part that was swapped and tells of it: the title, what is heard, the
// links to other languages, the field for searching.
document.addEventListener("htmx:afterSettle", (event) => {
  const list = document.querySelector("[data-title]");
  if (!list || list.id !== event.detail.target?.id) return;
  document.title = list.dataset.title;
  document.getElementById("changed").textContent = list.dataset.status;
});
for (const moved of ["htmx:pushedIntoHistory", "htmx:historyRestore"]) {
  document.addEventListener(moved, () => {
    const rest = location.pathname.slice(document.documentElement.dataset.prefix.length) + location.search;
    for (const link of document.querySelectorAll("a[data-prefix]")) link.href = link.dataset.prefix + rest;
    const words = document.querySelector("[data-title]") && document.getElementById("search");
    if (words && words !== document.activeElement) words.value = new URLSearchParams(location.search).get("q") ?? "";
  });
}

// A field that only helps to choose among others is no filter itself: its form is not told of it.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.matches("[data-own]")) event.stopPropagation();
  },
  true,
);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".filters [data-own]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  if (!event.target.closest(".filters__found a")) return;
  event.preventDefault();
  document.getElementById("filters-fold").open = false;
  document.getElementById("catalogue").scrollIntoView();
});

// The shop did not answer at all: say so where notices are.
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    const place = document.getElementById("notices");
    const text = document.createElement("p");
    text.className = "notice notice--danger";
    text.textContent = place.dataset.offline;
    place.replaceChildren(text);
  });
}
