"""/hotline/<pk>/training/ and …/nominations/: a manager's own people, and whom they name for a cohort."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.actions.places import call_back, nominate
from courses.enums import CandidateState
from courses.models import Candidate, Cohort
from courses.queries.candidates import nominated_by
from courses.queries.hotline_training import SOON_DAYS, CourseStanding, people_of, standing_in_courses
from courses.queries.offered import on_offer
from courses.web import words
from lms.exports import tables as files
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.models import Hotline, Person
from lms.people.queries.hotlines import managed_by
from lms.people.rules import may_enter_hotline
from lms.web.tables import Header, Table, paged, simple
from lms.web.views import PageView, RefuseMixin

PAGE_SIZE = 100


class OfOwnHotline(PageView, abstract=True):
    """A page of a hotline for its managers; another one is not found."""

    allowed = staticmethod(may_enter_hotline)

    @cached_property
    def hotline(self) -> Hotline:
        return get_object_or_404(managed_by(self.request.user), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(self.hotline.name, reverse("own-hotline", args=[self.hotline.pk]))]

    def standings(self) -> list[CourseStanding]:
        return standing_in_courses(self.hotline, list(people_of(self.hotline)))


class TrainingStatusPage(OfOwnHotline):
    """Who of its people completed what, until when that holds, and what ends soon."""

    page_title = gettext_lazy("Training status")
    template_name = "courses/hotlines/training.html"

    def get_context(self) -> dict[str, Any]:
        people = list(people_of(self.hotline))
        found = standing_in_courses(self.hotline, people)
        soon = sorted((one for one in found if one.ends_soon), key=lambda one: one.expires_on or today())
        trained = {one.person.pk for one in found}
        asked = self.request.GET
        return {
            "hotline": self.hotline,
            "people": len(people),
            "soon": paged(soon, soon_table, asked, key="soon", page_size=PAGE_SIZE),
            "days": SOON_DAYS,
            "status": paged(found, status_table, asked, key="status", page_size=PAGE_SIZE),
            "untrained": [person.name for person in people if person.pk not in trained],
        }


def status_table(shown: Sequence[CourseStanding]) -> Table:
    headers = [Header(_("Name")), Header(_("Course")), Header(_("Completed")), Header(_("Valid until"))]
    headers.append(Header(_("Now")))
    rows = [
        [one.person.name, one.title, words.day(one.completed_on), valid_until(one), now_in_words(one)]
        for one in shown
    ]
    return simple(_("By family name"), headers, rows)


def soon_table(shown: Sequence[CourseStanding]) -> Table:
    headers = [Header(_("Valid until")), Header(_("Name")), Header(_("Course")), Header(_("Now"))]
    rows = [[words.day(one.expires_on), one.person.name, one.title, now_in_words(one)] for one in shown]
    return simple(_("The next to end first"), headers, rows)


def valid_until(one: CourseStanding) -> str:
    if one.completed_on is None:
        return "–"
    return words.day(one.expires_on) if one.expires_on else _("without an end")


def now_in_words(one: CourseStanding) -> str:
    if one.under_way:
        return _("under way")
    return _("no longer valid") if one.is_over else _("valid")


class TrainingStatusCsv(OfOwnHotline):
    """The same as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        headings = (_("Name"), _("Course"), _("Completed"), _("Valid until"), _("Now"))
        rows = (
            [one.person.name, one.title, iso(one.completed_on), iso(one.expires_on), now_in_words(one)]
            for one in self.standings()
        )
        table = files.Table("training", [files.Column(one) for one in headings], rows)
        answer = StreamingHttpResponse(files.csv_lines(table), content_type="text/csv; charset=utf-8")
        name = f"training-{slugify(self.hotline.name) or self.hotline.pk}-{today()}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def iso(day: Any) -> str:
    return day.isoformat() if day else ""


class NominateForm(forms.Form):
    cohort = forms.ModelChoiceField(label=gettext_lazy("Cohort"), queryset=Cohort.objects.none())
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who"), queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, hotline: Hotline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cohort: Any = self.fields["cohort"]
        cohort.queryset = on_offer().filter(takes_requests=True).order_by("starts_at", "pk")
        cohort.label_from_instance = cohort_in_words
        people: Any = self.fields["people"]
        people.queryset = people_of(hotline)
        people.label_from_instance = lambda person: person.name


def cohort_in_words(cohort: Any) -> str:
    starts = words.time_in(cohort.starts_at, cohort.zone) if cohort.starts_at else _("self-paced")
    return f"{cohort.version.title}, {starts}"


class NominationsPage(RefuseMixin, OfOwnHotline):
    """Name own people for a cohort that takes requests, and see what became of it."""

    page_title = gettext_lazy("Nominations")
    template_name = "courses/hotlines/nominations.html"

    def get_context(self) -> dict[str, Any]:
        form = NominateForm(hotline=self.hotline)
        cohort: Any = form.fields["cohort"]
        return {
            "hotline": self.hotline,
            "form": form,
            "any_cohort": cohort.queryset.exists(),
            "any_people": people_of(self.hotline).exists(),
            "nominated": paged(
                nominated_by(self.hotline), self.table, self.request.GET, key="page", page_size=PAGE_SIZE
            ),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "back" in request.POST:
            return self.call_back(request.POST["back"])
        form = NominateForm(request.POST, hotline=self.hotline)
        if not (form.is_valid() and self.attempt(form, lambda: self.nominate(form))):
            return self.render(form=form)
        return redirect("own-nominations", pk=self.hotline.pk)

    def nominate(self, form: NominateForm) -> None:
        data = form.cleaned_data
        made = nominate(
            cohort=data["cohort"], people=list(data["people"]), hotline=self.hotline, by=self.request.user
        )
        text = ngettext("%(n)s person is nominated.", "%(n)s people are nominated.", len(made))
        messages.success(self.request, text % {"n": len(made)})
        if len(made) < len(data["people"]):
            messages.warning(self.request, _("Who is in it or was named already is left as they are."))

    def call_back(self, pk: str) -> HttpResponse:
        mine = nominated_by(self.hotline)
        candidate = get_object_or_404(mine, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        try:
            call_back(candidate=candidate, by=self.request.user)
            messages.success(self.request, _("The nomination is taken back."))
        except Refused as refusal:
            messages.warning(self.request, refusal.sentence)
        return redirect("own-nominations", pk=self.hotline.pk)

    def table(self, shown: Sequence[Candidate]) -> Table:
        headers = [Header(_("Name")), Header(_("Course")), Header(_("State")), Header(_("Since"))]
        headers.append(Header(_("Change")))
        rows = [
            [
                one.person.name,
                one.cohort.version.title,
                one.get_state_display(),
                words.reader_time(one.changed_at),
                back(one),
            ]
            for one in shown
        ]
        return simple(_("The latest first"), headers, rows)


def back(one: Candidate) -> SafeString | str:
    if one.state not in (CandidateState.NOMINATED, CandidateState.WAITING):
        return "–"
    label = _("Take the nomination of %(name)s back") % {"name": one.person.name}
    return format_html(
        '<button class="btn" type="submit" name="back" value="{}" aria-label="{}">{}</button>',
        one.pk,
        label,
        _("Take it back"),
    )
