"""What cohorts told somebody, and what became of each mail of a trainer's message."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.enums import CohortNoticeKind
from courses.models import CandidateStep, Cohort, CohortMessage, CohortNotice, DisplayName, Enrolment
from lms.people.models import User
from lms.people.narrowing import narrowed


def of_user(user: User) -> QuerySet[CohortNotice]:
    """Every notice that still holds, the latest first: of a place only the last word."""
    related = ("step__candidate__cohort__version__course", "letter__cohort__version__course")
    found = CohortNotice.objects.filter(user=user).select_related(*related, "letter__recorded_by__person")
    return found.filter(holding()).order_by("-created_at", "-pk")


def unread(user: User) -> QuerySet[CohortNotice]:
    return CohortNotice.objects.filter(user=user, read_at=None).filter(holding())


def holding() -> Q:
    """A message, or a step that no later one has overtaken."""
    later = CandidateStep.objects.filter(
        candidate=OuterRef("step__candidate"), number__gt=OuterRef("step__number")
    )
    return Q(kind=CohortNoticeKind.MESSAGE) | ~Q(Exists(later))


def is_wanted(notice: CohortNotice) -> bool:
    """Whether its mail is still to be sent: its step is the last one, or its person still in the cohort."""
    if notice.letter is None:
        return CohortNotice.objects.filter(holding(), pk=notice.pk).exists()
    inside = Enrolment.objects.filter(cohort=notice.letter.cohort_id, person=notice.person_id)
    return inside.filter(withdrawn_at=None).exists()


def is_kept(notice: CohortNotice) -> bool:
    """Whether it is a message of a course that its person keeps to themselves."""
    if notice.letter is None:
        return False
    kept = Enrolment.objects.filter(person=notice.person_id, hidden=True)
    return kept.filter(cohort=notice.letter.cohort_id).exists()


def messages_of(cohort: Cohort) -> QuerySet[CohortMessage]:
    return CohortMessage.objects.filter(cohort=cohort).select_related("recorded_by__person")


def deliveries(message: CohortMessage) -> QuerySet[CohortNotice]:
    """Who got a message and what became of the mail, by name; not who keeps the course to themselves."""
    hidden = Enrolment.objects.filter(cohort=message.cohort_id, person=OuterRef("person"), hidden=True)
    found = narrowed(CohortNotice.objects.filter(~Exists(hidden), letter=message))
    return found.select_related("person").order_by("person__family_name", "person__given_name", "pk")


def display_name(person_id: int | None) -> DisplayName | None:
    return DisplayName.objects.filter(person=person_id).first()


def fellows(cohort: Cohort, person_id: int) -> list[str]:
    """By what names the others of a cohort let themselves be seen, in their order."""
    inside = Enrolment.objects.filter(cohort=cohort, withdrawn_at=None, hidden=False)
    shown = inside.exclude(person=person_id).filter(person__display_name__shown=True)
    return list(
        shown.order_by("person__display_name__name").values_list("person__display_name__name", flat=True)
    )
