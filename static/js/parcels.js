// A hand scanner ends each number with Enter: the next empty field takes the next one, and the last
// Enter sends the form. Without this the form is filled in by Tab.
const NUMBERS = "input[name^='tracking_number-']";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(NUMBERS) || !event.target.value.trim()) return;
  const next = [...document.querySelectorAll(NUMBERS)].find((field) => !field.value.trim());
  if (!next) return;
  event.preventDefault();
  next.focus();
});
