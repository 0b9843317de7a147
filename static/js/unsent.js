// Before a form marked data-unsent is sent, asks whether the site answers: without that, the browser would put
// a page of its own in the place of what was tapped and typed. Nothing of it is stored, and nothing is sent by
// itself: whoever filled it in presses once more. Without this file the browser sends the form.
// The address asked is the form's own, so that no other line of a log tells when somebody pressed.
"use strict";

{
  const words = document.getElementById("unsent");
  const PATIENCE = 15000;
  let asking = false;

  function say(text) {
    words.textContent = text;
    words.hidden = !text;
    if (text) words.scrollIntoView({ block: "nearest" });
  }

  // Signing in again in another window changes the token of this page.
  function renew(form) {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (cookie) form.elements.csrfmiddlewaretoken.value = cookie[1];
  }

  async function whyNot(form) {
    const options = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
    try {
      const answer = await fetch(form.action, options);
      if (new URL(answer.url).pathname.startsWith(words.dataset.login)) return words.dataset.signedOut;
      // An address that only takes what is sent answers too.
      return answer.status < 500 ? "" : words.dataset.away;
    } catch {
      return words.dataset.away;
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("unsent" in form.dataset) || form.dataset.answers) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    say("");
    whyNot(form).then((reason) => {
      asking = false;
      if (reason) {
        say(reason);
        return;
      }
      renew(form);
      form.dataset.answers = "yes";
      form.requestSubmit(event.submitter);
      delete form.dataset.answers;
    });
  }, { capture: true });
}
