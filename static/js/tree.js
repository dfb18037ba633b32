// Categories are dragged to another place by their handles. Without this, and by keyboard, the
// buttons beside them do the same.
"use strict";

const DEEPER = 28; // pixels to the right of a name, from which on it is dropped below it

dragging.sortable({
  lifted: "tree__branch--lifted",

  grip: (event) => event.target.closest(".tree__grip")?.closest(".tree__branch"),

  place(branch, under, event) {
    const row = under?.closest(".tree__row");
    const over = row?.parentElement;
    if (!over || branch.contains(over)) return;
    const name = row.querySelector(".tree__name").getBoundingClientRect();
    const box = row.getBoundingClientRect();
    const upper = event.clientY < box.top + box.height / 2;
    const level = over.querySelector(":scope > .tree__level");
    if (!upper && event.clientX > name.left + DEEPER) dragging.put(branch, level, level.firstElementChild);
    else dragging.put(branch, over.parentElement, upper ? over : over.nextElementSibling);
  },

  dropped(branch) {
    const form = branch.querySelector(":scope > .tree__row > .tree__place");
    form.elements.parent_id.value = branch.parentElement.dataset.parent;
    form.elements.place.value = [...branch.parentElement.children].indexOf(branch);
    form.requestSubmit();
  },
});
