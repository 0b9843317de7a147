"""The search box of a list page, and the one that stands on every page of who may search everything."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from lms.kit.text import Text
from lms.people.models import User
from lms.web.permissions import Rule

# Each word is a search through all names: nobody has more words than this, and twenty thousand take minutes.
LONGEST = 100
MOST_WORDS = 8


def asked(request: HttpRequest) -> str:
    """The first words of `?q=`."""
    return first_words(request.GET.get("q", ""))


def first_words(text: str) -> str:
    """Few enough to look for, one space between, without the one character no text column can hold."""
    return " ".join(text.replace("\0", "")[:LONGEST].split()[:MOST_WORDS])


@dataclass(frozen=True)
class Everywhere:
    """A box on every page: what it is called, and the page that answers it."""

    label: Text
    url_name: str
    allowed: Rule

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_boxes: dict[str, Everywhere] = {}


def register(label: Text, url_name: str, allowed: Rule) -> None:
    """Add a box, or replace the one with the same `url_name`; `allowed(user)` is the rule of its page."""
    _boxes[url_name] = Everywhere(label, url_name, allowed)


def box_for(user: object) -> Everywhere | None:
    """The first box that the user may use; None for somebody who is not signed in."""
    if not isinstance(user, User):
        return None
    return next((box for box in _boxes.values() if box.allowed(user)), None)
