"""/staff/search/: one box for people, activities and hotlines."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.enums import ListName
from courses.queries.find.searching import Group, Hit, exact, search
from courses.web import words
from courses.web.people import merged_into, places
from lms.kit.text import Text
from lms.web.htmx import is_part_request
from lms.web.search import asked
from lms.web.views import PageView

# Where each list is, and where one of its records.
ADDRESSES = {
    ListName.PEOPLE: ("staff-people", "staff-person"),
    ListName.ACTIVITIES: ("staff-activities", "staff-activity"),
    ListName.HOTLINES: ("staff-hotlines", "staff-hotline"),
}
REASONS = {
    "email": gettext_lazy("E-mail"),
    "register_id": gettext_lazy("Register id"),
    "place": gettext_lazy("Place"),
    "topic": gettext_lazy("Topic"),
    "year": gettext_lazy("Year"),
    "kind": gettext_lazy("Kind"),
    "organisation": gettext_lazy("Organisation"),
    "country": gettext_lazy("Country"),
}


@dataclass(frozen=True)
class Line:
    """One hit: its name, what it is beside that, and why it was found."""

    name: str
    url: str
    about: str
    reasons: list[tuple[Text, str]]


@dataclass(frozen=True)
class Lines:
    heading: Text
    lines: list[Line]
    total: int
    url: str


class SearchPage(PageView):
    """``?q=``; what a register calls exactly so is opened at once."""

    allowed = staticmethod(rules.may_browse_network)
    page_title = gettext_lazy("Search")
    template_name = "courses/find/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # While somebody types, nothing is opened under their hands.
        hit = exact(self.asked) if self.asked and not is_part_request(request) else None
        if hit:
            return HttpResponseRedirect(reverse(ADDRESSES[hit[0]][1], args=[hit[1]]))
        return self.render()

    @cached_property
    def asked(self) -> str:
        return asked(self.request)

    def get_context(self) -> dict[str, Any]:
        return {"asked": self.asked, "groups": [self.lines(group) for group in search(self.asked)]}

    def lines(self, group: Group) -> Lines:
        url = f"{reverse(ADDRESSES[group.name][0])}?{urlencode({'q': self.asked})}"
        return Lines(group.name.label, [line(group.name, hit) for hit in group.hits], group.total, url)


def line(name: ListName, hit: Hit) -> Line:
    record = hit.record
    pk = record.activity_id if name == ListName.ACTIVITIES else record.pk
    called, about = SAID[name]
    reasons: list[tuple[Text, str]] = [(REASONS[key], text) for key, text in hit.reasons]
    return Line(called(record), reverse(ADDRESSES[name][1], args=[pk]), about(record), reasons)


def of_person(person: Any) -> str:
    read_as = merged_into(person)
    return _("read as %(name)s") % {"name": read_as} if read_as else places(person)


def of_activity(version: Any) -> str:
    return f"{version.kind.name} · {words.starts(version)} · {version.get_status_display()}"


def of_hotline(hotline: Any) -> str:
    return str(hotline.country.name)


# How a record of each list is called, and what it is beside that.
SAID: dict[ListName, tuple[Callable[[Any], str], Callable[[Any], str]]] = {
    ListName.PEOPLE: (words.named, of_person),
    ListName.ACTIVITIES: (words.title, of_activity),
    ListName.HOTLINES: (lambda hotline: str(hotline.name), of_hotline),
}
