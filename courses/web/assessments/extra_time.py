"""/teach/extra-time/: more time for somebody in assessments with a limit."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.attempts import give_extra_time
from courses.models import Enrolment
from courses.queries.attempts import timed_enrolments
from lms.web.tables import Column
from lms.web.views import FormPage, ListPage


def _per_cent(enrolment: Enrolment) -> int:
    extra = getattr(enrolment, "extra_time", None)
    return extra.per_cent if extra else 0


class PeoplePage(ListPage):
    """Everybody in one's own cohorts whose assessment has a time limit."""

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("Extra time")
    empty_text = gettext_lazy("No assessment of your cohorts has a time limit.")
    default_sort = "who"
    columns = [
        Column(
            "who",
            gettext_lazy("Who"),
            value=lambda enrolment: enrolment.person.name,
            link=lambda enrolment: reverse("teach-extra-time", args=[enrolment.pk]),
            order=["person__family_name", "person__given_name", "pk"],
        ),
        Column("course", gettext_lazy("Course"), value=lambda enrolment: enrolment.cohort.version.title),
        Column("extra", gettext_lazy("Extra time in per cent"), value=_per_cent, numeric=True),
    ]

    def get_rows(self) -> QuerySet[Enrolment]:
        return timed_enrolments(self.request.user)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Essays to mark"), reverse("teach-marks"))]


class ExtraTimeForm(forms.Form):
    per_cent = forms.IntegerField(
        label=gettext_lazy("Extra time in per cent"),
        min_value=0,
        max_value=400,
        help_text=gettext_lazy("50 makes 45 minutes of 30. It holds at once, also in an attempt under way."),
    )


class ExtraTimePage(FormPage):
    allowed = staticmethod(rules.may_teach)
    form_class = ExtraTimeForm
    success_message = gettext_lazy("The extra time is set.")

    @cached_property
    def enrolment(self) -> Enrolment:
        return get_object_or_404(timed_enrolments(self.request.user), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return _("Extra time for %(name)s") % {"name": self.enrolment.person.name}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"per_cent": _per_cent(self.enrolment)}}

    def act(self, form: Any) -> None:
        give_extra_time(
            enrolment=self.enrolment, per_cent=form.cleaned_data["per_cent"], by=self.request.user
        )

    def get_success_url(self) -> str:
        return reverse("teach-extra-times")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Extra time"), reverse("teach-extra-times"))]
