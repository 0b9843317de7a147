"""One step of a candidate: the row, its history and, where somebody is to hear of it, the notice."""

import datetime as dt

from django.db.models import Max
from django.utils import timezone

from courses.enums import CandidateState, CohortNoticeKind
from courses.models import Candidate, CandidateStep, Cohort, CohortNotice
from courses.models.candidates import UNDECIDED
from lms.kit.moment import DatabaseClock
from lms.outbox.moves import enqueue
from lms.people.models import Hotline, Person, User

# Of these somebody is told, unless they did it themselves.
TOLD = {
    CandidateState.INVITED,
    CandidateState.OFFERED,
    CandidateState.WAITING,
    CandidateState.ACCEPTED,
    CandidateState.REFUSED,
    CandidateState.EXPIRED,
    CandidateState.WITHDRAWN,
}


def lock(cohort: Cohort) -> Cohort:
    """The cohort as it is now, and nobody else decides about its places until the transaction ends.

    Rows that refer to it can still be added by others: only the key is left alone.
    """
    return Cohort.objects.select_for_update(no_key=True).select_related(None).get(pk=cohort.pk)


def candidate_of(cohort: Cohort, person: Person) -> Candidate | None:
    return Candidate.objects.filter(cohort=cohort, person=person).first()


def step(
    *,
    cohort: Cohort,
    person: Person,
    state: CandidateState,
    by: User | None,
    reason: str = "",
    answer_by: dt.datetime | None = None,
    hotline: Hotline | None = None,
) -> Candidate:
    """Bring a person to a state; the caller holds the cohort's lock and knows that the step is right.

    Whoever comes to wait stands last in line. ``hotline`` is kept from a nomination until the next one.
    """
    line = next_in_line(cohort) if state == CandidateState.WAITING else None
    known = candidate_of(cohort, person)
    before = known.state if known is not None else ""
    candidate = known or Candidate(cohort=cohort, person=person)
    candidate.state, candidate.line, candidate.answer_by = state, line, answer_by
    if known is not None:
        candidate.changed_at = DatabaseClock()
    if hotline is not None or state == CandidateState.REQUESTED:
        candidate.hotline = hotline
    candidate.save()
    last = candidate.steps.aggregate(last=Max("number"))["last"] or 0
    made = CandidateStep.objects.create(
        candidate=candidate, number=last + 1, state=state, reason=reason, answer_by=answer_by, recorded_by=by
    )
    # Nobody was told of a nomination, so nobody is told that it was taken back.
    if (before, state) != (CandidateState.NOMINATED, CandidateState.WITHDRAWN):
        tell(made, person, by)
    return candidate


def next_in_line(cohort: Cohort) -> int:
    return (Candidate.objects.filter(cohort=cohort).aggregate(last=Max("line"))["last"] or 0) + 1


def tell(made: CandidateStep, person: Person, by: User | None) -> None:
    """A notice for the person's login, where they have one and did not take the step themselves."""
    user = User.objects.filter(person=person, is_active=True).first()
    if user is None or made.state not in TOLD or (by is not None and by.pk == user.pk):
        return
    enqueue(CohortNotice, kind=CohortNoticeKind.PLACE, user=user, person=person, step=made)


def settle(*, cohort: Cohort, person: Person, by: User | None) -> None:
    """Whoever got in by another way has an answer to what they asked for or were asked."""
    known = candidate_of(cohort, person)
    if known is not None and known.state in UNDECIDED:
        step(cohort=cohort, person=person, state=CandidateState.ACCEPTED, by=by)


def welcome(*, cohort: Cohort, person: Person, by: User | None) -> None:
    """Whoever is enrolled by somebody else hears of it, asked before or not."""
    if by is not None and by.person_id != person.pk:
        step(cohort=cohort, person=person, state=CandidateState.ACCEPTED, by=by)
    else:
        settle(cohort=cohort, person=person, by=by)


def is_over(candidate: Candidate) -> bool:
    """Whether the time to answer is over."""
    return candidate.answer_by is not None and candidate.answer_by <= timezone.now()
