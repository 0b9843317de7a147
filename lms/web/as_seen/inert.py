"""The content of a finished page with everything taken out that could lead or send somewhere."""

from html.parser import HTMLParser

from django.utils.html import escape
from django.utils.safestring import SafeString

SWITCHED_OFF = {"button", "input", "select", "textarea"}
# What a link or a form does; a form keeps its fields, to be looked at.
LEADING = {
    "href",
    "action",
    "method",
    "formaction",
    "formmethod",
    "target",
    "ping",
    "popovertarget",
    "autofocus",
}
Attributes = list[tuple[str, str | None]]


def content_of(page: str) -> tuple[SafeString, str]:
    """What stands in the ``main`` of a page, made inert, and the class of its ``body``.

    Links lead nowhere, forms have no address and no field that takes anything, scripts are gone; all else
    is as it was, letter by letter.
    """
    parser = _Inert()
    parser.feed(page)
    parser.close()
    # The page was made, and escaped, by our own templates.
    return SafeString("".join(parser.kept)), parser.body_class


class _Inert(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.body_class = ""
        self.inside = False
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag == "body":
            self.body_class = dict(attrs).get("class") or ""
        elif tag == "main":
            self.inside = True
        elif tag == "script":
            self.in_script = True
        elif not (tag == "input" and dict(attrs).get("type") == "hidden"):
            self.keep(self.inert(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.inside = False
        elif tag == "script":
            self.in_script = False
        else:
            self.keep(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.keep(data)

    def handle_entityref(self, name: str) -> None:
        self.keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.keep(f"&#{name};")

    def keep(self, text: str) -> None:
        if self.inside and not self.in_script:
            self.kept.append(text)

    def inert(self, tag: str, attrs: Attributes) -> str:
        left = [(name, value) for name, value in attrs if not _acts(name)]
        if tag in SWITCHED_OFF and "disabled" not in dict(left):
            left.append(("disabled", None))
        if left == attrs:
            return self.get_starttag_text() or ""
        return f"<{tag}{''.join(map(_written, left))}>"


def _acts(name: str) -> bool:
    return name in LEADING or name.startswith(("hx-", "data-hx-", "on"))


def _written(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    return f" {name}" if value is None else f' {name}="{escape(value)}"'
