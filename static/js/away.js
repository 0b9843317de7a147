// Hides a page at once when "Leave now" is pressed, while what it holds is still being sent.
"use strict";

const away = document.getElementById("away");
const parts = [...document.querySelectorAll("body > .frame > :not(main), main > :not(#away)")];
const title = document.title;

function hide(hidden) {
  parts.forEach((part) => { part.hidden = hidden; });
  away.hidden = !hidden;
  document.title = hidden ? document.querySelector(".brand").textContent : title;
  if (hidden) away.focus();
}
