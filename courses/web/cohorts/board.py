"""One cohort: who waits for a sign-off, what others miss, who has completed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rules
from courses.actions.sign_offs import Signed, preview, sign_off
from courses.kinds.completion import StillMissing
from courses.models import Cohort, Enrolment
from courses.queries import boards
from courses.queries.boards import Place
from courses.queries.completions import day_of
from courses.web import words
from courses.web.register.lists import of_cohort
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.web.tables import Cell, Column, Header, Table, paged, simple
from lms.web.views import ListPage, PageView

PAGE_SIZE = 100


def starts(cohort: Any) -> str:
    if cohort.starts_at is None:
        return _("self-paced")
    return words.time_in(cohort.starts_at, cohort.zone)


class CohortsPage(ListPage):
    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("My cohorts")
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
        return boards.cohorts_of(self.request.user)


class CohortPage(PageView):
    """The board. ``look`` shows whom a sign-off would complete; ``apply`` does it, if that is still so."""

    allowed = staticmethod(rules.may_teach)
    template_name = "courses/cohorts/board.html"

    @cached_property
    def cohort(self) -> Cohort:
        return get_object_or_404(boards.cohorts_of(self.request.user), pk=self.kwargs["pk"])

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
        open_ones, done = boards.under_way(self.cohort), boards.finished(self.cohort)
        return {
            "cohort": self.cohort,
            "starts": starts(self.cohort),
            "registers": of_cohort(self.cohort),
            "under_way": paged(open_ones, self.open_table, asked, key="open", page_size=PAGE_SIZE),
            "finished": paged(done, self.finished_table, asked, key="done", page_size=PAGE_SIZE),
        }

    def open_table(self, shown: Sequence[Enrolment]) -> Table:
        """The ready ones come first on each page and can be chosen."""
        version = self.cohort.version
        rows = sorted(self.places(shown), key=lambda place: bool(place.missing))
        headers = [Header(_("Who")), Header(_("What is missing")), Header(_("Choose"))]
        made = [[place.enrolment.person.name, missing(place), choice(place)] for place in rows]
        if not version.needs_sign_off:
            headers, made = headers[:2], [row[:2] for row in made]
        return simple(_("The furthest first"), headers, made)

    def finished_table(self, shown: Sequence[Enrolment]) -> Table:
        labels = [_("Who"), _("Completed"), _("Signed off"), _("Certificate"), _("Change")]
        rows = [finished_row(place) for place in self.places(shown)]
        return simple(_("By family name"), [Header(label) for label in labels], rows)

    def places(self, shown: Sequence[Enrolment]) -> list[Place]:
        """In the order of the page."""
        order = {one.pk: number for number, one in enumerate(shown)}
        found = boards.places(self.cohort, Enrolment.objects.filter(pk__in=order))
        return sorted(found, key=lambda place: order[place.enrolment.pk])


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


def missing(place: Place) -> str:
    """What is still to do, in words; the trainer's part last."""
    said = list(words_of(place.missing))
    if place.awaiting:
        said.append(_("an essay waits for its mark"))
    return "; ".join(said) or _("only your sign-off")


def words_of(one: StillMissing) -> Sequence[str]:
    said = []
    if one.lessons:
        said.append(ngettext("%(n)s lesson", "%(n)s lessons", one.lessons) % {"n": one.lessons})
    if one.pass_mark is not None:
        best = _("not taken yet") if one.best is None else _("best so far %(n)s %%") % {"n": int(one.best)}
        said.append(_("%(mark)s %% in the assessment (%(best)s)") % {"mark": one.pass_mark, "best": best})
    if one.attendance:
        said.append(_("being there"))
    return said


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
