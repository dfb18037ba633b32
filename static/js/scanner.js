// A scanner types an ISBN and Enter: in a box for several lines, Enter sends it all the same.
// Shift and Enter begins another line, and what is pasted keeps its lines.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!event.target.matches?.("textarea[data-scanned]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
