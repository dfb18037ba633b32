// Pictures are put in order by dragging, or one place after the other by their buttons. Without
// this the buttons are of a form.
"use strict";

const section = document.getElementById("pictures");

const list = () => section.querySelector(".pictures");
const tiles = () => [...list().children];

let kept = tiles();
let sending = false;
let changed = false;
let accepted = false;
let last = null;

const put = (tile, before) => dragging.put(tile, list(), before);

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

// Else the browser drags the image itself.
section.addEventListener("dragstart", (event) => event.preventDefault());

dragging.sortable({
  lifted: "picture--lifted",

  grip(event) {
    const handle = event.target.closest(event.pointerType === "touch" ? ".picture__grip" : ".picture__frame");
    last = null;
    return tiles().length > 1 && handle?.closest(".picture");
  },

  place(tile, under) {
    const over = under?.closest(".picture");
    // Of another height, it may come under the pointer again once they have changed places.
    if (over === last) return;
    last = over;
    if (!over || over === tile) return;
    const all = tiles();
    put(tile, all.indexOf(over) > all.indexOf(tile) ? over.nextElementSibling : over);
  },

  dropped(tile) {
    keep();
    tell(tile);
  },
});
