"""Activities that people come to without a course, and who took part in one, in three ways."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import Combinable

from courses.enums import Stage
from courses.models import (
    Activity,
    ActivityVersion,
    Amendment,
    Cohort,
    Entry,
    Exchange,
    Participation,
    SessionVersion,
    TrainingSession,
)
from lms.people.models import Agency, Hotline, Person, User
from lms.people.narrowing import narrowed, shown_persons
from lms.people.queries.merges import survivors
from lms.people.rules import may_enter_staff, may_enter_teach

LAW_ENFORCEMENT = "law_enforcement"


@dataclass(frozen=True)
class RollLine:
    """One person, or one head count (``person`` None), with the facts that stand."""

    participation: Participation
    enrolled: Entry | None
    attended: Entry | None

    @property
    def person(self) -> Person | None:
        return self.participation.person

    @property
    def code(self) -> str:
        pseudonym = getattr(self.person, "pseudonym", None)
        return pseudonym.code if pseudonym else ""

    @property
    def came(self) -> bool:
        return self.attended is not None and not self.attended.absent

    @property
    def entry(self) -> Entry:
        """The one that says for whom: the last stage that stands."""
        found = self.attended or self.enrolled
        if found is None:
            raise ValueError("Nothing stands of this participation.")
        return found


@dataclass(frozen=True)
class Total:
    """How many by one way of counting: people expected, and people who came."""

    expected: int = 0
    came: int = 0


@dataclass(frozen=True)
class Roll:
    """Who took part, apart by how they are known. ``people`` are different persons, as the counts have them;
    the number of different people lies between ``people`` and ``people`` + ``uncounted``.
    """

    named: Sequence[RollLine] = field(default_factory=list)
    coded: Sequence[RollLine] = field(default_factory=list)
    heads: Sequence[RollLine] = field(default_factory=list)
    totals: Sequence[Total] = field(default_factory=list)

    @property
    def has_come(self) -> bool:
        return any(total.came for total in self.totals)

    @property
    def people(self) -> int:
        named, coded, _heads = self.totals
        return named.came + coded.came if self.has_come else named.expected + coded.expected

    @property
    def uncounted(self) -> int:
        heads = self.totals[2]
        return heads.came if self.has_come else heads.expected


def kept_by(user: User) -> QuerySet[ActivityVersion]:
    """The version in force of each activity that somebody may keep: no cohort or exchange is behind it.

    Staff all of them, trainers those whose sessions they lead.
    """
    versions = ActivityVersion.objects.in_force().filter(*of_its_own())
    if may_enter_staff(user):
        return versions
    if not may_enter_teach(user):
        return versions.none()
    if (persons := shown_persons()) is not None:
        # Who looks at themselves as their trainers do has no colleague's login: all they took part in count.
        taken = Participation.objects.filter(activity=OuterRef("activity"), person__in=persons)
        return versions.filter(Exists(taken))
    led = TrainingSession.objects.filter(activity=OuterRef("activity"), trainers=user.pk)
    return versions.filter(Exists(led))


def of_its_own() -> tuple[Q, ...]:
    """Conditions on versions: neither a cohort nor an exchange is behind the activity."""
    return tuple(~Q(rows) for rows in _behind())


def owned() -> Combinable:
    """Whether either is; for versions and entries."""
    return ExpressionWrapper(Q(*_behind(), _connector=Q.OR), BooleanField())


def _behind() -> list[Exists]:
    return [Exists(made.objects.filter(activity=OuterRef("activity"))) for made in (Cohort, Exchange)]


def roll_of(activity: Activity) -> Roll:
    """Three queries, however many people."""
    standing = Entry.objects.standing().select_related("hotline", "agency", "country")
    found = narrowed(Participation.objects.filter(activity=activity))
    facts = Prefetch("entries", standing.exclude(stage=Stage.COMPLETED), to_attr="facts")
    participations = found.select_related("person__pseudonym").prefetch_related(facts)
    lines = [line for one in participations if (line := _line(one)) is not None]
    named = sorted((one for one in lines if one.person and not one.code), key=_by_name)
    coded = sorted((one for one in lines if one.code), key=lambda one: (_organisation(one), one.code))
    heads = sorted((one for one in lines if one.person is None), key=_organisation)
    return Roll(named, coded, heads, _totals(named, coded, heads))


def _line(participation: Participation) -> RollLine | None:
    by_stage = {entry.stage: entry for entry in participation.facts}  # type: ignore[attr-defined]  # fetched
    if not by_stage:
        return None
    return RollLine(participation, by_stage.get(Stage.ENROLLED), by_stage.get(Stage.ATTENDED))


def _totals(named: list[RollLine], coded: list[RollLine], heads: list[RollLine]) -> list[Total]:
    """Two records that are read as one person are one; of a person known both ways the name counts."""
    final = survivors()

    def persons(lines: list[RollLine], came: bool) -> set[int]:
        told = [one.person.pk for one in lines if one.person and (one.came if came else one.enrolled)]
        return {final.get(pk, pk) for pk in told}

    def total(lines: list[RollLine], before: list[RollLine]) -> Total:
        return Total(*(len(persons(lines, came) - persons(before, came)) for came in (False, True)))

    return [
        total(named, []),
        total(coded, named),
        Total(
            sum(one.enrolled.headcount for one in heads if one.enrolled),
            sum(one.attended.headcount for one in heads if one.attended and one.came),
        ),
    ]


def _by_name(line: RollLine) -> tuple[str, str, int]:
    person = line.person
    if person is None:
        return ("", "", line.participation.pk)
    return (person.family_name.casefold(), person.given_name.casefold(), person.pk)


def _organisation(line: RollLine) -> str:
    place = line.entry.hotline or line.entry.agency
    return place.name.casefold() if place else ""


def amendments_of(activity: Activity) -> list[Amendment]:
    """What was put right by hand, the newest first, with both facts."""
    found = narrowed(Amendment.objects.filter(reversal__entry__activity=activity), "reversal__entry__person")
    sides = ("reversal__entry", "successor")
    parts = ("hotline", "agency", "person__pseudonym")
    joins = [f"{side}__{part}" for side in sides for part in parts]
    return list(found.select_related(*joins, "recorded_by__person").order_by("-recorded_at", "-reversal"))


def only_session(activity: Activity) -> SessionVersion | None:
    """The one session of an activity that is not cancelled; None where there are several, or none."""
    planned = SessionVersion.objects.in_force().filter(session__activity=activity, cancelled=False)
    found = list(planned.select_related("session")[:2])
    return found[0] if len(found) == 1 else None


def trainers_of(activity: Activity) -> QuerySet[User]:
    """Whoever leads one of its sessions."""
    return User.objects.filter(training_sessions__activity=activity).select_related("person").distinct()


def organisation_names() -> list[str]:
    """The same with hotlines."""
    return sorted({*agency_names(), *Hotline.objects.values_list("name", flat=True)})


def agency_names() -> list[str]:
    """To choose from while typing."""
    return list(Agency.objects.order_by("name").values_list("name", flat=True).distinct()[:1000])
