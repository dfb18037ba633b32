// The form of a book: Ctrl+Enter saves it, and nobody leaves it by mistake with changes in it.
// Without this the form is a form like any other.
const form = () => document.getElementById("book-form");
let changed = form()?.hasAttribute("data-changed") ?? false;

document.addEventListener("input", (event) => {
  if (form()?.contains(event.target)) changed = true;
});

document.addEventListener("submit", (event) => {
  if (event.target === form()) changed = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  if (!form()?.contains(event.target)) return;
  event.preventDefault();
  form().requestSubmit(document.getElementById("save-book"));
});

window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
