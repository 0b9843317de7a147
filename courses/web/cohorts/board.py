"""One cohort: who waits for a sign-off, what others miss, who has completed."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rules
from courses.actions.sign_offs import Signed, preview, sign_off
from courses.models import Cohort, Enrolment
from courses.queries import boards, progress
from courses.queries.boards import Place
from courses.queries.candidates import room
from courses.queries.completions import asks_for_something, day_of, rule_of
from courses.queries.prerequisites import asked_of, lacking
from courses.queries.progress import Due, Progress
from courses.web import words
from courses.web.cohorts.base import home_of, places_in_words
from courses.web.cohorts.progress import (
    attendance_in_words,
    lessons_in_words,
    missing,
    next_step,
    score_in_words,
)
from courses.web.register.lists import of_cohort
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.web.tables import Cell, Column, Header, Table, address, paged, simple
from lms.web.templatetags.ui import Chip
from lms.web.views import ListPage, PageView

PAGE_SIZE = 100


def starts(cohort: Any) -> str:
    if cohort.starts_at is None:
        return _("self-paced")
    return words.time_in(cohort.starts_at, cohort.zone)


class CohortsPage(ListPage):
    """A trainer's own cohorts; all of them for staff."""

    allowed = staticmethod(rules.may_plan_cohorts)
    page_title = gettext_lazy("My cohorts")
    template_name = "courses/cohorts/list.html"
    empty_text = gettext_lazy("You lead no cohort yet.")
    default_sort = "-starts"
    columns = [
        Column(
            "course",
            gettext_lazy("Course"),
            value=lambda cohort: cohort.version.title,
            link=lambda cohort: reverse("teach-cohort", args=[cohort.pk]),
            order=["version__title"],
        ),
        Column("starts", gettext_lazy("Starts"), value=starts, order=["starts_at"]),
        Column("people", gettext_lazy("People"), value=lambda cohort: cohort.people or 0, numeric=True),
        Column(
            "completions",
            gettext_lazy("Completed"),
            value=lambda cohort: cohort.completions or 0,
            numeric=True,
        ),
    ]

    def get_rows(self) -> QuerySet[Cohort]:
        return boards.planned_by(self.request.user)


