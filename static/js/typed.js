// Each form of a page that staff work on shows the page anew. What was typed into its other forms,
// and not sent yet, is put into the new ones.
"use strict";

const FIELDS = "textarea, select, input:not([type=hidden], [type=search], [type=file])";
const unsent = new Map();

const isChosen = (field) => field.matches("[type=radio], [type=checkbox]");
const place = (field) => [field.form?.action, field.name, isChosen(field) ? field.value : ""].join(" ");

function isTyped(field) {
  if (isChosen(field)) return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const given = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(given, 0);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  unsent.clear();
  if (!target.matches("[data-keeps-typed]")) return;
  for (const field of target.querySelectorAll(FIELDS)) {
    if (field.form === requestConfig.elt || !isTyped(field)) continue;
    unsent.set(place(field), isChosen(field) ? field.checked : field.value);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const part = document.getElementById(event.detail.target.id);
  for (const field of unsent.size ? part.querySelectorAll(FIELDS) : []) {
    if (!unsent.has(place(field))) continue;
    field[isChosen(field) ? "checked" : "value"] = unsent.get(place(field));
  }
  unsent.clear();
});
