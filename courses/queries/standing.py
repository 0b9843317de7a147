"""What stands for a person, an activity or a hotline: the replay of their facts as of a moment."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from courses.enums import ActivityStatus, Stage
from courses.models import Activity, ActivityVersion, Entry
from courses.queries.facts import VERSION_JOINS, Fact, first_day, known_versions, load
from lms.people.models import Hotline, Person, PersonMerge
from lms.people.queries.merges import in_force, survivors

EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass
class ParticipationStanding:
    """One person, or one head count (``person_id`` None), in one activity."""

    version: ActivityVersion
    person_id: int | None
    facts: list[Fact] = field(default_factory=list)
    person: Person | None = None

    def at(self, stage: str) -> Fact | None:
        """The fact that stands for a stage; of two merged records in one room the one that counts."""
        standing = [fact for fact in self.facts if fact.entry.stage == stage and fact.stands]
        return min(standing, key=lambda fact: _precedence(fact, self.person_id), default=None)

    @property
    def enrolled(self) -> Fact | None:
        return self.at(Stage.ENROLLED)

    @property
    def attended(self) -> Fact | None:
        return self.at(Stage.ATTENDED)

    @property
    def completed(self) -> Fact | None:
        return self.at(Stage.COMPLETED)

    @property
    def stands(self) -> bool:
        return any(fact.stands for fact in self.facts)

    @property
    def entry(self) -> Entry:
        """The entry that says for whom: the last stage that stands, else the last one recorded."""
        standing = self.completed or self.attended or self.enrolled
        return (standing or self.facts[-1]).entry


@dataclass(frozen=True)
class PersonStanding:
    """``merges`` are the records read as this person; facts run from the newest activity to the oldest."""

    survivor: Person
    merges: Sequence[PersonMerge]
    participations: Sequence[ParticipationStanding]
    facts: Sequence[Fact]


@dataclass(frozen=True)
class ActivityStanding:
    """``version`` is None where nothing was known of the activity yet; versions run newest first."""

    version: ActivityVersion | None
    versions: Sequence[ActivityVersion]
    participants: Sequence[ParticipationStanding]
    head_counts: Sequence[ParticipationStanding]
    struck: Sequence[Fact]


@dataclass
class YearOfHotline:
    """Participations of a hotline's people in one year of the reporting zone; ``people`` are different
    persons who attended or completed, ``unidentified`` is the part that is head counts.
    """

    year: int
    enrolled: int = 0
    attended: int = 0
    completed: int = 0
    hosted: int = 0
    persons: set[int] = field(default_factory=set)
    head_counts: dict[tuple[object, ...], int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        return len(self.persons)

    @property
    def unidentified(self) -> int:
        return sum(self.head_counts.values())


@dataclass(frozen=True)
class HotlineStanding:
    hotline: Hotline
    years: Sequence[YearOfHotline]
    participations: Sequence[ParticipationStanding]
    hosted: Sequence[ActivityVersion]
    struck: Sequence[Fact]


def of_person(person: Person, moment: dt.datetime | None = None) -> PersonStanding:
    """Everything recorded about a person before ``moment``, through the merges in force then."""
    final = survivors(moment)
    survivor_id = final.get(person.pk, person.pk)
    records = {survivor_id, *(duplicate for duplicate, end in final.items() if end == survivor_id)}
    facts = load(Entry.objects.filter(person__in=records), moment)
    survivor = person if survivor_id == person.pk else Person.objects.get(pk=survivor_id)
    merges = (
        in_force(moment).filter(duplicate__in=records) if len(records) > 1 else PersonMerge.objects.none()
    )
    return PersonStanding(
        survivor=survivor,
        merges=list(merges.select_related("duplicate", "survivor", "recorded_by__person")),
        participations=_newest_first(_participations(facts, final)),
        facts=sorted(facts, key=lambda fact: (_place_in_time(fact.version), fact.entry.pk), reverse=True),
    )


def of_activity(activity: Activity, moment: dt.datetime | None = None) -> ActivityStanding:
    """What was known of an activity before ``moment``: its versions, who took part, and head counts."""
    versions = activity.versions.select_related(*VERSION_JOINS)
    if moment is not None:
        versions = versions.filter(recorded_at__lt=moment)
    known = list(versions.order_by("-number"))
    facts = load(Entry.objects.filter(activity=activity), moment)
    everyone = [taking for taking in _participations(facts, survivors(moment)) if taking.stands]
    _name(everyone)
    return ActivityStanding(
        version=known[0] if known else None,
        versions=known,
        participants=sorted((one for one in everyone if one.person), key=_by_name),
        head_counts=[one for one in everyone if one.person_id is None],
        struck=[fact for fact in facts if not fact.stands],
    )


def of_hotline(hotline: Hotline, moment: dt.datetime | None = None) -> HotlineStanding:
    """What was recorded for a hotline's people while they were its people, and what it hosted."""
    final = survivors(moment)
    # Which of two merged records counts in a room is decided over all hotlines.
    read_together = {*final, *final.values()}
    known = load(Entry.objects.filter(Q(hotline=hotline) | Q(person__in=read_together)), moment)
    facts = [fact for fact in known if fact.entry.hotline_id == hotline.pk]
    counted = [fact for fact in _counted_once(known, final) if fact.entry.hotline_id == hotline.pk]
    hosted_ids = ActivityVersion.objects.filter(host=hotline).values_list("activity", flat=True)
    hosted = [
        version
        for version in known_versions(hosted_ids, moment).values()
        if version.host_id == hotline.pk and not version.withdrawn
    ]
    participations = [taking for taking in _participations(facts, final) if taking.stands]
    _name(participations)
    return HotlineStanding(
        hotline=hotline,
        years=_years(counted, final, hosted),
        participations=_newest_first(participations),
        hosted=sorted(hosted, key=_place_in_time, reverse=True),
        struck=[fact for fact in facts if not fact.stands],
    )


