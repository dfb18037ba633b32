// A list of records that follows what happens stands still while somebody reads in it: while something
// is unfolded, marked, or has the focus.
"use strict";

const isRead = (list) =>
  list.querySelector("details[open]") !== null ||
  list.contains(document.activeElement) ||
  (!getSelection().isCollapsed && list.contains(getSelection().anchorNode));

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-live]") && (document.hidden || isRead(elt))) event.preventDefault();
});
