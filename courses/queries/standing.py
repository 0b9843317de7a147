"""What stands for a person, an activity or a hotline: the replay of their facts as of a moment."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar, overload

from django.db.models import Q, QuerySet

from courses.enums import ActivityStatus, Stage
from courses.models import Activity, ActivityVersion, Entry
from courses.models.ledger import EntryQuerySet
from courses.queries.facts import BARE, VERSION_JOINS, Fact, first_day, known_versions, load, seen
from lms.people.models import Hotline, Person, PersonMerge
from lms.people.narrowing import narrowed
from lms.people.queries.merges import in_force, survivors

NAMED = ("person_id", "person__family_name", "person__given_name")
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
        return min(standing, key=lambda fact: _precedence(fact.entry, self.person_id), default=None)

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


class Participants(Sequence[ParticipationStanding]):
    """Who took part in an activity by name, in the order of names; facts are read for the part looked at.

    A hundred thousand may take one course, and a page shows a hundred of them.
    """

    def __init__(self, standing: QuerySet[Entry], final: dict[int, int], moment: dt.datetime | None) -> None:
        self._standing, self._final, self._moment = standing, final, moment
        names = standing.exclude(person=None).order_by().values_list(*NAMED).distinct()
        named = {pk: (family, given) for pk, family, given in names}
        read_as = {final.get(pk, pk) for pk in named}
        elsewhere = Person.objects.filter(pk__in=read_as - set(named))
        named |= {person.pk: (person.family_name, person.given_name) for person in elsewhere}
        self.ids = sorted(read_as, key=lambda pk: (*(part.casefold() for part in named[pk]), pk))

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> ParticipationStanding: ...
    @overload
    def __getitem__(self, place: slice) -> list[ParticipationStanding]: ...
    def __getitem__(self, place: int | slice) -> ParticipationStanding | list[ParticipationStanding]:
        return self._read(self.ids[place]) if isinstance(place, slice) else self._read([self.ids[place]])[0]

    def __iter__(self) -> Iterator[ParticipationStanding]:
        return iter(self[:])

    def _read(self, people: list[int]) -> list[ParticipationStanding]:
        records = {*people, *(pk for pk, end in self._final.items() if end in set(people))}
        facts = load(self._standing.filter(person__in=records), self._moment)
        found = {one.person_id: one for one in _participations(facts, self._final)}
        _name(found.values())
        return [found[pk] for pk in people]


Row = TypeVar("Row")


class Shown(Sequence[Row]):
    """Rows in their order, known well enough to count and to sort; ``read`` makes those looked at whole.

    Some ten thousand facts may be recorded for a hotline, and a page shows a hundred of them.
    """

    def __init__(self, rows: Sequence[Row], read: Callable[[Sequence[Row]], list[Row]]) -> None:
        self._rows, self._read = rows, read

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        return (
            self._read(self._rows[place]) if isinstance(place, slice) else self._read([self._rows[place]])[0]
        )

    def __iter__(self) -> Iterator[Row]:
        return iter(self[:])


@dataclass(frozen=True)
class ActivityStanding:
    """``version`` is None where nothing was known of the activity yet; versions run newest first.

    ``visitors`` are the names of the hotlines that came: somebody of them attended. ``unseen`` people keep
    it to themselves and are in none of the lists.
    """

    version: ActivityVersion | None
    versions: Sequence[ActivityVersion]
    participants: Participants
    head_counts: Sequence[ParticipationStanding]
    visitors: Sequence[str]
    struck: Sequence[Fact]
    unseen: int


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


def of_person(person: Person, moment: dt.datetime | None = None, *, own: bool = False) -> PersonStanding:
    """Everything recorded about a person before ``moment``, through the merges in force then.

    ``own`` is for their own eyes: to everybody else a self-care course that they keep to themselves is
    not there.
    """
    final = survivors(moment)
    survivor_id = final.get(person.pk, person.pk)
    records = {survivor_id, *(duplicate for duplicate, end in final.items() if end == survivor_id)}
    recorded = Entry.objects.filter(person__in=records)
    facts = load(recorded if own else seen(recorded), moment)
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
    versions = activity.versions.select_related(*VERSION_JOINS, "note")
    if moment is not None:
        versions = versions.filter(recorded_at__lt=moment)
    known = list(versions.order_by("-number"))
    final = survivors(moment)
    everything = Entry.objects.filter(activity=activity)
    recorded = seen(everything)
    standing = recorded.none() if known and known[0].withdrawn else recorded.standing(moment)
    return ActivityStanding(
        version=known[0] if known else None,
        versions=known,
        participants=Participants(standing, final, moment),
        head_counts=_participations(load(standing.filter(person=None), moment), final),
        visitors=_visitors(standing, final) if known and known[0].status == ActivityStatus.HELD else [],
        struck=load(recorded.exclude(pk__in=standing.values("pk")), moment),
        unseen=_unseen(everything, moment),
    )


def _unseen(recorded: EntryQuerySet, moment: dt.datetime | None) -> int:
    """How many people keep it to themselves, as far as something of them stands."""
    kept = narrowed(recorded.standing(moment).filter(participation__enrolment__hidden=True))
    return kept.order_by().values("participation").distinct().count()


def _visitors(standing: QuerySet[Entry], final: dict[int, int]) -> list[str]:
    """The hotlines of those who attended; of two merged records in the room only the one that counts."""
    there = standing.filter(stage=Stage.ATTENDED, absent=False)
    merged = {*final, *final.values()}
    counted: dict[int | None, Hotline | None] = {}
    doubled = there.filter(person__in=merged).select_related("hotline")
    for entry in sorted(doubled, key=lambda entry: _precedence(entry, _read_as(entry, final))):
        counted.setdefault(_read_as(entry, final), entry.hotline)
    names = there.exclude(person__in=merged).order_by().values_list("hotline__name", flat=True).distinct()
    return sorted({*filter(None, names), *(hotline.name for hotline in counted.values() if hotline)})


def of_hotline(hotline: Hotline, moment: dt.datetime | None = None) -> HotlineStanding:
    """What was recorded for a hotline's people while they were its people, and what it hosted.

    Without what somebody keeps to themselves: where four people work, a number is as good as a name.
    """
    final = survivors(moment)
    # Which of two merged records counts in a room is decided over all hotlines.
    read_together = {*final, *final.values()}
    known = load(seen(Entry.objects.filter(Q(hotline=hotline) | Q(person__in=read_together))), moment, BARE)
    facts = [fact for fact in known if fact.entry.hotline_id == hotline.pk]
    counted = [fact for fact in _counted_once(known, final) if fact.entry.hotline_id == hotline.pk]
    hosted_ids = ActivityVersion.objects.filter(host=hotline).values_list("activity", flat=True)
    hosted = [
        version
        for version in known_versions(hosted_ids, moment).values()
        if version.host_id == hotline.pk and not version.withdrawn
    ]
    participations = [taking for taking in _participations(facts, final) if taking.stands]
    return HotlineStanding(
        hotline=hotline,
        years=_years(counted, final, hosted),
        participations=Shown(
            _newest_first(participations), lambda shown: _whole_participations(shown, moment)
        ),
        hosted=sorted(hosted, key=_place_in_time, reverse=True),
        struck=Shown([fact for fact in facts if not fact.stands], lambda shown: _whole(shown, moment)),
    )


def _whole(facts: Iterable[Fact], moment: dt.datetime | None) -> list[Fact]:
    """The same facts with everything a page says of them, in their order."""
    order = [fact.entry.pk for fact in facts]
    found = {fact.entry.pk: fact for fact in load(Entry.objects.filter(pk__in=order), moment)}
    return [found[pk] for pk in order]


def _whole_participations(
    takings: Sequence[ParticipationStanding], moment: dt.datetime | None
) -> list[ParticipationStanding]:
    facts = iter(_whole((fact for taking in takings for fact in taking.facts), moment))
    whole = [
        ParticipationStanding(taking.version, taking.person_id, list(islice(facts, len(taking.facts))))
        for taking in takings
    ]
    _name(whole)
    return whole


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
    people = Person.objects.select_related("pseudonym").in_bulk(
        {one.person_id for one in takers if one.person_id is not None}
    )
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
        if place not in best or _precedence(entry, person_id) < _precedence(best[place].entry, person_id):
            best[place] = fact
    return list(best.values())


def _precedence(entry: Entry, survivor_id: int | None) -> tuple[object, ...]:
    """The order of queries/counts: presence, the earliest date, the survivor's own record, and then what it
    is counted by; none comes last.
    """
    return (
        entry.absent,
        entry.happened_on or dt.date.min,
        entry.person_id != survivor_id,
        entry.audience,
        (entry.hotline_id is None, entry.hotline_id),
        (entry.country_id is None, entry.country_id),
        entry.pk,
    )


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