def _participations(facts: Iterable[Fact], final: dict[int, int]) -> list[ParticipationStanding]:
    """Facts of one person in one activity together; each head count by itself."""
    grouped: dict[tuple[object, ...], ParticipationStanding] = {}
    for fact in facts:
        entry = fact.entry
        person_id = _read_as(entry, final)
        key: tuple[object, ...] = (entry.activity_id, person_id)
        if person_id is None:
            key += (entry.audience, entry.hotline_id, entry.agency_id, entry.country_id)
        grouped.setdefault(key, ParticipationStanding(fact.version, person_id)).facts.append(fact)
    return list(grouped.values())


def _name(participations: Iterable[ParticipationStanding]) -> None:
    """Put the persons to their ids, in one query."""
    takers = list(participations)
    people = Person.objects.in_bulk({one.person_id for one in takers if one.person_id is not None})
    for one in takers:
        one.person = people.get(one.person_id) if one.person_id is not None else None


def _counted_once(facts: Iterable[Fact], final: dict[int, int]) -> list[Fact]:
    """The facts that count; two merged records at one stage of one activity are one."""
    best: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        if not fact.counts:
            continue
        entry = fact.entry
        person_id = _read_as(entry, final)
        place = (entry.activity_id, entry.stage, person_id or ("head count", entry.pk))
        if place not in best or _precedence(fact, person_id) < _precedence(best[place], person_id):
            best[place] = fact
    return list(best.values())


def _precedence(fact: Fact, survivor_id: int | None) -> tuple[bool, dt.date, bool, int]:
    """The order of queries/counts: presence, the earliest date, the survivor's own record."""
    entry = fact.entry
    return (entry.absent, entry.happened_on or dt.date.min, entry.person_id != survivor_id, entry.pk)


def _read_as(entry: Entry, final: dict[int, int]) -> int | None:
    return None if entry.person_id is None else final.get(entry.person_id, entry.person_id)


def _years(
    counted: Iterable[Fact], final: dict[int, int], hosted: Iterable[ActivityVersion]
) -> list[YearOfHotline]:
    years: dict[int, YearOfHotline] = {}
    for fact in counted:
        if fact.day is not None:
            year = years.setdefault(fact.day.year, YearOfHotline(fact.day.year))
            _add(year, fact.entry, _read_as(fact.entry, final))
    for version in hosted:
        _add_hosted(years, version)
    return sorted(years.values(), key=lambda one: one.year, reverse=True)


def _add(year: YearOfHotline, entry: Entry, person_id: int | None) -> None:
    setattr(year, entry.stage, getattr(year, entry.stage) + entry.headcount)
    if entry.stage == Stage.ENROLLED:
        return
    if person_id is not None:
        year.persons.add(person_id)
        return
    # The same heads attended and completed: they are not twice as many.
    room = (entry.activity_id, entry.audience, entry.agency_id, entry.country_id)
    year.head_counts[room] = max(entry.headcount, year.head_counts.get(room, 0))


def _add_hosted(years: dict[int, YearOfHotline], version: ActivityVersion) -> None:
    day = first_day(version)
    if day is not None and version.status == ActivityStatus.HELD:
        years.setdefault(day.year, YearOfHotline(day.year)).hosted += 1


def _newest_first(participations: Iterable[ParticipationStanding]) -> list[ParticipationStanding]:
    return sorted(participations, key=lambda one: _place_in_time(one.version), reverse=True)


def _place_in_time(version: ActivityVersion) -> dt.datetime:
    """Where an activity stands in a list; a self-paced one comes with the oldest."""
    return version.starts_at or EARLIEST


def _by_name(participation: ParticipationStanding) -> tuple[str, str]:
    person = participation.person
    return (person.family_name.casefold(), person.given_name.casefold()) if person else ("", "")
