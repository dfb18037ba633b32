// Books are dragged to another place of their shelf by their handles. Without this, and by
// keyboard, the buttons beside them do the same.
"use strict";

const LIFTED = "shelf-book--lifted";
const FAR = 5; // pixels, from which on it is no click
const EDGE = 48; // pixels, within which the page is scrolled

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-ordered] .tree__grip");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  const line = grip.closest(".shelf-book");
  drag = { line, before: line.nextElementSibling, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const { line, y } = drag;
  if (!line.classList.contains(LIFTED) && Math.abs(event.clientY - y) < FAR) return;
  line.classList.add(LIFTED);
  if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 4);
  if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 4);
  const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".shelf-book");
  if (!over || over === line || over.parentElement !== line.parentElement) return;
  const box = over.getBoundingClientRect();
  const above = event.clientY < box.top + box.height / 2;
  line.parentElement.insertBefore(line, above ? over : over.nextElementSibling);
});

function drop(back) {
  if (!drag) return;
  const { line, before } = drag;
  drag = null;
  line.classList.remove(LIFTED);
  if (back) line.parentElement.insertBefore(line, before);
  if (line.nextElementSibling === before) return;
  const form = line.querySelector(".shelf-book__drop");
  form.elements.place.value = [...line.parentElement.children].indexOf(line);
  form.requestSubmit();
}

document.addEventListener("pointerup", () => drop(false));
document.addEventListener("pointercancel", () => drop(true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drop(true);
});
