"""One question to people, activities and hotlines at once: the best few of each, and why they were found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from courses.enums import ListName
from courses.models import ActivityVersion
from courses.queries.find import activities, hotlines
from lms.kit.folding import fold
from lms.people.models import Hotline, Person
from lms.people.narrowing import narrowed
from lms.people.queries.hotlines import with_membership
from lms.people.queries.persons import found
from lms.people.queries.searching import best_first, holding, words_of

# Of each kind; the lists have them all.
MOST = 10
# Of activities, where one is chosen of them.
MOST_TO_CHOOSE = 20
ORDER = {
    ListName.PEOPLE: ("family_name", "given_name", "pk"),
    ListName.ACTIVITIES: ("-starts_at", "title", "pk"),
    ListName.HOTLINES: ("name",),
}


@dataclass(frozen=True)
class Hit:
    """``reasons`` are the fields that hold a word, and what they say; the name is shown anyway."""

    record: Any
    reasons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """The best hits in one list, of ``total``."""

    name: ListName
    hits: list[Hit]
    total: int


def search(text: str) -> list[Group]:
    """A group for each list in which anything holds every word of ``text``, in any order. A fixed number of
    queries, and none for what has no word.
    """
    words = words_of(text)
    if not words:
        return []
    rows: dict[ListName, QuerySet[Any]] = {
        ListName.PEOPLE: found("").select_related("pseudonym"),
        ListName.ACTIVITIES: _activities(),
        ListName.HOTLINES: hotlines.searchable(with_membership()),
    }
    best: dict[ListName, tuple[list[Any], int]] = {}
    for name, asked in rows.items():
        holding_all = holding(asked, words)
        best[name] = list(_best(name, holding_all, words)[:MOST]), holding_all.count()
    return list(_with_reasons(best, words))


def activities_found(text: str, *, also: int | None = None) -> list[ActivityVersion]:
    """The best activities for these words, as ``search`` finds them, after the one of ``also``."""
    words = words_of(text)
    known = _activities()
    best = _best(ListName.ACTIVITIES, holding(known, words), words)[:MOST_TO_CHOOSE] if words else []
    found = list(best)
    if also is not None and all(one.activity_id != also for one in found):
        found = [*known.filter(activity=also), *found]
    return found


def exact(text: str) -> tuple[ListName, int] | None:
    """The one person or activity that registers call exactly so; its list and its key."""
    people = narrowed(Person.objects.filter(register_id=text), "pk").values_list("pk", flat=True)
    known = ActivityVersion.objects.in_force().filter(activity__register_id=text)
    hits = [(ListName.PEOPLE, pk) for pk in people]
    hits += [(ListName.ACTIVITIES, pk) for pk in known.values_list("activity", flat=True)]
    return hits[0] if len(hits) == 1 else None


def _activities() -> QuerySet[ActivityVersion]:
    return activities.searchable(ActivityVersion.objects.in_force().select_related("kind", "activity"))


def _best(name: ListName, rows: QuerySet[Any], words: Sequence[str]) -> QuerySet[Any]:
    return best_first(rows, words).order_by("-rank", *ORDER[name])


def _with_reasons(best: Mapping[ListName, tuple[list[Any], int]], words: Sequence[str]) -> Iterator[Group]:
    """One query for all that is shown."""
    said = [
        (row, key, text)
        for rows, _total in best.values()
        for row in rows
        for key, text in _fields(row)
        if text
    ]
    folded = fold([text for _row, _key, text in said])
    reasons: dict[int, list[tuple[str, str]]] = {}
    for (row, key, text), plain in zip(said, folded, strict=True):
        if any(word in plain for word in words):
            reasons.setdefault(id(row), []).append((key, text))
    for name, (rows, total) in best.items():
        if rows:
            yield Group(name, [Hit(row, reasons.get(id(row), [])) for row in rows], total)


def _fields(row: Any) -> list[tuple[str, str]]:
    if isinstance(row, Person):
        return [("email", row.email), ("register_id", row.register_id or "")]
    if isinstance(row, Hotline):
        return [("organisation", row.organisation), ("country", row.country.name)]
    version: ActivityVersion = row
    said = {name: getattr(row, name) or "" for name in ("its_year", "its_id")}
    return [
        ("place", version.place),
        ("register_id", said["its_id"]),
        *(("topic", topic) for topic in version.topics),
        ("year", said["its_year"]),
        ("kind", version.kind.name),
    ]
