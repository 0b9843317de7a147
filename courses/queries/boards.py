"""Cohorts as their trainers see them: who has completed, who waits for a sign-off, and what others miss.

Who keeps a self-care course to themselves is on none of these.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery

from courses.enums import Stage
from courses.kinds.completion import StillMissing, still_missing
from courses.models import ActivityVersion, Certificate, Cohort, Enrolment, Entry, SignOff
from courses.models import Place as ReachedPlace
from courses.queries import cohorts
from courses.queries.cohorts import led_by
from courses.queries.completions import about, facts_of, rule_of, standing_sign_offs, with_facts
from courses.rules import may_teach
from lms.people.models import User
from lms.people.narrowing import narrowed

NAMES = ("person__family_name", "person__given_name", "pk")


@dataclass(frozen=True)
class Place:
    """One enrolment on a board. ``missing`` leaves the sign-off aside; ``awaiting`` an essay's mark;
    ``score`` is the best so far where there is a mark to reach; ``called`` the display name they chose.
    """

    enrolment: Enrolment
    missing: StillMissing
    awaiting: bool
    sign_off: SignOff | None
    completion: Entry | None
    certificate: Certificate | None
    score: float | None = None
    called: str = ""
    begun: bool = False


def cohorts_of(trainer: User) -> QuerySet[Cohort]:
    """With ``starts_at`` (UTC; null for a self-paced one), ``people`` and ``completions``. One query."""
    return with_numbers(Cohort.objects.filter(led_by(trainer)))


def planned_by(user: User) -> QuerySet[Cohort]:
    """The cohorts that somebody may plan, with the same beside each."""
    return with_numbers(Cohort.objects.filter(cohorts.planned_by(user)))


def leads(user: User, cohort: Cohort) -> bool:
    """Whether the cohort is one of a trainer's own."""
    return may_teach(user) and Cohort.objects.filter(led_by(user), pk=cohort.pk).exists()


def with_numbers(found: QuerySet[Cohort]) -> QuerySet[Cohort]:
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    return found.select_related("version__course").annotate(
        starts_at=Subquery(known.values("starts_at")),
        zone=Subquery(known.values("timezone")),
        people=_number(seen()),
        completions=_number(seen().filter(Exists(completed()))),
    )


def _number(enrolments: QuerySet[Enrolment]) -> Subquery:
    of_cohort = enrolments.filter(cohort=OuterRef("pk")).order_by().values("cohort")
    return Subquery(of_cohort.annotate(number=Count("pk")).values("number"))


def seen() -> QuerySet[Enrolment]:
    """Enrolments that trainers see by name; who withdrew is on no list of theirs."""
    return narrowed(Enrolment.objects.filter(hidden=False, withdrawn_at=None))


def completed() -> QuerySet[Entry]:
    """The completion that stands for an enrolment of an outer query."""
    return Entry.objects.standing().filter(participation=OuterRef("participation"), stage=Stage.COMPLETED)


def under_way(cohort: Cohort) -> QuerySet[Enrolment]:
    """Who has not completed, the furthest first."""
    open_ones = seen().filter(~Exists(completed()), cohort=cohort)
    return open_ones.annotate(done=Count("lessons_done")).order_by("-done", *NAMES)


def finished(cohort: Cohort) -> QuerySet[Enrolment]:
    return seen().filter(Exists(completed()), cohort=cohort).order_by(*NAMES)


def places(cohort: Cohort, enrolments: QuerySet[Enrolment]) -> list[Place]:
    """Enrolments of one cohort with how far each has come, in their order; a constant number of queries."""
    rule = rule_of(cohort.version)
    rows = enrolments.select_related("person__display_name").annotate(
        has_begun=Exists(ReachedPlace.objects.filter(enrolment=OuterRef("pk")))
    )
    fetched = list(with_facts(rows, rule).prefetch_related(*_beside()))
    shared = about(cohort, rule)
    facts = {one.pk: facts_of(one, rule, shared) for one in fetched}
    return [
        Place(
            enrolment=one,
            missing=still_missing(rule, facts[one.pk]),
            score=max((score for score, _day in facts[one.pk].scores), default=None),
            called=getattr(getattr(one.person, "display_name", None), "name", ""),
            begun=one.has_begun,  # type: ignore[attr-defined]  # annotated
            awaiting=_awaiting(one) if rule.pass_mark is not None else False,
            sign_off=next(iter(one.given), None),  # type: ignore[attr-defined]  # fetched
            **_ending(one),
        )
        for one in fetched
    ]


def _beside() -> list["Prefetch[Any]"]:
    done = Entry.objects.standing().filter(stage=Stage.COMPLETED)
    return [
        Prefetch("sign_offs", standing_sign_offs(), to_attr="given"),
        Prefetch("participation__entries", done.select_related("certificate"), to_attr="completions"),
    ]


def _ending(one: Enrolment) -> dict[str, Any]:
    found: Entry | None = next(iter(one.participation.completions), None)  # type: ignore[attr-defined]  # fetched
    return {"completion": found, "certificate": getattr(found, "certificate", None)}


def _awaiting(one: Enrolment) -> bool:
    """Whether a submitted attempt has a question without a mark."""
    return any(
        attempt.submitted_at and not {mark.question_id for mark in attempt.marks.all()} >= set(attempt.drawn)
        for attempt in one.attempts.all()
    )


def sign_offs_of(trainer: User) -> QuerySet[SignOff]:
    """Sign-offs that stand, in a trainer's own cohorts."""
    mine = standing_sign_offs().filter(led_by(trainer, "enrolment__cohort"), enrolment__hidden=False)
    return narrowed(mine, "enrolment__person").select_related(
        "enrolment__person", "enrolment__cohort__version"
    )
