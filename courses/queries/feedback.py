"""Forms for feedback: which somebody may answer, which somebody asked for, and what came of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from courses.enums import Stage
from courses.kinds.feedback import OVERALL, SATISFIED, Satisfaction, satisfaction
from courses.models import (
    ActivityVersion,
    Entry,
    FeedbackForm,
    FeedbackGiven,
    FeedbackResult,
    PooledRating,
    SessionVersion,
    TrainingSession,
)
from courses.queries.cohorts import led_by
from lms.kit.clock import Span, today
from lms.people.models import Person, User
from lms.people.queries.merges import records_of


def named(forms: QuerySet[FeedbackForm]) -> QuerySet[FeedbackForm]:
    """With ``title``, ``kind_name``, ``starts_at`` (UTC, null) and ``zone`` of the activity as known now, and
    ``session_title`` and ``session_starts_at`` where it is about one training session.
    """
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    meeting = SessionVersion.objects.in_force().filter(session=OuterRef("session"))
    return forms.annotate(
        title=Subquery(known.values("title")),
        kind_name=Subquery(known.values("kind__name")),
        starts_at=Subquery(known.values("starts_at")),
        zone=Subquery(known.values("timezone")),
        session_title=Subquery(meeting.values("title")),
        session_starts_at=Subquery(meeting.values("starts_at")),
    )


def is_open() -> Q:
    """Answers are taken: until the end of the last day in the reporting zone."""
    return Q(closed_at=None, closes_on__gte=today())


def asked_of(person: Person) -> QuerySet[FeedbackForm]:
    """Open forms of activities that somebody is enrolled in or attended, with ``answered``."""
    records = records_of(person.pk)
    took_part = Entry.objects.standing().filter(
        activity=OuterRef("activity"),
        person__in=records,
        stage__in=[Stage.ENROLLED, Stage.ATTENDED],
        absent=False,
    )
    given = FeedbackGiven.objects.filter(form=OuterRef("pk"), person__in=records)
    found = FeedbackForm.objects.filter(is_open(), Exists(took_part)).annotate(answered=Exists(given))
    return named(found).order_by("closes_on", "pk")


def asked_by(user: User, *, everything: bool) -> QuerySet[FeedbackForm]:
    """Forms of the activities that a trainer leads; ``everything`` for staff. With their results, if any."""
    forms = FeedbackForm.objects.all()
    if not everything:
        led = TrainingSession.objects.filter(trainers=user.pk).values("activity")
        forms = forms.filter(led_by(user, "activity__cohort") | Q(activity__in=led)).distinct()
    return named(forms).select_related("result")


def overdue() -> QuerySet[FeedbackForm]:
    """Forms whose last day is over and that have no result yet."""
    return FeedbackForm.objects.filter(closed_at=None, closes_on__lt=today())


@dataclass(frozen=True)
class YearOfFeedback:
    """What people said all in all of a year's trainings. ``by_kind`` has kinds with results alone.

    ``small`` are the answers of forms with too few, pooled: None until the year is over and all of its forms
    are closed, and where even together they are too few. ``pooled_forms`` counts such forms.
    """

    by_kind: list[tuple[str, Satisfaction]]
    results: Satisfaction
    small: Satisfaction | None
    pooled_forms: int

    @property
    def total(self) -> Satisfaction:
        return self.results + (self.small or Satisfaction())


def of_year(year: int) -> YearOfFeedback:
    """Of forms that closed in a year of the reporting zone; four queries however many there are."""
    span = Span.of_year(year)
    closed: QuerySet[Any] = named(FeedbackForm.objects.filter(closes_on__range=(span.first, span.last)))
    by_kind: dict[str, Satisfaction] = {}
    pooled = 0
    for form in closed.exclude(result=None).select_related("result"):
        if form.result.summed is None:
            pooled += 1
            continue
        name = form.kind_name or ""
        by_kind[name] = by_kind.get(name, Satisfaction()) + satisfaction(form.result.summed[OVERALL])
    results = sum(by_kind.values(), Satisfaction())
    return YearOfFeedback(sorted(by_kind.items()), results, _pooled(year), pooled)


def _pooled(year: int) -> Satisfaction | None:
    # A form that is not closed yet would still be added, and the change of the sum would tell of it alone.
    unclosed = FeedbackForm.objects.filter(closed_at=None, closes_on__year=year)
    if today() <= Span.of_year(year).last or unclosed.exists():
        return None
    counted = PooledRating.objects.filter(year=year).aggregate(
        answered=Count("pk"), good=Count("pk", filter=Q(rating__in=SATISFIED))
    )
    found = Satisfaction(counted["good"], counted["answered"])
    return found if found.per_cent is not None else None


def years() -> list[int]:
    """The years in which forms closed, newest first."""
    closed = FeedbackResult.objects.values_list("form__closes_on__year", flat=True)
    return sorted(set(closed.order_by()), reverse=True)
