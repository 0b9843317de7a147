// Saves an attempt while it is answered. Without this file every button of the form does the same.
// Nothing is kept in the browser's storage: work computers are shared. What could not be sent stays in the
// fields and is sent again, one request at a time; the server takes a repeated one as the same answer.
"use strict";

const form = document.getElementById("attempt");
const words = document.getElementById("saving");
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 20000;

let dirty = false;
let busy = false;
let closed = false;
let passing = false;
let wait = FIRST_WAIT;
let timer = null;
let pressed = null;

function say(text) {
  [words, document.getElementById("away-saving")].forEach((place) => {
    if (place.textContent !== text) place.textContent = text;
  });
}

// Signing in again in another window changes the token of this page.
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
}

function later(milliseconds) {
  window.clearTimeout(timer);
  timer = window.setTimeout(save, milliseconds);
}

async function send() {
  const body = new FormData(form);
  body.delete("csrfmiddlewaretoken");
  const answer = await fetch(form.action, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": token() },
    redirect: "manual",
    signal: AbortSignal.timeout(15000),
  });
  if (answer.type === "opaqueredirect") throw new Error("signed out");
  if (answer.status === 409) {
    closed = true;
    say((await answer.json()).sentence);
  } else if (answer.ok) {
    Object.entries((await answer.json()).saved).forEach(([name, value]) => { form.elements[name].value = value; });
    if (!dirty) say(words.dataset.saved);
  } else {
    throw new Error(String(answer.status));
  }
}

async function save() {
  window.clearTimeout(timer);
  if (busy || passing) return;
  if (closed) {
    dirty = false;
    if (pressed) goOn();
    return;
  }
  busy = true;
  dirty = false;
  let sent = false;
  try {
    await send();
    sent = true;
    wait = FIRST_WAIT;
  } catch (error) {
    dirty = true;
    say(error.message === "signed out" ? words.dataset.signedOut : words.dataset.unsaved);
    wait = Math.min(wait * 1.5, LONGEST_WAIT);
  }
  busy = false;
  if (dirty) later(sent ? 0 : wait);
  else if (pressed) goOn();
}

// What the pressed button asks for, once everything is saved.
function goOn() {
  const button = pressed;
  pressed = null;
  passing = true;
  if (button.name === "leave") window.location.replace(form.dataset.left);
  else form.requestSubmit(button);
}

function moveOn(id) {
  const next = document.getElementById(id);
  if (next) next.focus();
}

function answered() {
  dirty = true;
  // What was said of the answer before is not true of this one.
  if (words.textContent === words.dataset.saved) say("");
  later(600);
}

function submitted(event) {
  if (passing) return;
  event.preventDefault();
  dirty = true;
  if (event.submitter && event.submitter.name === "save") {
    moveOn(event.submitter.value);
  } else {
    pressed = event.submitter;
    if (pressed && pressed.name === "leave") hide(true);
  }
  save();
}

function stay(event) {
  if ((dirty || busy) && !passing && !closed) event.preventDefault();
}

function watchTheTime() {
  const left = new Date(form.dataset.due) - new Date();
  const button = form.querySelector("[name=submit]");
  if (left > 300000) window.setTimeout(() => say(words.dataset.soon), left - 300000);
  // A timer that is too long would fire at once.
  if (left > 0 && left < 2 ** 31) window.setTimeout(() => form.requestSubmit(button), left + 1000);
}

// Once the time is over there is nothing to save: the buttons do their own work.
if (!form.querySelector("button[name=save]")) passing = true;
form.addEventListener("input", answered);
form.addEventListener("submit", submitted);
window.addEventListener("online", () => { if (dirty) later(0); });
window.addEventListener("beforeunload", stay);
// Back from the result, the page would still think that it is on its way.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
document.getElementById("back").addEventListener("click", () => { pressed = null; hide(false); });
if (form.dataset.due && !passing) watchTheTime();
