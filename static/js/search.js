// The field for searching as a combobox. Without this it is a field of a form.
"use strict";

const field = document.getElementById("search");
const list = document.getElementById("suggestions");
const announced = document.getElementById("suggestions-status");
let chosen = -1;
// What comes after the list was closed or the words were sent is not shown any more.
let awaited = false;

const options = () => [...list.querySelectorAll("[role=option]")];

function choose(place) {
  const all = options();
  all[chosen]?.setAttribute("aria-selected", "false");
  chosen = place;
  const option = all[place];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function show(open) {
  list.hidden = !open;
  field.setAttribute("aria-expanded", String(open));
  awaited = open;
  choose(-1);
}

function step(by) {
  const count = options().length;
  // From the field itself, -1, downwards to the first and upwards to the last.
  choose(((chosen + 1 + by + count + 1) % (count + 1)) - 1);
}

const keys = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Escape: () => show(false),
  Enter: () => options()[chosen]?.click(),
};

if (field && list) {
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions-list" };
  for (const [name, value] of Object.entries(roles)) field.setAttribute(name, value);

  field.addEventListener("input", () => {
    awaited = field.value.trim() !== "";
    if (awaited) return;
    list.replaceChildren();
    show(false);
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" && options().length) {
        event.preventDefault();
        show(true);
      }
      return;
    }
    // Enter with no option chosen sends the form.
    if (!(event.key in keys) || (event.key === "Enter" && chosen < 0)) return;
    event.preventDefault();
    keys[event.key]();
  });

  // The field keeps the focus while an option is clicked.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  field.addEventListener("blur", () => show(false));
  field.form.addEventListener("submit", () => show(false));

  list.addEventListener("htmx:beforeSwap", (event) => {
    // An error has its own page, which would not fit into a list.
    if (!awaited || event.detail.xhr.status !== 200) event.detail.shouldSwap = false;
  });

  list.addEventListener("htmx:afterSwap", () => {
    for (const option of options()) option.setAttribute("aria-selected", "false");
    show(options().length > 0);
    announced.textContent = list.querySelector("[data-status]")?.dataset.status ?? announced.dataset.none;
  });
}