class CohortPage(PageView):
    """The board. ``look`` shows whom a sign-off would complete; ``apply`` does it, if that is still so."""

    allowed = staticmethod(rules.may_plan_cohorts)
    template_name = "courses/cohorts/board.html"

    @cached_property
    def cohort(self) -> Cohort:
        return get_object_or_404(boards.planned_by(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def decides(self) -> bool:
        """Whether the page has sign-offs to give: the rule asks for one, and the reader leads the cohort."""
        return rule_of(self.cohort.version).sign_off and self.leads

    @cached_property
    def leads(self) -> bool:
        return boards.leads(self.request.user, self.cohort)

    def get_page_title(self) -> str:
        return self.cohort.version.title

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My cohorts"), reverse("teach-cohorts"))]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # "ready" are all who could be chosen on the page.
        sent = request.POST.getlist("ready" if request.POST.get("look") == "all" else "chosen")
        chosen = [int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19]
        try:
            if "apply" not in request.POST:
                return self.look(chosen)
            told(request, self.apply(chosen))
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect("teach-cohort", pk=self.cohort.pk)

    def look(self, chosen: list[int]) -> HttpResponse:
        due = preview(cohort=self.cohort, chosen=chosen, by=self.request.user)
        return self.render(preview=preview_table(due), chosen=chosen)

    def apply(self, chosen: list[int]) -> Signed:
        return sign_off(cohort=self.cohort, chosen=chosen, by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        asked = self.request.GET
        show, order = asked.get("show", ""), asked.get("order", "")
        open_ones, done = progress.shown(self.cohort, show, order), boards.finished(self.cohort)
        return {
            "cohort": self.cohort,
            "starts": starts(self.cohort),
            "places": places_in_words(room(self.cohort)),
            "due": due_in_words(self.cohort, progress.due_of(self.cohort), self.leads),
            "leads": self.leads,
            "decides": self.decides,
            "asks": asks_for_something(self.cohort.version),
            "filters": chips(asked, "show", show, self.filters()),
            "orders": chips(asked, "order", order, ORDERS),
            "filtered": bool(show),
            "registers": of_cohort(self.cohort),
            "under_way": paged(open_ones, self.open_table, asked, key="open", page_size=PAGE_SIZE),
            "finished": paged(done, self.finished_table, asked, key="done", page_size=PAGE_SIZE),
            "asked_first": asked_of(self.cohort.version, None),
        }

    def filters(self) -> Sequence[tuple[str, str]]:
        found = [
            (progress.EVERYBODY, _("everybody")),
            (progress.MISSING, _("something missing")),
            (progress.NOT_BEGUN, _("not begun")),
        ]
        return [*found, (progress.READY, _("ready for sign-off"))] if self.decides else found

    def open_table(self, shown: Sequence[Enrolment]) -> Table:
        """In the order asked for, by default the furthest first and of these the ready ones."""
        order = {one.pk: number for number, one in enumerate(shown)}
        found = progress.progress_of(self.cohort, Enrolment.objects.filter(pk__in=order))
        found.sort(key=lambda one: order[one.place.enrolment.pk])
        if not self.request.GET.get("order"):
            found.sort(key=lambda one: bool(one.place.missing))
        lacks = lacking(self.cohort.version, [one.person_id for one in shown], today())
        columns = self.columns(found, lacks)
        rows = [[value(one) for _label, value in columns] for one in found]
        return simple(_("The furthest first"), [Header(label) for label, _value in columns], rows)

    def columns(
        self, found: Sequence[Progress], lacks: dict[int, list[str]]
    ) -> list[tuple[str, Callable[[Progress], Any]]]:
        """Only what there is something to say of."""
        made: list[tuple[str, Callable[[Progress], Any]]] = [(_("Who"), who)]
        if any(one.lessons for one in found):
            made.append((_("Lessons"), lessons_in_words))
        if self.cohort.version.pass_mark is not None:
            made.append((_("Assessment"), score_in_words))
        if any(one.marks for one in found):
            made.append((_("Sessions"), attendance_in_words))
        if lacks:
            made.append((_("Lacks"), lambda one: ", ".join(lacks.get(one.place.enrolment.person_id, ()))))
        made.append((_("What is missing"), lambda one: missing(one.place)))
        made.append((_("What to do next"), next_step))
        return [*made, (_("Choose"), lambda one: choice(one.place))] if self.decides else made

    def finished_table(self, shown: Sequence[Enrolment]) -> Table:
        labels = [_("Who"), _("Completed"), _("Signed off"), _("Certificate"), _("Change")]
        rows = [finished_row(place) for place in self.places(shown)]
        return simple(_("By family name"), [Header(label) for label in labels], rows)

    def places(self, shown: Sequence[Enrolment]) -> list[Place]:
        """In the order of the page."""
        order = {one.pk: number for number, one in enumerate(shown)}
        found = boards.places(self.cohort, Enrolment.objects.filter(pk__in=order))
        return sorted(found, key=lambda place: order[place.enrolment.pk])


ORDERS = (
    (progress.FURTHEST, gettext_lazy("the furthest first")),
    (progress.BY_NAME, gettext_lazy("by family name")),
    (progress.NEWEST, gettext_lazy("the latest to come first")),
)


def chips(asked: QueryDict, key: str, current: str, choices: Sequence[tuple[str, Any]]) -> list[Chip]:
    return [
        Chip(label, address(asked, **{key: value or None, "open": None}), value == current)
        for value, label in choices
    ]


def who(one: Progress) -> Cell:
    """The name on record, with what they are called where that differs."""
    place = one.place
    called = f" ({place.called})" if place.called and place.called != place.enrolment.person.name else ""
    return Cell(f"{place.enrolment.person.name}{called}", reverse("teach-place", args=[place.enrolment.pk]))


def due_in_words(cohort: Cohort, due: Due, leads: bool) -> list[tuple[str, str]]:
    """What waits for a trainer, each with the page where it is done; for staff what they may do, too."""
    requests, home = reverse("teach-requests", args=[cohort.pk]), home_of(cohort)
    said = []
    if due.requests:
        text = ngettext("%(n)s request waits.", "%(n)s requests wait.", due.requests)
        said.append((text % {"n": due.requests}, requests))
    for session, filled, expected in due.registers if leads else ():
        about = {"day": words.day(session.starts_at.date()), "n": filled, "all": expected}
        text = _("The register of %(day)s is not filled in: %(n)s of %(all)s.")
        said.append((text % about, reverse("teach-register", args=[session.session_id])))
    if due.essays and leads:
        text = ngettext("%(n)s essay waits for its mark.", "%(n)s essays wait for their marks.", due.essays)
        said.append((text % {"n": due.essays}, reverse("teach-marks")))
    if due.ready and leads:
        text = ngettext("%(n)s is ready for your sign-off.", "%(n)s are ready for your sign-off.", due.ready)
        said.append((text % {"n": due.ready}, f"{home}?show={progress.READY}"))
    if due.over:
        said.append(
            (_("It is over: say that it was held."), reverse("teach-cohort-settings", args=[cohort.pk]))
        )
    return said


def preview_table(due: Sequence[Place]) -> Table:
    headers = [Header(_("Who")), Header(_("Completed on"))]
    rows = [[place.enrolment.person.name, words.day(today())] for place in due]
    return simple(_("Who, and on which day"), headers, rows)


def told(request: HttpRequest, signed: Signed) -> None:
    """Say what was done, and who had been signed off by somebody else meanwhile."""
    given = len(signed.given)
    if given:
        text = ngettext("%(n)s person is signed off.", "%(n)s people are signed off.", given)
        messages.success(request, text % {"n": given})
    for one in signed.before:
        name = {"name": one.enrolment.person.name, "trainer": words.who(one.recorded_by)}
        messages.warning(request, _("%(name)s was signed off by %(trainer)s already.") % name)


def choice(place: Place) -> SafeString | str:
    if place.missing or place.sign_off:
        return ""
    label = _("Sign off %(name)s") % {"name": place.enrolment.person.name}
    return format_html(
        '<input type="checkbox" name="chosen" value="{0}" aria-label="{1}">'
        '<input type="hidden" name="ready" value="{0}">',
        place.enrolment.pk,
        label,
    )


def finished_row(place: Place) -> list[Any]:
    done, given, certificate = place.completion, place.sign_off, place.certificate
    return [
        place.enrolment.person.name,
        words.day(done.happened_on if done else None),
        f"{words.who(given.recorded_by)}, {words.day(day_of(given.recorded_at))}" if given else "–",
        Cell(certificate.code, reverse("verify-code", args=[certificate.code])) if certificate else "–",
        changes(place),
    ]


def changes(place: Place) -> SafeString | str:
    """The ways from here: revoke the certificate, take the sign-off back."""
    name = place.enrolment.person.name
    ways = []
    if place.certificate and place.certificate.revoked_at is None:
        label = _("Revoke certificate of %(name)s") % {"name": name}
        ways.append(
            (reverse("revoke-certificate", args=[place.certificate.pk]), label, _("Revoke certificate"))
        )
    if place.sign_off:
        label = _("Take sign-off back of %(name)s") % {"name": name}
        ways.append((reverse("teach-sign-off", args=[place.sign_off.pk]), label, _("Take sign-off back")))
    return format_html_join(" · ", '<a href="{}" aria-label="{}">{}</a>', ways)
