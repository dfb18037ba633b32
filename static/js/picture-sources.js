// Where pictures come from: chosen, dropped, pasted, or at an address. Without this there are two
// forms. `picture-uploads.js` sends what is told of here.
"use strict";

const section = document.getElementById("pictures");
const chooser = document.getElementById("files");
const addressForm = document.getElementById("picture-address");
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

chooser.addEventListener("change", () => {
  tell({ files: [...chooser.files] });
  chooser.value = "";
});

addressForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = addressForm.elements.url;
  const typed = field.value.trim();
  if (!typed) {
    field.focus();
    return;
  }
  tell({ address: typed });
  field.value = "";
});

const carries = (event, kind) => event.dataTransfer.types.includes(kind);

document.addEventListener("dragover", (event) => {
  const files = carries(event, "Files");
  // Into a field an address is dropped as text.
  const address = carries(event, "text/uri-list") && !event.target.closest?.("input, textarea");
  const welcome = section.contains(event.target) && (files || address);
  section.classList.toggle(OVER, welcome);
  // A file that misses the place would be opened instead of the page.
  if (!files && !welcome) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = welcome ? "copy" : "none";
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) section.classList.remove(OVER);
});
document.addEventListener("drop", (event) => {
  if (carries(event, "Files")) event.preventDefault();
  if (!section.classList.contains(OVER)) return;
  event.preventDefault();
  section.classList.remove(OVER);
  take(event.dataTransfer);
});

document.addEventListener("paste", (event) => {
  if (event.target.closest?.("input, textarea, [contenteditable]")) return;
  if (take(event.clipboardData)) event.preventDefault();
});
