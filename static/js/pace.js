// Pauses and a daily pace that somebody sets for themselves. All of it stays in this browser's storage, under one
// name, and nothing is sent: there is no request in this file. Without it the page simply has no such control.
"use strict";

const KEY = "pace";
const BREAK = 10 * 60000;
const box = document.getElementById("pace");
const said = document.getElementById("pace-said");
const minutes = document.getElementById("pace-minutes");
const lessons = document.getElementById("pace-lessons");

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].join("-");
}

// {minutes, lessons, day, done, from, seen}: what is wished for, lessons of a day, and this sitting's two ends.
function load() {
  try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
}

function store(kept) {
  try {
    if (kept.minutes || kept.lessons) localStorage.setItem(KEY, JSON.stringify(kept));
    else localStorage.removeItem(KEY);
  } catch { /* A browser that stores nothing suggests nothing beyond this page. */ }
}

function change(changes) {
  const kept = { ...load(), ...changes };
  store(kept);
  return kept;
}

function say(which) {
  said.querySelector("p").textContent = document.getElementById(which).content.textContent;
  said.hidden = false;
}

// A sitting goes on as long as nobody was away for ten minutes.
function look() {
  const kept = load();
  if (!kept.minutes || document.hidden) return;
  const now = Date.now();
  const from = kept.seen && now - kept.seen < BREAK ? kept.from : now;
  change({ from, seen: now });
  if (now - from >= kept.minutes * 60000) say("pace-pause");
}

function begin() {
  const kept = load();
  minutes.value = String(kept.minutes || 0);
  lessons.value = String(kept.lessons || 0);
  box.hidden = false;
  if (kept.lessons && kept.day === today() && kept.done >= kept.lessons) say("pace-enough");
  look();
}

minutes.addEventListener("change", () => {
  change({ minutes: Number(minutes.value), from: Date.now(), seen: Date.now() });
});
lessons.addEventListener("change", () => change({ lessons: Number(lessons.value) }));
document.getElementById("pace-heard").addEventListener("click", () => {
  said.hidden = true;
  if (load().minutes) change({ from: Date.now(), seen: Date.now() });
});
document.getElementById("lesson").addEventListener("submit", (event) => {
  const kept = load();
  if (!kept.lessons || (event.submitter && event.submitter.name === "leave")) return;
  change({ day: today(), done: (kept.day === today() ? kept.done || 0 : 0) + 1 });
});
window.setInterval(look, 30000);
begin();
