// Remembers how far somebody has read. Without this file the place is the lesson, or the last answer in it.
"use strict";

const form = document.getElementById("lesson");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
let sent = "";
let waiting = null;

function remember(block) {
  if (block === sent) return;
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, place: "1", block });
  fetch(form.dataset.place, { method: "POST", body, keepalive: true })
    .then((answer) => { if (answer.ok) sent = block; })
    // A dropped connection: the next block that is read is sent instead.
    .catch(() => {});
}

const watcher = new IntersectionObserver((seen) => {
  const shown = seen.filter((one) => one.isIntersecting).pop();
  if (!shown) return;
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => remember(shown.target.dataset.block), 1500);
}, { rootMargin: "-20% 0px -60% 0px" });

document.querySelectorAll("[data-block]").forEach((block) => watcher.observe(block));
