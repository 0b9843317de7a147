"""/staff/counts/facts/: the rows behind one number."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.enums import CountStage, Dimension, Stage, Unit
from courses.models import ActivityKind, ActivityVersion
from courses.queries.counts import Code, Question
from courses.queries.counts.facts import HotlineBehind, PersonBehind, open_number
from courses.queries.facts import Fact
from courses.web import words
from courses.web.counts.asking import AskForm
from courses.web.counts.links import freeze_url, page_url, query_of
from courses.web.counts.refusing import refused
from courses.web.counts.tables import column, value_labels
from lms.web.tables import Cell, Header, Pager, Table, address, simple
from lms.web.views import PageView

PAGE_SIZE = 50


class FactsPage(PageView):
    allowed = staticmethod(rules.may_read_counts)
    page_title = gettext_lazy("The facts behind a number")
    template_name = "courses/counts/facts.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AskForm(request.GET)
        if not form.is_valid():
            return refused(request, form)
        self.code, self.kind = asked_code(request.GET.get("count", ""))
        self.question = form.question()
        return self.render()

    def get_page_title(self) -> str:
        return f"{self.kind.name}: {column(CountStage(self.code.stage), Unit(self.code.unit))}"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Training counts"), page_url(self.question))]

    def get_context(self) -> dict[str, Any]:
        found = opened(self.code, self.question, self.request.GET)
        return found | {"about": about(self.question), "freeze_url": self._freeze_url(found["number"])}

    def _freeze_url(self, number: int) -> str:
        """'' for a number of an earlier day, and for none at all."""
        if self.question.moment or not number:
            return ""
        return freeze_url([*query_of(self.question), ("count", str(self.code))])


def asked_code(text: str) -> tuple[Code, ActivityKind]:
    """The count in the address; 404 where there is no such count."""
    try:
        if "\0" in text:
            # No column can hold it, so the database would refuse the question itself.
            raise Http404
        code = Code.parse(text)
        return code, ActivityKind.objects.get(code=code.kind)
    except (ValueError, ActivityKind.DoesNotExist):
        raise Http404 from None


def about(question: Question) -> list[tuple[str, str]]:
    """The question in words: its span, its moment and its filters."""
    first, last = words.day(question.span.first), words.day(question.span.last)
    pairs = [(_("Span"), f"{first} – {last}")]
    if question.as_of:
        pairs.append((_("As known at the end of"), words.day(question.as_of)))
    for dimension, value in question.where:
        label = value_labels(dimension, {value or None})[value or None]
        pairs.append((Dimension(dimension).label.capitalize(), str(label)))
    return pairs


def opened(code: Code, question: Question, query: QueryDict) -> dict[str, Any]:
    """A number, its rule, and the page of its rows that the address asks for."""
    asked = query.get("page", "")
    place = max(int(asked), 1) if asked.isdecimal() and len(asked) < 9 else 1
    page = open_number(code, question, offset=(place - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return {
        "number": page.number,
        "rule": code.words,
        "table": table_of(page.rows, code, pager(place, page.total, query)),
        "rows_differ": code.of_taking_part and page.number != page.total,
    }


def pager(place: int, total: int, query: QueryDict) -> Pager:
    first = (place - 1) * PAGE_SIZE + 1
    last = min(place * PAGE_SIZE, total)
    previous_url = address(query, page=place - 1) if place > 1 else ""
    next_url = address(query, page=place + 1) if last < total else ""
    return Pager(first, last, total, previous_url, next_url)


def table_of(rows: list[Any], code: Code, pages: Pager) -> Table:
    """The rows as the unit has them; all of them name what they are about."""
    shapes: dict[Unit, tuple[list[str], Callable[[Any], list[Any]]]] = {
        Unit.PEOPLE: ([_("Name"), _("Register id"), _("Times")], person_row),
        Unit.EVENTS: (
            [_("Activity"), _("Starts"), _("Host"), _("Country"), _("Funder"), _("Source")],
            event_row,
        ),
        Unit.HOTLINES: ([_("Hotline"), _("Country"), _("Hosted or attended")], hotline_row),
    }
    headings, row_of = shapes.get(Unit(code.unit), (entry_headings(), entry_row))
    numeric = {_("Times"), _("Hosted or attended")}
    headers = [Header(label, numeric=label in numeric) for label in headings]
    made = simple(_("The facts"), headers, [row_of(row) for row in rows])
    return Table(made.caption, made.headers, made.rows, pages)


def entry_headings() -> list[str]:
    return [_("Who"), _("Activity"), _("Date"), _("As"), _("Source"), _("Recorded")]


def entry_row(fact: Fact) -> list[Any]:
    entry, version = fact.entry, fact.version
    dated = words.starts(version) if entry.stage == Stage.ATTENDED else words.day(entry.happened_on)
    return [
        who(fact),
        Cell(words.title(version), reverse("staff-activity", args=[version.activity_id])),
        dated,
        words.organisation(entry),
        # They enrolled by themselves: who recorded it would be the name.
        "–" if fact.unseen else words.source(entry),
        words.reader_time(entry.recorded_at),
    ]


def who(fact: Fact) -> Cell:
    person = fact.entry.person
    if person is None:
        return Cell(_("%(number)s without names") % {"number": fact.entry.headcount})
    if fact.unseen:
        return Cell(words.unseen())
    return Cell(person.name, reverse("staff-person", args=[person.pk]))


def person_row(behind: PersonBehind) -> list[Any]:
    person = behind.person
    if behind.unseen:
        return [words.unseen(), None, Cell(behind.times, "", True)]
    return [
        Cell(person.name, reverse("staff-person", args=[person.pk])),
        person.register_id,
        Cell(behind.times, "", True),
    ]


def event_row(version: ActivityVersion) -> list[Any]:
    return [
        Cell(words.title(version), reverse("staff-activity", args=[version.activity_id])),
        words.starts(version),
        version.host.name if version.host else None,
        version.country.name if version.country else None,
        version.funder.name if version.funder else None,
        words.source(version),
    ]


def hotline_row(behind: HotlineBehind) -> list[Any]:
    hotline = behind.hotline
    return [
        Cell(hotline.name, reverse("staff-hotline", args=[hotline.pk])),
        hotline.country.name,
        Cell(behind.times, "", True),
    ]
