// Any list of staff by keyboard, and ticks of its rows. Everything works without it. It is a module:
// <script type="module" src="{{ asset('js/list-keys.js') }}"></script>.
//
//   <table data-list-keys>                              the list: one on a page
//     <tr data-row>                                     j or ↓ and k or ↑ go from row to row
//       <input type="checkbox" data-tick>               x ticks it; Shift+x, or Shift and a click,
//                                                       all from the one that was ticked before
//       <a href="..." data-open>                        Enter opens it: this link has the focus
//   <input type="checkbox" data-tick-all>               ticks all rows that are shown, or none
//   <span data-ticked>0</span>                          how many are ticked
//   <button data-key="p" data-for-ticked>               p presses it. Where nothing is ticked,
//                                                       `data-for-ticked` ticks the row at hand
//   <details data-keys>                                 what the keys are: staff-keys.js shows it, too
//
// Rows may be swapped by htmx at any time: nothing is kept but the row that was ticked last.

const HERE = "row-at-hand";
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
let last = null;

const list = () => document.querySelector("[data-list-keys]");
const rows = () => [...(list()?.querySelectorAll("[data-row]") ?? [])];
const tick = (row) => row?.querySelector("[data-tick]");
const ticks = () => rows().map(tick).filter(Boolean);

function here() {
  const focused = document.activeElement.closest?.("[data-row]");
  return focused ?? list()?.querySelector(`.${HERE}`) ?? null;
}

function goTo(row) {
  if (!row) return;
  for (const each of rows()) each.classList.toggle(HERE, each === row);
  (row.querySelector("[data-open]") ?? tick(row))?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  goTo(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function count() {
  const all = ticks();
  const ticked = all.filter((each) => each.checked).length;
  for (const place of document.querySelectorAll("[data-ticked]")) place.textContent = ticked;
  for (const each of document.querySelectorAll("[data-tick-all]")) {
    each.checked = ticked > 0 && ticked === all.length;
    each.indeterminate = ticked > 0 && ticked < all.length;
  }
}

function set(box, checked, range) {
  const all = ticks();
  const [from, to] = [all.indexOf(last), all.indexOf(box)];
  const meant = range && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
  for (const each of meant) each.checked = checked;
  last = box;
  count();
}

function press(button) {
  if ("forTicked" in button.dataset && !ticks().some((box) => box.checked)) {
    const box = tick(here());
    if (box) set(box, true, false);
  }
  button.click();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-tick]");
  // By now it is as the click has left it.
  if (box) set(box, box.checked, event.shiftKey);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  for (const each of ticks()) each.checked = event.target.checked;
  count();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches(TYPING) || document.querySelector("dialog[open]") || !list()) return;
  if (act(pressed(event), event.shiftKey)) event.preventDefault();
});

// A letter by the place of its key, which is the same in the Russian layout.
function pressed(event) {
  return event.code.startsWith("Key") ? event.code.at(-1).toLowerCase() : event.key;
}

// Whether the key meant anything.
function act(key, shift) {
  if (key === "j" || key === "ArrowDown") step(1);
  else if (key === "k" || key === "ArrowUp") step(-1);
  else if (key === "x" && tick(here())) {
    const box = tick(here());
    set(box, shift || !box.checked, shift);
  } else return !shift && actOnPage(key);
  return true;
}

function actOnPage(key) {
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (button) press(button);
  return button !== null;
}

document.addEventListener("htmx:afterSettle", count);
// A browser that goes back ticks what was ticked.
window.addEventListener("pageshow", count);
count();
