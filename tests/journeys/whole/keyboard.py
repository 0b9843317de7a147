"""Taking a course with the keyboard alone: every step is a key, and wherever the focus is it has to be seen."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

# What has the focus, as somebody at the screen would say it, and whether they could see that it has.
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const group = at.closest('fieldset') || at.form || at;
  const block = at.closest('[data-block], section[id^=question-]');
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  // What fills the screen is not scrolled to when it gets the focus: its edges are seen beside the middle.
  const y = box.height > innerHeight ? innerHeight / 2
    : Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return {
    kind: at.type || at.tagName.toLowerCase(),
    name: at.name || '', value: at.value || '', text: at.textContent.trim(),
    choice: at.matches('button.choice'),
    chosen: [...group.querySelectorAll('input:checked')].map(field => field.value),
    part: block ? block.id : '',
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
    uncovered: box.width < 2 || (box.bottom > 0 && box.top < innerHeight && !!top
      && (at.contains(top) || top.contains(at) || [...(at.labels || [])].some(label => label.contains(top)))),
  };
}"""
# More than any page of the site has places to stop at.
STOPS = 400


@dataclass
class Keyboard:
    page: Page
    unseen: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab(self, key: str = "Tab") -> dict[str, Any] | None:
        """The next place; None between the last of the page and the first."""
        self.press(key)
        at: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        if at and not (at["outlined"] and at["uncovered"]):
            self.unseen.append(f"{self.page.url}: {at['kind']} {at['name']} {at['text'][:40]}")
        return at

    def to(self, text: str, kind: str = "") -> dict[str, Any]:
        """Tab to what begins with this text."""
        for _stop in range(STOPS):
            at = self.tab()
            if at and at["text"].startswith(text) and kind in at["kind"]:
                return at
        pytest.fail(f"Tab does not lead to {text!r} on {self.page.url}")

    def follow(self, text: str, kind: str = "") -> None:
        self.to(text, kind)
        with self.page.expect_navigation():
            self.press("Enter")

    # --- a lesson

    def take_lesson(self) -> None:
        """Answer whatever comes, in one pass from the top, and go on to the next."""
        if self.page.locator("form#lesson").count() == 0:
            self.follow("Go on")
        here = self.page.url.split("#")[0].split("?")[0]
        checked: set[str] = set()
        for _stop in range(STOPS):
            at = self.tab()
            if at is None:
                continue
            if at["text"].startswith("Done."):
                self.press("Enter")
                self.page.wait_for_url(lambda url: not url.startswith(here))
                return
            self.answer(at, checked)
        pytest.fail(f"{here} has no end")

    def answer(self, at: dict[str, Any], checked: set[str]) -> None:
        if at["choice"]:
            self.send()
        elif at["text"] == "Check my answer" and at["part"] not in checked:
            checked.add(at["part"])
            self.send()
        elif at["kind"] in ("radio", "checkbox") and not at["chosen"]:
            self.press("Space")
        elif at["kind"] == "select-one" and not at["value"]:
            self.press("ArrowDown")
        elif at["kind"] == "text" and not at["value"]:
            self.page.keyboard.type("3")

    def send(self) -> None:
        """Press what has the focus; the answer is shown and the focus stays where it was sent from."""
        self.page.evaluate("document.getElementById('saving').textContent = ''")
        self.press("Enter")
        expect(self.page.locator("#saving")).to_contain_text("Saved a moment ago")
        assert self.page.evaluate("document.activeElement.matches('[data-block]')")

    # --- an assessment

    def fill_in(self, right: dict[str, dict[str, Any]]) -> None:
        """Give these answers by the name of their fields, and submit."""
        for _stop in range(STOPS):
            at = self.tab()
            if at is None:
                continue
            if at["text"] == "Submit" and at["name"] == "submit":
                with self.page.expect_navigation():
                    self.press("Enter")
                return
            self.put(at, right)
        pytest.fail("Tab does not lead to the end of the assessment")

    def put(self, at: dict[str, Any], right: dict[str, dict[str, Any]]) -> None:
        name, _, slot = at["name"].partition("-")
        wanted = right.get(name, {})
        if at["kind"] == "radio":
            self.turn_to(wanted["chosen"], "ArrowDown")
        elif at["kind"] == "checkbox" and at["value"] in wanted["chosen"]:
            self.press("Space")
        elif at["kind"] == "select-one" and slot:
            self.turn_to([wanted["placed"][slot]], "ArrowDown")
        elif at["kind"] == "text":
            self.page.keyboard.type(wanted["text"])

    def turn_to(self, wanted: list[str], key: str) -> None:
        """Turn a group of radio buttons, or a list, to the value wanted."""
        self.press("Space" if self.page.evaluate("document.activeElement.type") == "radio" else key)
        for _turn in range(30):
            if self.page.evaluate("document.activeElement.value") in wanted:
                return
            self.press(key)
        pytest.fail(f"{key} does not lead to {wanted}")

    # --- no trap

    def round(self, key: str) -> set[str]:
        """Go through the page by Tab or Shift+Tab until it is left; the places, a group of buttons as one."""
        places: set[str] = set()
        for _stop in range(STOPS):
            at = self.tab(key)
            if at is None and places:
                return places
            if at:
                places.add(f"{at['kind']} {at['name'] or at['text']}")
        pytest.fail(f"{key} does not lead out of {self.page.url}")
