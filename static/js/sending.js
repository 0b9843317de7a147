// Sends the forms of a lesson, so that the page and all that was chosen and written in it stay while they are
// sent, and while the connection is away. Without this file the browser sends them.
// Nothing is kept in the browser's storage: work computers are shared. The server takes a repeated answer as
// the same one.
"use strict";

{
  const words = document.getElementById("saving");
  const FIRST_WAIT = 2000;
  const LONGEST_WAIT = 20000;
  const LEAVE = "leave";
  // What was pressed and is not sent yet, in that order: each form's last press, and leaving after all of them.
  const pressed = new Map();
  let busy = false;
  let passing = false;
  let wait = FIRST_WAIT;
  let timer = null;

  function say(text) {
    [words, document.getElementById("away-saving")].forEach((place) => {
      if (place.textContent !== text) place.textContent = text;
    });
  }

  // Signing in again in another window changes the token of this page.
  function token(form) {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
  }

  function post(form, button) {
    const body = new FormData(form);
    body.delete("csrfmiddlewaretoken");
    if (button && button.name) body.append(button.name, button.value);
    return fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token(form) },
      signal: AbortSignal.timeout(15000),
    });
  }

  // The answered block as the server shows it now. The rest of the page stays as it is.
  function show(block, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(block.id);
    if (!fresh) throw new Error("signed out");
    block.replaceChildren(...fresh.childNodes);
    block.tabIndex = -1;
    block.focus({ preventScroll: true });
    block.scrollIntoView();
    window.history.replaceState(null, "", `#${block.id}`);
  }

  function goOn(answer, key) {
    passing = true;
    if (key === LEAVE) window.location.replace(answer.url);
    // Without a fragment the next page would take over the one of this.
    else window.location.assign(`${answer.url}#main`);
  }

  async function send(key, press) {
    const { form, button } = press;
    const answer = await post(form, button);
    // Signed out, this page's token is taken no more either.
    if (answer.status === 403) throw new Error("signed out");
    if (!answer.ok) throw new Error(String(answer.status));
    const block = form.closest("[data-block]");
    const html = await answer.text();
    if (new URL(answer.url).pathname.startsWith(words.dataset.login)) throw new Error("signed out");
    // Pressed again meanwhile: what stands in the form now is sent as well, and nothing is shown before.
    if (pressed.get(key) !== press) return;
    pressed.delete(key);
    if (block) show(block, html);
    else if (!pressed.has(LEAVE)) goOn(answer, key);
  }

  async function sendAll() {
    window.clearTimeout(timer);
    if (busy || passing) return;
    busy = true;
    try {
      while (pressed.size && !passing) {
        await send(...pressed.entries().next().value);
        wait = FIRST_WAIT;
      }
      if (!passing) say(words.dataset.saved);
    } catch (error) {
      say(error.message === "signed out" ? words.dataset.signedOut : words.dataset.unsaved);
      timer = window.setTimeout(sendAll, wait);
      wait = Math.min(wait * 1.5, LONGEST_WAIT);
    }
    busy = false;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (passing || form.method !== "post" || !document.getElementById("main").contains(form)) return;
    // What is kept for own eyes goes by htmx alone (lesson.js), else it is sent twice.
    if (form.classList.contains("keep")) return;
    event.preventDefault();
    const button = event.submitter;
    const key = button && button.name === LEAVE ? LEAVE : form;
    if (key === LEAVE) hide(true);
    // A lesson is finished after all that was answered in it.
    pressed.delete(key);
    pressed.set(key, { form, button });
    sendAll();
  }, { capture: true });

  window.addEventListener("online", sendAll);
  window.addEventListener("beforeunload", (event) => {
    if (pressed.size && !passing) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  document.getElementById("back").addEventListener("click", () => {
    pressed.delete(LEAVE);
    hide(false);
  });
}
