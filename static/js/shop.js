// What htmx leaves to the page. Everything works without it.
"use strict";

// A swap removes the element that had the focus: its replacement takes it, or the part that came.
let asking = null;
let focused = null;
const opened = new Set();

document.addEventListener("htmx:beforeRequest", () => {
  asking = document.activeElement;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  // A button that is disabled meanwhile has lost the focus, and nothing else has got it.
  const active = document.activeElement === document.body ? asking : document.activeElement;
  focused = active !== document.body && target.contains(active) ? active.id || "?" : null;
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
  const again = document.getElementById(focused);
  const part = document.getElementById(event.detail.target.id);
  focused = null;
  if (again) {
    again.focus({ preventScroll: true });
  } else if (part) {
    part.setAttribute("tabindex", "-1");
    part.focus({ preventScroll: true });
  }
});

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
