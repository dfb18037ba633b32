// Rows that are edited in their place: e opens the row at hand, Esc leaves it as it was. Everything
// else is the form's own: Enter saves, Tab goes on. Without it the pencil leads to the book's page.

const typing = (target) => target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    // The form may have come while the focus was still on its row's link.
    const form = event.target.closest?.(".row-form") ?? (typing(event.target) ? null : document.querySelector(".row-form"));
    const leave = form?.querySelector("[data-leave]");
    if (leave) {
      event.preventDefault();
      leave.click();
    }
  } else if (event.code === "KeyE" && !event.shiftKey && !typing(event.target)) {
    const row = document.activeElement.closest?.("[data-row]") ?? document.querySelector(".row-at-hand");
    const edit = row?.querySelector("[data-edit]");
    if (edit) {
      event.preventDefault();
      edit.click();
    }
  }
});
