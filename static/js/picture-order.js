// Pictures are put in order by dragging, or one place after the other by their buttons. Without
// this the buttons are of a form.
"use strict";

const section = document.getElementById("pictures");
const LIFTED = "picture--lifted";
const FAR = 5; // pixels, from which on it is no click
const EDGE = 48; // pixels, within which the page is scrolled

const list = () => section.querySelector(".pictures");
const tiles = () => [...list().children];

let kept = tiles();
let sending = false;
let changed = false;
let accepted = false;
let drag = null;

function put(tile, before) {
  // Keeps the focus where a browser can do it.
  if (list().moveBefore) list().moveBefore(tile, before);
  else list().insertBefore(tile, before);
}

async function keep() {
  changed = true;
  if (sending) return;
  sending = true;
  while (changed) {
    changed = accepted = false;
    const sent = tiles();
    const form = document.getElementById("picture-order");
    await htmx.ajax("POST", form.action, { source: form, target: "#picture-list", swap: "outerHTML" }).catch(() => {});
    if (accepted) kept = sent;
    else restore();
  }
  sending = false;
}

section.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id === "picture-order") accepted = event.detail.successful;
});

// As the shop has them; after a swap there are other ones.
function restore() {
  const others = tiles().filter((tile) => !kept.includes(tile));
  for (const tile of [...kept, ...others]) if (tile.isConnected) put(tile, null);
  kept = tiles();
}

function tell(tile) {
  const all = tiles();
  const text = document.getElementById("picture-list").dataset.place;
  const place = all.indexOf(tile) + 1;
  document.getElementById("changed").textContent = text.replace("{place}", place).replace("{count}", all.length);
}

section.addEventListener("click", (event) => {
  const button = event.target.closest(".picture__earlier, .picture__later");
  if (!button) return;
  event.preventDefault();
  const tile = button.closest(".picture");
  const earlier = button.name === "earlier";
  const neighbour = earlier ? tile.previousElementSibling : tile.nextElementSibling;
  if (neighbour) {
    put(tile, earlier ? neighbour : neighbour.nextElementSibling);
    button.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest" });
    keep();
  }
  tell(tile);
});

section.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(event.pointerType === "touch" ? ".picture__grip" : ".picture__frame");
  if (!handle || event.button !== 0 || tiles().length < 2) return;
  const tile = handle.closest(".picture");
  drag = { tile, before: tile.nextElementSibling, x: event.clientX, y: event.clientY, over: null };
});

// Else the browser drags the image itself.
section.addEventListener("dragstart", (event) => event.preventDefault());

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const { tile, x, y } = drag;
  const lifted = tile.classList.contains(LIFTED);
  if (!lifted && Math.hypot(event.clientX - x, event.clientY - y) < FAR) return;
  tile.classList.add(LIFTED);
  if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 4);
  if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 4);
  const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".picture");
  // Of another height, it may come under the pointer again once they have changed places.
  if (over === drag.over) return;
  drag.over = over;
  if (!over || over === tile) return;
  const all = tiles();
  put(tile, all.indexOf(over) > all.indexOf(tile) ? over.nextElementSibling : over);
});

function drop(back) {
  if (!drag) return;
  const { tile, before } = drag;
  drag = null;
  tile.classList.remove(LIFTED);
  if (back) put(tile, before);
  if (tile.nextElementSibling === before) return;
  keep();
  tell(tile);
}

document.addEventListener("pointerup", () => drop(false));
document.addEventListener("pointercancel", () => drop(true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drop(true);
});
