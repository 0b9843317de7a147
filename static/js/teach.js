// Drag to reorder, and a word before unsaved text is left. Without this file the buttons do the same.
"use strict";

// What is dragged moves in the page, and with it the hidden fields whose order the server reads.
document.querySelectorAll("[data-sort]").forEach((form) => {
  let held = null;
  let moved = false;

  form.querySelectorAll("[data-handle]").forEach((handle) => {
    handle.hidden = false;
    handle.draggable = true;
  });

  form.addEventListener("dragstart", (event) => {
    if (!event.target.matches || !event.target.matches("[data-handle]")) return;
    held = event.target.closest("[data-item]");
    moved = false;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(held, 0, 0);
  });

  form.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault();
    const kind = held.dataset.item;
    const over = event.target.closest(`[data-item="${kind}"]`);
    if (over && over !== held) {
      const box = over.getBoundingClientRect();
      over[event.clientY > box.top + box.height / 2 ? "after" : "before"](held);
      moved = true;
    } else if (!over) {
      // A module without lessons takes the first one.
      const around = event.target.closest("[data-item]");
      const list = around && around.querySelector(`[data-list="${kind}"]`);
      if (list && !list.contains(held)) {
        list.append(held);
        moved = true;
      }
    }
  });

  // What moved in the page while it was dragged does not always say that the drag has ended.
  function dropped() {
    if (!held) return;
    held = null;
    if (!moved) return;
    if (form.dataset.sort === "save") form.requestSubmit();
    else form.dataset.unsaved = "";
  }
  form.addEventListener("drop", (event) => {
    if (held) event.preventDefault();
    dropped();
  });
  form.addEventListener("dragend", dropped);
});

document.querySelectorAll("[data-guard]").forEach((form) => {
  let leaving = false;
  form.addEventListener("input", () => { form.dataset.unsaved = ""; });
  form.addEventListener("htmx:beforeRequest", () => { form.dataset.unsaved = ""; });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && "unsaved" in form.dataset) event.preventDefault();
  });
});

// A page that is not the form, a login for example, must not take the place of what was typed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (!serverResponse.includes(`id="${target.id}"`)) event.detail.shouldSwap = false;
});
