// Books are dragged to another place of their shelf by their handles. Without this, and by
// keyboard, the buttons beside them do the same.
"use strict";

dragging.sortable({
  lifted: "shelf-book--lifted",

  grip: (event) => event.target.closest("[data-ordered] .tree__grip")?.closest(".shelf-book"),

  place(line, under, event) {
    const over = under?.closest(".shelf-book");
    if (!over || over === line || over.parentElement !== line.parentElement) return;
    const box = over.getBoundingClientRect();
    const upper = event.clientY < box.top + box.height / 2;
    dragging.put(line, over.parentElement, upper ? over : over.nextElementSibling);
  },

  dropped(line) {
    const form = line.querySelector(".shelf-book__drop");
    form.elements.place.value = [...line.parentElement.children].indexOf(line);
    form.requestSubmit();
  },
});
