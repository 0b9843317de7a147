"""What a browser would send for the form on a page, without one."""

from html.parser import HTMLParser


class Fields(HTMLParser):
    """The values of the fields in their order: of the form in which one writes, or of a piece of it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.area: tuple[str, list[str]] | None = None
        self.select = ""
        self.elsewhere = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        name = about.get("name") or ""
        if tag == "form":
            self.elsewhere = "data-guard" not in about
        elif tag == "textarea":
            self.area = (name, [])
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in about:
            self.put(self.select, about.get("value") or "")
        elif tag == "input":
            is_choice = about.get("type") in ("checkbox", "radio")
            if not is_choice or "checked" in about:
                self.put(name, about.get("value") or ("on" if is_choice else ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.elsewhere = True
        elif tag == "textarea" and self.area:
            name, words = self.area
            # A browser leaves out the line end after the tag, and sends the others its own way.
            self.put(name, "".join(words).removeprefix("\n").replace("\n", "\r\n"))
            self.area = None

    def put(self, name: str, value: str) -> None:
        if name and not self.elsewhere and name != "csrfmiddlewaretoken":
            self.sent.setdefault(name, []).append(value)


def fields_of(html: str) -> dict[str, list[str]]:
    """What the form in which one writes sends if nothing is typed."""
    fields = Fields()
    fields.feed(html)
    return fields.sent
