"""Totals by gender of a funded activity, for its funder, and the file that it is sent."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.by_hand.genders import Genders, say_genders, take_genders_back
from courses.exports.for_funder import of_activity
from courses.models import ActivityVersion, GenderTotal
from courses.queries.by_hand import attended, genders_of
from courses.web import words
from courses.web.by_hand.base import JOINS
from lms.exports.tables import csv_lines
from lms.web.tables import Header, Table, simple
from lms.web.views import FormPage, PageView


def number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100_000, required=False)


class GendersForm(forms.Form):
    women = number(gettext_lazy("Women"))
    men = number(gettext_lazy("Men"))
    other = number(gettext_lazy("Other, or not said"))
    none = forms.BooleanField(label=gettext_lazy("Take the total back: none holds"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Kept with the correction. No names."),
    )

    def genders(self) -> Genders:
        data = self.cleaned_data
        return Genders(data["women"] or 0, data["men"] or 0, data["other"] or 0)


class OfVersion(PageView, abstract=True):
    """Of an activity of any kind, whatever is behind it: a total says nothing of who took part."""

    @cached_property
    def version(self) -> ActivityVersion:
        versions = ActivityVersion.objects.in_force().select_related(*JOINS)
        return get_object_or_404(versions, activity=self.kwargs["pk"])


class GendersPage(OfVersion, FormPage):
    allowed = staticmethod(rules.may_say_genders)
    page_title = gettext_lazy("Totals by gender")
    template_name = "courses/by_hand/genders.html"
    form_class = GendersForm
    submit_label = gettext_lazy("Record the total")
    success_message = gettext_lazy("The total is recorded. What it was before stays in the history.")

    @cached_property
    def said(self) -> Sequence[GenderTotal]:
        return genders_of(self.version.activity)

    @property
    def holds(self) -> GenderTotal | None:
        last = next(iter(self.said), None)
        return last if last is not None and not last.taken_back else None

    def get_form_kwargs(self) -> dict[str, Any]:
        names = ("women", "men", "other")
        return {"initial": {name: getattr(self.holds, name) for name in names} if self.holds else {}}

    def get_form(self) -> forms.BaseForm:
        form = super().get_form()
        if self.holds is None:
            del form.fields["none"]
        return form

    def act(self, form: Any) -> GenderTotal:
        reason = form.cleaned_data["reason"]
        said = {"reason": reason, "activity": self.version.activity, "by": self.request.user}
        if form.cleaned_data.get("none"):
            return take_genders_back(**said)
        return say_genders(genders=form.genders(), **said)

    def get_success_url(self) -> str:
        return reverse("staff-genders", args=[self.version.activity_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        record = reverse("staff-activity", args=[self.version.activity_id])
        return [(_("Activities"), reverse("staff-activities")), (words.title(self.version), record)]

    def get_context(self) -> dict[str, Any]:
        there = attended(self.version.activity)
        return super().get_context() | {
            "cancel_url": reverse("staff-activity", args=[self.version.activity_id]),
            "attended": there,
            "too_many": self.holds is not None and self.holds.together > there,
            "file_url": reverse("staff-funder-file", args=[self.version.activity_id]),
            "history": history(self.said) if self.said else None,
        }


def history(said: Sequence[GenderTotal]) -> Table:
    numbers = (_("Women"), _("Men"), _("Other, or not said"))
    headers = [
        *(Header(label, numeric=True) for label in numbers),
        *(Header(label) for label in (_("Why"), _("Recorded"))),
    ]
    rows = [
        [
            *([None] * 3 if one.taken_back else [one.women, one.men, one.other]),
            one.reason or None,
            f"{words.reader_time(one.recorded_at)}, {words.who(one.recorded_by)}",
        ]
        for one in said
    ]
    return simple(_("What was said, the newest first; the first line holds"), headers, rows)


class FunderFile(OfVersion):
    """The numbers of this activity as CSV, without anybody's name."""

    allowed = staticmethod(rules.may_say_genders)
    page_title = gettext_lazy("For the funder")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        lines = csv_lines(of_activity(self.version.activity))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"activity-{self.version.activity_id}-for-the-funder.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
