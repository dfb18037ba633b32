// What the lists that are put in order by dragging have in common. It stands before them on the
// page: an address within a script would not change with the content of the file it names.
"use strict";

const FAR = 5; // pixels, from which on it is no click
const EDGE = 48; // pixels, within which the page is scrolled

let drag = null;

function put(thing, list, before) {
  // Keeps the focus where a browser can do it.
  if (list.moveBefore) list.moveBefore(thing, before);
  else list.insertBefore(thing, before);
}

// `grip` answers what to drag, if anything; `place` puts it where it would go above what is under
// the pointer; `dropped` is told where it has another place than before.
function sortable({ lifted, grip, place, dropped }) {
  document.addEventListener("pointerdown", (event) => {
    const thing = event.button === 0 && grip(event);
    if (!thing) return;
    const { parentElement: list, nextElementSibling: before } = thing;
    drag = { thing, list, before, lifted, place, dropped, x: event.clientX, y: event.clientY };
  });
}

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const { thing, lifted, place, x, y } = drag;
  if (!thing.classList.contains(lifted) && Math.hypot(event.clientX - x, event.clientY - y) < FAR) return;
  thing.classList.add(lifted);
  if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 4);
  if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 4);
  place(thing, document.elementFromPoint(event.clientX, event.clientY), event);
});

function drop(back) {
  if (!drag) return;
  const { thing, list, before, lifted, dropped } = drag;
  drag = null;
  thing.classList.remove(lifted);
  // Another list may have come in its place meanwhile.
  if (!thing.isConnected) return;
  if (back) put(thing, list, before);
  if (thing.parentElement !== list || thing.nextElementSibling !== before) dropped(thing);
}

document.addEventListener("pointerup", () => drop(false));
document.addEventListener("pointercancel", () => drop(true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drop(true);
});

globalThis.dragging = { put, sortable };
