"""Putting one participation right, with a reason; the old fact stays beside the new one."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.amendments import Right, put_right
from courses.enums import Stage
from courses.models import Participation
from courses.queries.gatherings import RollLine, organisation_names
from courses.web import words
from courses.web.gatherings.adding import PlaceForm
from courses.web.gatherings.base import KeptPage
from courses.web.gatherings.room import person_of
from lms.people.enums import Audience
from lms.web.views import FormPage

CAME, ABSENT, EXPECTED, NOT = "came", "absent", "expected", "not"


class PersonForm(PlaceForm):
    field_order = ["stood"]
    stood = forms.ChoiceField(
        label=gettext_lazy("How it was"),
        choices=[
            (CAME, gettext_lazy("was there")),
            (ABSENT, gettext_lazy("was expected and did not come")),
            (EXPECTED, gettext_lazy("is expected; nothing is known of the day")),
            (NOT, gettext_lazy("was never to be on this list")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with the correction. No names."),
    )

    def right(self) -> Right:
        stood = self.cleaned_data["stood"]
        return Right(
            place=self.place(),
            expected=int(stood != NOT),
            came=int(stood == CAME),
            absent=stood == ABSENT,
        )


class HeadsForm(PlaceForm):
    field_order = ["expected", "came"]
    expected = forms.IntegerField(
        label=gettext_lazy("Expected"), min_value=0, max_value=100_000, required=False
    )
    came = forms.IntegerField(
        label=gettext_lazy("Were there"), min_value=0, max_value=100_000, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with the correction. No names."),
    )

    def right(self) -> Right:
        said = self.cleaned_data
        return Right(place=self.place(), expected=said["expected"] or 0, came=said["came"] or 0)


class CorrectPage(KeptPage, FormPage):
    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Correct")
    template_name = "courses/gatherings/correct.html"
    submit_label = gettext_lazy("Correct it")
    success_message = gettext_lazy("Corrected. Both facts stand below, side by side.")

    @cached_property
    def taking(self) -> Participation:
        return self.participation()

    @cached_property
    def line(self) -> RollLine:
        standing = self.taking.entries.standing().select_related("hotline", "agency", "country")
        facts = {entry.stage: entry for entry in standing.exclude(stage=Stage.COMPLETED)}
        return RollLine(self.taking, facts.get(Stage.ENROLLED), facts.get(Stage.ATTENDED))

    def get_form(self) -> forms.BaseForm:
        made = PersonForm if self.taking.person_id else HeadsForm
        return made(self.request.POST or None, initial=self.initial())

    def initial(self) -> dict[str, Any]:
        entry, line = self.line.entry, self.line
        place = entry.hotline or entry.agency
        said = {
            "audience": entry.audience,
            "organisation": place.name if place else "",
            "country": entry.country_id,
        }
        if self.taking.person_id is None:
            numbers = {"expected": line.enrolled, "came": line.attended}
            return said | {name: one.headcount for name, one in numbers.items() if one}
        stood = EXPECTED
        if line.attended is not None:
            stood = ABSENT if line.attended.absent else CAME
        return said | {"stood": stood}

    def act(self, form: Any) -> None:
        put_right(
            participation=self.taking,
            right=form.right(),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )

    def get_success_url(self) -> str:
        return self.room_url

    def get_context(self) -> dict[str, Any]:
        entry = self.line.entry
        about = [
            (_("Who"), person_of(self.line) if self.taking.person_id else _("people without names")),
            (_("As"), words.organisation(entry)),
            (_("Audience"), Audience(entry.audience).label),
            (_("Recorded"), f"{words.reader_time(entry.recorded_at)}, {words.source(entry)}"),
        ]
        return super().get_context() | {
            "about": about,
            "cancel_url": self.room_url,
            "organisations": organisation_names(),
        }
