// The search box of every page: "/" goes there, arrows go through what was found.
"use strict";

const writes = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

function toTheBox() {
  const box = document.querySelector("[data-hits]") || document.querySelector("[data-find]");
  const side = box.closest("[popover]");
  // On a narrow screen the box is in the menu.
  if (side && getComputedStyle(side).display === "none") side.showPopover();
  box.focus();
  box.select();
}

function along(step) {
  const found = [...document.querySelectorAll("#hits a")];
  const at = found.indexOf(document.activeElement);
  const inBox = document.activeElement.matches("[data-hits]");
  if (at < 0 && !inBox) return false;
  const next = at + step;
  if (next < 0 && at === 0) toTheBox();
  else if (found[next]) found[next].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !writes(event.target)) {
    event.preventDefault();
    toTheBox();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (along(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  }
});
