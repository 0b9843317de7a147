// Makes a register quick by keyboard, and lets it go on while the connection is away. Without this file the
// page is a form that is saved at once.
// Marks that wait are in the browser's store for this window alone: a number, a word, a key. They are gone as
// soon as the server has them. The server takes a mark that comes again as the same one.
"use strict";

{
  const form = document.getElementById("register");
  const finder = document.getElementById("finder");
  const find = document.getElementById("find");
  const list = document.getElementById("found");
  const told = document.getElementById("told");
  const closed = Boolean(form && form.querySelector("fieldset:disabled"));
  const FIRST_WAIT = 2000;
  const LONGEST_WAIT = 20000;
  const LOOK = 20000;
  const MOST_SENT = 50;
  const MOST_SHOWN = 8;

  if (form && !closed) start();

  function start() {
    const text = form.dataset;
    const who = form.elements.who.value;
    const place = `marks:${text.marks}`;
    const rows = new Map([...form.querySelectorAll("[data-person]")].map((row) => [row.dataset.person, row]));
    const choices = [...rows.values().next().value.querySelectorAll("[type=radio]")].map((one) => one.value);
    const names = new Map([...rows].map(([person, row]) => [person, fold(`${row.dataset.name} ${row.dataset.called || ""}`).split(/[\s-]+/)]));
    const done = [];
    // What this window has said: a mark of somebody else over it is told.
    const mine = new Map();
    let queue = kept();
    let busy = false;
    let away = false;
    let wait = FIRST_WAIT;
    let timer = null;
    let active = -1;

    // ---- words and accents as people type them
    function fold(name) {
      const plain = { ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ħ: "h", ŧ: "t", ß: "ss" };
      const bare = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
      return bare.replace(/[łøđðþæœıħŧß]/g, (sign) => plain[sign]).replace(/[^\p{L}\p{N}\s-]/gu, "");
    }

    function say(words) {
      if (told.textContent !== words) told.textContent = words;
    }

    function label(row, presence) {
      const chosen = [...row.querySelectorAll("[type=radio]")].find((one) => one.value === presence);
      return presence && chosen ? chosen.parentElement.textContent.trim() : text.unmarked;
    }

    function count(name, number) {
      document.querySelector(`[data-count=${name}]`).textContent = number;
    }

    function counted(name) {
      return Number(document.querySelector(`[data-count=${name}]`).textContent);
    }

    function kind(presence) {
      if (!presence) return "waiting";
      return ["present", "late", "left_early"].includes(presence) ? "there" : "away";
    }

    // ---- a mark, shown at once and sent as soon as it can be
    function kept() {
      let found = null;
      try { found = JSON.parse(window.sessionStorage.getItem(place)); } catch { found = null; }
      if (!found || !Array.isArray(found.marks)) return [];
      if (found.who === who) return found.marks;
      window.sessionStorage.removeItem(place);
      say(text.theirs);
      return [];
    }

    function keep() {
      try {
        if (queue.length) window.sessionStorage.setItem(place, JSON.stringify({ who, marks: queue }));
        else window.sessionStorage.removeItem(place);
      } catch { /* A full or forbidden store: the marks wait in this page alone, which asks before it is left. */ }
    }

    function key() {
      if (window.crypto.randomUUID) return window.crypto.randomUUID();
      const bytes = [...window.crypto.getRandomValues(new Uint8Array(16))];
      const hex = bytes.map((one) => one.toString(16).padStart(2, "0")).join("");
      return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
    }

    function now(row) {
      return { presence: row.dataset.presence, minutes: row.dataset.minutes || "" };
    }

    function set(row, presence, minutes) {
      const before = row.dataset.presence;
      const chosen = [...row.querySelectorAll("[type=radio]")].find((one) => one.value === presence);
      if (chosen) chosen.checked = true;
      row.querySelector(".minutes input").value = minutes;
      row.dataset.presence = presence;
      row.dataset.minutes = minutes;
      if (kind(before) !== kind(presence)) {
        count(kind(before), counted(kind(before)) - 1);
        count(kind(presence), counted(kind(presence)) + 1);
      }
      row.toggleAttribute("data-said", Boolean(presence));
    }

    function mark(person, presence, minutes, undoing) {
      const row = rows.get(person);
      const there = kind(presence) === "there";
      if (!undoing) done.push({ person, ...now(row) });
      set(row, presence, there ? minutes : "");
      row.classList.remove("refused");
      row.toggleAttribute("data-waiting", true);
      row.querySelector("[data-words]").textContent = `${label(row, presence)}: ${text.waits}`;
      const reason = document.getElementById("reason");
      queue.push({
        participation: Number(person),
        presence,
        minutes: there && /^\d{1,4}$/.test(minutes) ? Number(minutes) : null,
        reason: reason ? reason.value : "",
        key: key(),
      });
      keep();
      say(`${row.dataset.name}: ${label(row, presence)}. ${text.left} ${counted("waiting")}`);
      send();
    }

    function undo() {
      const last = done.pop();
      if (!last) return false;
      mark(last.person, last.presence, last.minutes, true);
      return true;
    }

    // ---- to the server and back
    function token() {
      const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
      return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
    }

    async function ask(options) {
      const answer = await fetch(text.marks, { ...options, signal: AbortSignal.timeout(15000) });
      if (answer.status === 403 || new URL(answer.url).pathname.startsWith(text.login)) throw new Error("signed out");
      if (!answer.ok && answer.status !== 400) throw new Error(String(answer.status));
      return answer.json();
    }

    function waiting() {
      return queue.length === 1 ? text.one : text.many.replace("{n}", queue.length);
    }

    async function send() {
      window.clearTimeout(timer);
      if (busy) return;
      busy = true;
      try {
        while (queue.length) {
          const sent = queue.slice(0, MOST_SENT);
          const answer = await ask({
            method: "POST",
            body: JSON.stringify({ who, marks: sent }),
            headers: { "X-CSRFToken": token(), "Content-Type": "application/json" },
          });
          wait = FIRST_WAIT;
          const keys = new Set(sent.map((one) => one.key));
          queue = queue.filter((one) => !keys.has(one.key));
          keep();
          if (answer.refusal) say(answer.refusal);
          else taken(answer);
        }
        if (away) say(text.sent);
        away = false;
      } catch (error) {
        away = true;
        say(error.message === "signed out" ? text.signedOut : waiting());
        timer = window.setTimeout(send, wait);
        wait = Math.min(wait * 1.5, LONGEST_WAIT);
      }
      busy = false;
    }

    function taken(answer) {
      show(answer);
      answer.marks.forEach((one) => {
        const row = rows.get(String(one.participation));
        if (!row) return;
        if (one.refused) {
          row.classList.add("refused");
          row.querySelector("[data-words]").textContent = one.refused;
          say(`${row.dataset.name}: ${one.refused}`);
          const reason = document.getElementById("reason");
          if (one.field === "reason" && reason) reason.focus();
        } else if (one.over) {
          say(`${row.dataset.name}. ${text.over} ${one.over}`);
        }
      });
    }

    // The register as the server has it; what waits here is newer.
    function show(answer) {
      const ahead = new Set(queue.map((one) => String(one.participation)));
      (answer.rows || []).forEach((one) => {
        const person = String(one.participation);
        const row = rows.get(person);
        if (!row || ahead.has(person)) return;
        const newer = one.number > Number(row.dataset.number);
        row.toggleAttribute("data-waiting", false);
        if (row.contains(document.activeElement) && !newer) return;
        if (newer && mine.has(person) && mine.get(person) < one.number && !answer.marks) {
          say(`${row.dataset.name}. ${text.other} ${one.said}`);
        }
        set(row, one.presence, one.minutes === null ? "" : String(one.minutes));
        row.dataset.number = one.number;
        row.toggleAttribute("data-said", !one.waits);
        row.querySelector("[data-words]").textContent = one.said;
        row.querySelector("[data-beside]").replaceChildren(
          ...one.beside.map((words) => Object.assign(document.createElement("span"), { textContent: words })));
        if (answer.marks) mine.set(person, one.number);
      });
      if (!ahead.size) ["there", "away", "waiting"].forEach((name) => count(name, answer.counts[name]));
    }

    async function look() {
      if (!queue.length && !busy && !document.hidden) {
        try { show(await ask({})); } catch { /* The next mark says that the connection is away. */ }
      }
      window.setTimeout(look, LOOK);
    }

    // ---- the field that finds people
    function asked() {
      const parts = find.value.trim().split(/\s+/).filter(Boolean);
      const numbers = parts.filter((one) => /^\d+$/.test(one)).map(Number);
      const words = fold(parts.filter((one) => !/^\d+$/.test(one)).join(" ")).split(/[\s-]+/).filter(Boolean);
      return { words, presence: choices[numbers.length ? numbers[0] : 1], minutes: numbers[1] };
    }

    function matching(words) {
      if (words.join("").length < 2) return [];
      const found = [...names].filter(([, parts]) => words.every((word) => parts.some((one) => one.startsWith(word))));
      found.sort(([one], [other]) =>
        rows.get(one).hasAttribute("data-said") - rows.get(other).hasAttribute("data-said"));
      return found.slice(0, MOST_SHOWN).map(([person]) => person);
    }

    function offer() {
      const people = matching(asked().words);
      list.replaceChildren(...people.map((person) => {
        const row = rows.get(person);
        const option = document.createElement("li");
        option.id = `option-${person}`;
        option.role = "option";
        option.dataset.option = person;
        option.append(row.querySelector("b").cloneNode(true));
        const words = [row.querySelector(".who > small:not(.said, .beside)"), row.querySelector("[data-words]")];
        words.filter((one) => one && one.textContent).forEach((one) => {
          option.append(Object.assign(document.createElement("small"), { textContent: one.textContent }));
        });
        return option;
      }));
      choose(people.length ? 0 : -1);
      list.hidden = !people.length;
      find.setAttribute("aria-expanded", String(!list.hidden));
    }

    function choose(number) {
      active = number;
      [...list.children].forEach((one, nth) => one.setAttribute("aria-selected", String(nth === active)));
      if (active < 0) find.removeAttribute("aria-activedescendant");
      else find.setAttribute("aria-activedescendant", list.children[active].id);
    }

    function take(person) {
      const { presence, minutes } = asked();
      if (presence === undefined) return;
      find.value = "";
      offer();
      mark(person, presence, minutes === undefined ? "" : String(minutes));
      find.focus();
    }

    find.setAttribute("role", "combobox");
    find.setAttribute("aria-autocomplete", "list");
    find.setAttribute("aria-controls", list.id);
    find.setAttribute("aria-expanded", "false");
    document.querySelectorAll("[data-plain]").forEach((one) => { one.hidden = true; });
    document.querySelectorAll("[data-quick]").forEach((one) => { one.hidden = false; });
    // Another list is asked of the server only where not all people are on this page.
    const whole = !document.querySelector(".pager") && !window.location.search;

    find.addEventListener("input", offer);
    find.addEventListener("blur", () => { list.hidden = true; find.setAttribute("aria-expanded", "false"); });
    find.addEventListener("keydown", (event) => {
      const last = list.children.length - 1;
      if (event.key === "ArrowDown" && last >= 0) {
        event.preventDefault();
        if (list.hidden) offer(); else choose(active < last ? active + 1 : 0);
      } else if (event.key === "ArrowUp" && last >= 0) {
        event.preventDefault();
        choose(active > 0 ? active - 1 : last);
      } else if (event.key === "Escape" && find.value) {
        event.preventDefault();
        find.value = "";
        offer();
      } else if (event.key === "z" && (event.ctrlKey || event.metaKey) && !find.value && undo()) {
        event.preventDefault();
      }
    });
    finder.addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.id === "undo-last") return;
      if (active >= 0 && list.children[active]) {
        event.preventDefault();
        take(list.children[active].dataset.option);
      } else if (whole) {
        event.preventDefault();
        if (find.value.trim()) say(text.nobody);
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-option]");
      if (option) take(option.dataset.option);
    });

    // ---- the rows themselves
    form.addEventListener("change", (event) => {
      const row = event.target.closest("[data-person]");
      if (!row) return;
      const presence = row.querySelector("[type=radio]:checked").value;
      const minutes = row.querySelector(".minutes input").value.trim();
      const shown = now(row);
      const timed = kind(presence) === "there" && minutes !== shown.minutes;
      if (presence !== shown.presence || timed) mark(row.dataset.person, presence, minutes);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (document.activeElement) document.activeElement.blur();
    });
    document.getElementById("undo").addEventListener("submit", (event) => {
      if (undo()) event.preventDefault();
    });

    rows.forEach((row) => {
      row.dataset.minutes = row.querySelector(".minutes input").value;
    });
    window.addEventListener("online", send);
    window.addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
    if (queue.length) {
      queue.forEach((one) => {
        const row = rows.get(String(one.participation));
        if (!row) return;
        set(row, one.presence, one.minutes === null ? "" : String(one.minutes));
        row.toggleAttribute("data-waiting", true);
      });
      send();
    }
    window.setTimeout(look, LOOK);
  }
}
