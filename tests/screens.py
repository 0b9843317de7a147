"""Somebody at the screens of the site without a browser: opens pages, fills in the forms that are there, presses.

What a press sends is what the page's own form holds, hidden fields too, so that a test goes the way a person
goes. Fields and buttons that the form does not have cannot be used.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client

Fields = dict[str, list[str]]


@dataclass
class Form:
    """``values`` is what the page would send untouched; ``names`` are all fields; ``buttons`` are (name, value)
    by what is written on them.
    """

    action: str
    values: Fields = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """All forms of a page that are sent by post."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = self.text = self.button = self.option = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(about.get("action", "")) if about.get("method") == "post" else None
            if self.form:
                self.forms.append(self.form)
        elif self.form is not None:
            start = getattr(self, f"start_{tag}", None)
            if start:
                start(self.form, about)

    def start_input(self, form: Form, about: dict[str, str]) -> None:
        name = about.get("name", "")
        form.names.add(name)
        ticked = about.get("type") in ("checkbox", "radio")
        chosen = not ticked or "checked" in about
        if name and chosen and "disabled" not in about and about.get("type") != "file":
            form.values.setdefault(name, []).append(about.get("value", "on" if ticked else ""))

    def start_select(self, form: Form, about: dict[str, str]) -> None:
        self.select = about.get("name", "")
        form.names.add(self.select)
        form.options[self.select] = {}

    def start_option(self, form: Form, about: dict[str, str]) -> None:
        self.option, self.button_text = about.get("value", ""), ""
        if self.select and ("selected" in about or not form.options[self.select]):
            form.values[self.select] = [self.option]

    def start_textarea(self, form: Form, about: dict[str, str]) -> None:
        self.text, self.button_text = about.get("name", ""), ""
        form.names.add(self.text)

    def start_button(self, form: Form, about: dict[str, str]) -> None:
        self.button, self.button_text = (about.get("name", ""), about.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        if self.text is not None or self.button is not None or self.option is not None:
            self.button_text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if self.form is None:
            return
        if tag == "textarea" and self.text is not None:
            self.form.values[self.text], self.text = [self.button_text.removeprefix("\n")], None
        elif tag == "button" and self.button is not None:
            self.form.buttons[" ".join(self.button_text.split())], self.button = self.button, None
        elif tag == "option" and self.option is not None and self.select:
            self.form.options[self.select][" ".join(self.button_text.split())] = self.option
            self.option = None
        elif tag == "select":
            self.select = None


class Screen:
    """One person's window. ``page`` is the text of what it shows, ``path`` where that is."""

    def __init__(self, client: Client) -> None:
        self.client, self.page, self.path = client, "", ""

    def open(self, path: str) -> "Screen":
        answer = self.client.get(path, follow=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return self._show(answer, path)

    def press(self, button: str, /, **said: Any) -> "Screen":
        """Fill in the form that has this button, and press it. A list chooses several; a field that begins with
        a word of the site is given as it is called in the page.
        """
        forms = [one for one in Forms(self.page).forms if button in one.buttons]
        form = next((one for one in forms if one.names >= set(said)), None)
        assert form, f"{self.path} has no button {button!r} with {set(said)}: {forms}"
        sent = dict(form.values)
        for name, value in said.items():
            sent[name] = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        name, value = form.buttons[button]
        if name:
            sent[name] = [value]
        path = urljoin(self.path, form.action)
        return self._show(self.client.post(path, sent, follow=True), path)

    def option(self, field: str, words: str) -> str:
        """The value of what a choice of the page calls so."""
        for form in Forms(self.page).forms:
            if words in form.options.get(field, {}):
                return form.options[field][words]
        raise AssertionError(f"{self.path} offers no {words!r} for {field!r}")

    def _show(self, answer: Any, path: str) -> "Screen":
        assert answer.status_code == 200, (path, answer.status_code)
        # A refusal stands on the page: a journey that goes on over one proves nothing.
        self.page = answer.text
        self.path = answer.redirect_chain[-1][0] if getattr(answer, "redirect_chain", None) else path
        mistakes = self.page.partition('id="mistakes"')[2].partition("</div>")[0]
        assert not mistakes, (path, mistakes)
        return self
