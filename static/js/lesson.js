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

// Keeping a reflection: the text stays in its field until the site has said that it is kept.
function failed(event) {
  const words = event.target.closest?.(".keep")?.querySelector("[data-failed]");
  if (words) words.hidden = false;
}
["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((name) => document.addEventListener(name, failed));
document.addEventListener("htmx:configRequest", (event) => {
  // Signing in again in another window changes the token of this page.
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (cookie && event.target.closest(".keep")) event.detail.parameters.csrfmiddlewaretoken = cookie[1];
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  // Signed out: going to the sign-in page would take the text along.
  if (!event.target.closest(".keep") || !event.detail.xhr.getResponseHeader("HX-Redirect")) return;
  event.preventDefault();
  failed(event);
});
