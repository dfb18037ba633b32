// Where pictures come from: chosen, dropped, pasted, or at an address. Without this there are two
// forms. `picture-uploads.js` sends what is told of here.
"use strict";

const section = document.getElementById("pictures");
const files = document.getElementById("files");
const address = document.getElementById("picture-address");
const OVER = "staff-pictures--over";
const ADDRESS = /^https?:\/\/\S+$/i;

function tell(what) {
  section.dispatchEvent(new CustomEvent("pictures:chosen", { detail: what }));
}

// The pictures of a drop or a paste, else the address that came with it; whether there was one.
function take(data) {
  const found = [...data.files];
  const words = (data.getData("text/uri-list") || data.getData("text/plain")).trim().split(/\r?\n/)[0];
  if (found.length) tell({ files: found });
  else if (ADDRESS.test(words)) tell({ address: words });
  else return false;
  return true;
}

files.addEventListener("change", () => {
  tell({ files: [...files.files] });
  files.value = "";
});

address.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = address.elements.url;
  const typed = field.value.trim();
  if (!typed) {
    field.focus();
    return;
  }
  tell({ address: typed });
  field.value = "";
});

const carries = (event, kinds) => kinds.some((kind) => event.dataTransfer.types.includes(kind));

document.addEventListener("dragover", (event) => {
  const inside = section.contains(event.target) && !event.target.matches("input");
  const welcome = inside && carries(event, ["Files", "text/uri-list"]);
  section.classList.toggle(OVER, welcome);
  // A file that misses the place would be opened instead of the page.
  if (welcome || carries(event, ["Files"])) event.preventDefault();
  if (carries(event, ["Files"]) || welcome) event.dataTransfer.dropEffect = welcome ? "copy" : "none";
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) section.classList.remove(OVER);
});
document.addEventListener("drop", (event) => {
  if (carries(event, ["Files"])) event.preventDefault();
  if (!section.classList.contains(OVER)) return;
  event.preventDefault();
  section.classList.remove(OVER);
  take(event.dataTransfer);
});

document.addEventListener("paste", (event) => {
  if (event.target.closest?.("input, textarea, [contenteditable]")) return;
  if (take(event.clipboardData)) event.preventDefault();
});
