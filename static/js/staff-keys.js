// Shortcuts of staff pages: `/` or Ctrl+K to the search, `g` and a letter to a page, `?` for help.
// By the places of keys, so that they are the same in the Russian layout. Nothing needs them.
"use strict";

const help = document.getElementById("staff-keys");
const box = document.getElementById("search");
// How long after `g` a letter is still the second half of it.
const PATIENCE = 1500;
let goes = false;
let forgotten;

const doors = () => [...document.querySelectorAll(".staff-menu [data-go]")];

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

// With what the page at hand says of its own keys.
function explain() {
  const here = document.querySelector("details[data-keys]");
  const told = here ? [...here.children].filter((each) => each.tagName !== "SUMMARY") : [];
  help.querySelector("[data-here]").replaceChildren(...told.map((each) => each.cloneNode(true)));
  help.showModal();
}

function waitForLetter() {
  goes = true;
  clearTimeout(forgotten);
  forgotten = setTimeout(() => { goes = false; }, PATIENCE);
}

function go(event) {
  goes = false;
  const door = doors().find((each) => `Key${each.dataset.go.toUpperCase()}` === event.code);
  if (!door) return;
  event.preventDefault();
  // The same letter may do something else in a list.
  event.stopImmediatePropagation();
  door.click();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK" && !event.shiftKey) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  if (event.ctrlKey || event.metaKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (goes) go(event);
  else if (event.code === "KeyG" && !event.shiftKey) waitForLetter();
  else if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    explain();
  } else if (event.code === "Slash") {
    event.preventDefault();
    box.focus();
    box.select();
  }
}, { capture: true });

document.getElementById("staff-keys-opener")?.addEventListener("click", explain);
