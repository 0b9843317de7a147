"""The facts behind a figure, as a file holds them: ids, dates and places, and nobody's name.

Days are texts as 2023-05-31 of the reporting zone. Hotlines and funders go by their names, which are those of
organisations; persons are numbers that mean nothing outside the file they stand in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from courses.enums import ActivityStatus, Stage
from courses.kinds.figures.paid import NOTHING_SAID, Paid, written
from courses.kinds.figures.reading import Record, Unusable
from lms.people.enums import Audience

ACTIVITY_KEYS = (
    "id", "kind", "between_hotlines", "status", "day", "host", "country", "region", "funder", "topics",
    "mode",
)  # fmt: skip
# Said where there is any: what paid for an activity, for single visitors of it, and for one of these.
FUNDING, VISITORS = "funding", "visitors_funding"
PART_KEYS = (
    "id", "participation", "activity", "stage", "person", "headcount", "day", "audience", "hotline",
    "country", "region",
)  # fmt: skip


@dataclass(frozen=True)
class Activity:
    """What counts of an activity, as it was known: ``day`` is that of its start, None for a self-paced one.

    ``between_hotlines`` kinds are visits of hotlines to a host, so hotlines are counted in them.
    ``visitors`` are the grants that paid for single participations: the event counts under them, too.
    """

    id: int
    kind: str
    between_hotlines: bool
    status: str
    day: str | None
    host: str | None
    country: str | None
    region: str | None
    funder: str | None
    topics: tuple[str, ...]
    mode: str | None
    paid: Paid = NOTHING_SAID
    visitors: Paid = NOTHING_SAID

    def is_held(self, first: str, last: str) -> bool:
        return self.status == ActivityStatus.HELD and self.day is not None and first <= self.day <= last

    def as_json(self) -> dict[str, Any]:
        said = {key: getattr(self, key) for key in ACTIVITY_KEYS} | {"topics": list(self.topics)}
        return said | written({FUNDING: self.paid, VISITORS: self.visitors})

    @classmethod
    def parse(cls, record: Record) -> Self:
        record.only(*ACTIVITY_KEYS, FUNDING, VISITORS)
        status = record.text("status")
        if status not in ActivityStatus.values:
            raise Unusable(f"“status” of {record.place} is none.")
        return cls(
            id=record.number("id"),
            kind=record.text("kind"),
            between_hotlines=record.truth("between_hotlines"),
            status=status,
            day=record.day_or_none("day"),
            topics=record.texts("topics"),
            paid=Paid.parse(record, FUNDING),
            visitors=Paid.parse(record, VISITORS),
            **{key: record.text_or_none(key) for key in ("host", "country", "region", "funder", "mode")},
        )


@dataclass(frozen=True)
class Part:
    """One entry of the ledger: somebody, or a head count, reached a stage of an activity.

    ``person`` tells different people apart, merged records being one; None is a head count. ``day`` is the
    date of an enrolment or completion, and None for an attendance, which is dated by its activity. ``paid``
    is said where somebody has a funding of their own; the activity's holds for everybody else.
    """

    id: int
    participation: int
    activity: int
    stage: str
    person: int | None
    headcount: int
    day: str | None
    audience: str
    hotline: str | None
    country: str | None
    region: str | None
    paid: Paid = NOTHING_SAID

    def counts(self, at: Activity, first: str, last: str) -> bool:
        """Whether it is counted in the span: the rules of the stages in docs/counts.md."""
        if self.stage == Stage.ATTENDED:
            return at.is_held(first, last)
        if self.stage == Stage.ENROLLED and at.status == ActivityStatus.CANCELLED:
            return False
        return self.day is not None and first <= self.day <= last

    def as_json(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in PART_KEYS} | written({FUNDING: self.paid})

    @classmethod
    def parse(cls, record: Record) -> Self:
        record.only(*PART_KEYS, FUNDING)
        stage, audience, person = (
            record.text("stage"),
            record.text("audience"),
            record.number_or_none("person"),
        )
        if stage not in Stage.values or audience not in Audience.values:
            raise Unusable(f"{record.place} names a stage or an audience that is none.")
        if person is not None and record.number("headcount") != 1:
            raise Unusable(f"{record.place} is a person and counts more than one.")
        return cls(
            stage=stage,
            audience=audience,
            person=person,
            id=record.number("id"),
            participation=record.number("participation"),
            activity=record.number("activity"),
            headcount=record.number("headcount", least=1),
            day=record.day_or_none("day"),
            hotline=record.text_or_none("hotline"),
            country=record.text_or_none("country"),
            region=record.text_or_none("region"),
            paid=Paid.parse(record, FUNDING),
        )


@dataclass(frozen=True)
class Facts:
    """All of them, by id; every part's activity is there."""

    activities: dict[int, Activity]
    parts: dict[int, Part]

    @classmethod
    def of(cls, activities: Iterable[Activity], parts: Iterable[Part]) -> Self:
        """In the order of their ids."""
        by_id = sorted(parts, key=lambda part: part.id)
        return cls(
            {one.id: one for one in sorted(activities, key=lambda one: one.id)}, {p.id: p for p in by_id}
        )

    def told_apart(self) -> "Facts":
        """The same with persons numbered from 1 as they come; nothing else knows these numbers."""
        numbers: dict[int, int] = {}
        parts = {}
        for part in self.parts.values():
            number = None if part.person is None else numbers.setdefault(part.person, len(numbers) + 1)
            parts[part.id] = Part(**{**vars(part), "person": number})
        return Facts(self.activities, parts)

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "activities": [one.as_json() for one in self.activities.values()],
            "entries": [part.as_json() for part in self.parts.values()],
        }

    @classmethod
    def parse(cls, data: Any) -> Self:
        """From decoded JSON. Raises Unusable, also for two facts of one id and a missing activity."""
        record = Record(data, "“facts”").only("activities", "entries")
        activities = [Activity.parse(one) for one in record.records("activities", "activity")]
        parts = [Part.parse(one) for one in record.records("entries", "entry")]
        found = cls({one.id: one for one in activities}, {part.id: part for part in parts})
        if (len(found.activities), len(found.parts)) != (len(activities), len(parts)):
            raise Unusable("Two facts of the file have one id.")
        for part in parts:
            if part.activity not in found.activities:
                raise Unusable(f"The activity of entry {part.id} is not in the file.")
        return found


def dimensions(place: Part | Activity, at: Activity) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """Each dimension with the values that a fact comes under; None where it has none.

    An event has the hotline of its host, and no audience. A visitor's own grants come before the activity's.
    """
    event = isinstance(place, Activity)
    if isinstance(place, Part):
        yield "audience", (place.audience,)
    yield "hotline", (place.host if isinstance(place, Activity) else place.hotline,)
    yield "country", (place.country,)
    yield "region", (place.region,)
    yield "funder", (at.funder,)
    paid = at.paid | at.visitors if isinstance(place, Activity) else place.paid or at.paid
    yield "grant", paid.grants or (None,)
    yield "work_package", paid.work_packages or (None,)
    yield "topic", tuple(dict.fromkeys(at.topics)) or (None,)
    yield "mode", (at.mode,)
    day = at.day if event or place.day is None else place.day
    yield "month", (day[:7] if day else None,)
