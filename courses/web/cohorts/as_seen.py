"""What managers, trainers and staff see of somebody's way into cohorts, for that person to look at."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.models import Candidate, CohortNotice, Enrolment
from lms.kit.clock import today
from lms.people.enums import Role
from lms.people.models import Person
from lms.people.queries.affiliations import in_force
from lms.people.queries.merges import records_of
from lms.web.as_seen import Look, Said

MANAGER, TRAINER, STAFF = Role.HOTLINE_MANAGER, Role.TRAINER, Role.STAFF


def seen_of(person: Person) -> Iterator[Look | Said]:
    """Pages of each role; a constant number of queries."""
    records = records_of(person.pk)
    yield from _of_managers(records)
    inside = Enrolment.objects.filter(person__in=records, hidden=False, withdrawn_at=None)
    for one in inside.select_related("cohort__version").order_by("-enrolled_at"):
        yield from _of_enrolment(one)
    candidates = Candidate.objects.filter(person__in=records).select_related("cohort__version")
    for candidate in candidates.order_by("pk"):
        about = {"course": candidate.cohort.version.title}
        for role in (TRAINER, STAFF):
            yield Look(role, "teach-requests", _("Requests for “%(course)s”") % about, candidate.cohort_id)
            yield Look(role, "teach-refuse", _("Refusing you “%(course)s”") % about, candidate.pk)
    yield from _written_to(records)
    yield from _in_words()


def _of_enrolment(one: Enrolment) -> Iterator[Look]:
    about = {"course": one.cohort.version.title}
    yield Look(STAFF, "teach-cohort", _("The board of %(course)s") % about, one.cohort_id)
    for role in (TRAINER, STAFF):
        yield Look(role, "teach-place", _("Your place in %(course)s") % about, one.pk)
        yield Look(role, "teach-withdraw", _("Withdrawing you from %(course)s") % about, one.pk)
        yield Look(role, "teach-transfer", _("Moving you from %(course)s") % about, one.pk)


def _of_managers(records: set[int]) -> Iterator[Look]:
    ties = in_force(today()).filter(person__in=records, hotline__isnull=False).select_related("hotline")
    for hotline in sorted({tie.hotline for tie in ties if tie.hotline}, key=lambda one: one.name):
        about = {"name": hotline.name}
        yield Look(MANAGER, "own-training", _("Training status at %(name)s") % about, hotline.pk, hotline)
        yield Look(MANAGER, "own-nominations", _("Nominations of %(name)s") % about, hotline.pk, hotline)


def _written_to(records: set[int]) -> Iterator[Said]:
    if CohortNotice.objects.filter(person__in=records, letter__isnull=False).exists():
        text = _(
            "When a trainer writes to a cohort, its trainers see for each person whether the mail was sent"
            " and whether the message was read on the site."
        )
        yield Said(TRAINER, text, ("teach-message", "teach-messages"))


def _in_words() -> Iterator[Said]:
    lists = _(
        "Before people are enrolled or invited, those who plan a cohort see who is meant by each line of"
        " their list: name, hotline, and which courses are still to be completed."
    )
    for role in (TRAINER, STAFF):
        yield Said(role, lists, ("teach-enrol",))
    file = _("Managers can download the training status of their people: the same as on its page.")
    yield Said(MANAGER, file, ("own-training-csv",))
