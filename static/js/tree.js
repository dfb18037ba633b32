// Categories are dragged to another place by their handles. Without this, and by keyboard, the
// buttons beside them do the same.
"use strict";

const LIFTED = "tree__branch--lifted";
const FAR = 5; // pixels, from which on it is no click
const DEEPER = 28; // pixels to the right of a name, from which on it is dropped below it
const EDGE = 48; // pixels, within which the page is scrolled

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".tree__grip");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  const branch = grip.closest(".tree__branch");
  drag = { branch, list: branch.parentElement, before: branch.nextElementSibling, x: event.clientX, y: event.clientY };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const { branch, x, y } = drag;
  if (!branch.classList.contains(LIFTED) && Math.hypot(event.clientX - x, event.clientY - y) < FAR) return;
  branch.classList.add(LIFTED);
  if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 4);
  if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 4);
  const row = document.elementFromPoint(event.clientX, event.clientY)?.closest(".tree__row");
  const over = row?.parentElement;
  if (!over || branch.contains(over)) return;
  put(branch, over, row, event);
});

function put(branch, over, row, event) {
  const name = row.querySelector(".tree__name").getBoundingClientRect();
  const box = row.getBoundingClientRect();
  if (event.clientX > name.left + DEEPER && event.clientY > box.top + box.height / 2) {
    over.querySelector(":scope > .tree__level").prepend(branch);
  } else {
    over.parentElement.insertBefore(branch, event.clientY < box.top + box.height / 2 ? over : over.nextElementSibling);
  }
}

function drop(back) {
  if (!drag) return;
  const { branch, list, before } = drag;
  drag = null;
  branch.classList.remove(LIFTED);
  if (back) list.insertBefore(branch, before);
  if (branch.parentElement === list && branch.nextElementSibling === before) return;
  const form = branch.querySelector(":scope > .tree__row > .tree__place");
  form.elements.parent_id.value = branch.parentElement.dataset.parent;
  form.elements.place.value = [...branch.parentElement.children].indexOf(branch);
  form.requestSubmit();
}

document.addEventListener("pointerup", () => drop(false));
document.addEventListener("pointercancel", () => drop(true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drop(true);
});
