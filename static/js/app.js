// Small comforts only: every page does its work without this file.
"use strict";

// Paper cannot be unfolded: open what is folded while printing, and fold it again afterwards.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((details) => { details.open = true; });
});
window.addEventListener("afterprint", () => {
  opened.forEach((details) => { details.open = false; });
});

// A second press of a slow button must not send a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  window.setTimeout(() => { delete form.dataset.sent; }, 5000);
});

// After mistakes were found, start reading at the list of them.
const mistakes = document.getElementById("mistakes");
if (mistakes) mistakes.focus();
