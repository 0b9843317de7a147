"""Changes by hand as a table: what was, what is, why, and the way back."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.enums import Stage
from courses.models import Entry, FactChange
from courses.web import words
from lms.people.models import Person
from lms.web.tables import Cell, Header, Table, paged, simple

MOST_LINES = 12
PAGE_SIZE = 50


def changes(shown: Sequence[FactChange], *, about: str, linked: bool) -> Table:
    """``about`` says in the caption whose they are; ``linked`` for whoever may take them back."""
    labels = [_("Was"), _("Is"), _("Why"), _("Recorded"), _("Change")]
    rows = [
        [
            _lines([_struck(one.reversal.entry) for one in change.amendments.all()]) or _("nothing"),
            _lines(_is(change)) or _("nothing in its place"),
            change.reason,
            f"{words.reader_time(change.recorded_at)}, {words.who(change.recorded_by)}",
            _way_back(change) if linked else Cell(None),
        ]
        for change in shown
    ]
    return simple(about, [Header(label) for label in labels], rows)


def paged_changes(found: QuerySet[FactChange], asked: QueryDict, *, about: str, linked: bool) -> Table:
    """A page of them; `?changed=2` asks for the next."""
    return paged(
        found,
        lambda shown: changes(shown, about=about, linked=linked),
        asked,
        key="changed",
        page_size=PAGE_SIZE,
    )


def _is(change: FactChange) -> list[SafeString | str]:
    amended = [one.successor for one in change.amendments.all() if one.successor is not None]
    return [fact(entry) for entry in [*amended, *(one.entry for one in change.added.all())]]


def _lines(lines: Sequence[SafeString | str]) -> SafeString | str:
    told = list(lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        told.append(_("and %(number)s more") % {"number": len(lines) - MOST_LINES})
    return format_html_join("; ", "{}", ((line,) for line in told))


def _struck(entry: Entry) -> SafeString:
    return words.struck(fact(entry))


def fact(entry: Entry) -> str:
    """One fact in a line: whom it is about, what and when, and as whose people."""
    without = _("%(number)s without names") % {"number": entry.headcount}
    who = words.named(entry.person) if entry.person else without
    stage = _("was absent") if entry.absent else Stage(entry.stage).label
    when = f" {words.day(entry.happened_on)}" if entry.happened_on else ""
    return f"{who}: {stage}{when}, {words.organisation(entry)}"


def _way_back(change: FactChange) -> Cell:
    if getattr(change, "undoing", None) is not None:
        return Cell(_("taken back"))
    return Cell(_("Undo"), reverse("staff-undo-facts", args=[change.pk]))


def person_of(person: Person | None) -> str:
    return words.named(person) if person else _("people without names")
