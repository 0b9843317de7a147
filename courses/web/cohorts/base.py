"""What the pages of one cohort share."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.models import ActivityVersion, Cohort
from courses.queries import boards
from courses.queries.candidates import Room
from courses.web import words
from lms.web.views import PageView


class OfCohort(PageView, abstract=True):
    """A page of one cohort for those who plan it; another's is not found."""

    allowed = staticmethod(rules.may_plan_cohorts)

    @cached_property
    def cohort(self) -> Cohort:
        return get_object_or_404(self.cohorts(), pk=self.kwargs["pk"])

    def cohorts(self) -> QuerySet[Cohort]:
        return boards.planned_by(self.request.user)

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = [(_("My cohorts"), reverse("teach-cohorts"))]
        return [*above, (self.cohort.version.title, home_of(self.cohort))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cohort": self.cohort, "cancel_url": home_of(self.cohort)}


def home_of(cohort: Cohort) -> str:
    return reverse("teach-cohort", args=[cohort.pk])


def when(known: ActivityVersion | None) -> list[tuple[str, str]]:
    """When a cohort is, at its place and for the reader, as pairs of words."""
    if known is None or known.starts_at is None:
        return [(_("When"), _("self-paced"))]
    moments = [known.starts_at, *([known.ends_at] if known.ends_at else [])]
    zone, reader = known.timezone or "UTC", timezone.get_current_timezone_name()
    pairs = [(_("Time at the place"), words.times_in(zone, *moments))]
    if reader != zone:
        pairs.append((_("Your time"), words.times_in(reader, *moments)))
    return pairs


def places_in_words(left: Room) -> str:
    """How many are in it, and how many may still come."""
    if left.capacity is None:
        return _("%(n)s enrolled, without a limit") % {"n": left.enrolled}
    said = {"n": left.enrolled, "all": left.capacity, "held": left.held, "free": left.free}
    if left.held:
        return _("%(n)s of %(all)s taken, %(held)s held for who is asked, %(free)s free") % said
    return _("%(n)s of %(all)s taken, %(free)s free") % said
