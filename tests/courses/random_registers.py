"""Registers that may be random but hold: what hypothesis draws for the counts to be held against."""

import datetime as dt
from collections.abc import Sequence

from hypothesis import strategies as st

from tests.courses.naive import Register
from tests.courses.registers import FRANCE, SWEDEN, activity, participation, person, register

COLOMBIA = "Te Protejo Colombia"
KINDS = ("basic", "advanced", "online", "exchange", "law_enforcement", "htm", "webinar", "qa_review")
ZONES = (
    "Europe/Amsterdam", "Etc/GMT+12", "Pacific/Kiritimati", "America/Bogota", "Asia/Kathmandu", "Pacific/Apia",
)  # fmt: skip
# (audience, organisation, country): what somebody can be at, or a head count can come from.
PLACES = (
    ("hotline", SWEDEN, "SE"), ("hotline", FRANCE, "FR"), ("hotline", COLOMBIA, "CO"), ("hotline", FRANCE, "BE"),
    ("law_enforcement", "Police", "FR"), ("law_enforcement", "Police", "CO"), ("law_enforcement", "", "NL"),
    ("government", "Ministry", ""), ("industry", "=Acme; Ltd", "AU"), ("other", "", ""),
)  # fmt: skip
# Cells that contradict most of those, and leave others blank.
CONTRADICTING: tuple[dict[str, str], ...] = (
    {"country": "AU"}, {"audience": "government"}, {"audience": "other", "country": "SE"},
    {"audience": "hotline", "organisation": SWEDEN},
)  # fmt: skip
CHANGED_ON = dt.date(2023, 7, 1)
DAYS = ("2022-12-31", "2023-01-01", "2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01")
# Wall-clock moments around the turns of the year and of an affiliation, and around both clock changes.
STARTS = (
    "2022-12-31T11:30", "2022-12-31T23:30", "2023-01-01T00:00", "2023-01-01T12:15", "2023-03-26T02:30",
    "2023-06-30T23:59", "2023-07-01T00:00", "2023-10-29T02:30", "2023-12-31T12:00", "2023-12-31T23:59",
    "2024-01-01T00:00", "2024-01-01T13:00",
)  # fmt: skip

# Where one hour decides the year: the reporting zone says one, UTC or the place itself another.
TURNS = (
    ("2023-01-01T00:00", "Europe/Amsterdam"), ("2022-12-31T18:30", "America/Bogota"),
    ("2023-01-01T05:00", "Asia/Kathmandu"), ("2024-01-01T12:30", "Pacific/Kiritimati"),
    ("2023-12-31T23:30", "Europe/Amsterdam"), ("2023-12-31T18:15", "America/Bogota"),
)  # fmt: skip

places = st.sampled_from(PLACES)
moments = st.sampled_from(TURNS) | st.tuples(st.sampled_from([*STARTS, ""]), st.sampled_from(ZONES))
days_or_blank = st.one_of(st.just(""), st.sampled_from(DAYS))


def cells(place: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("audience", "organisation", "country"), place, strict=True))


@st.composite
def affiliations(draw: st.DrawFn, person_id: str) -> list[dict[str, str]]:
    """One open affiliation, or two that follow each other on 1 July 2023."""
    first, second = draw(places), draw(st.none() | places)
    if second is None or second == first:
        return [person(person_id, **cells(first))]
    until, since = CHANGED_ON - dt.timedelta(days=1), CHANGED_ON
    return [
        person(person_id, **cells(first), until=until.isoformat()),
        person(person_id, **cells(second), **{"from": since.isoformat()}),
    ]


@st.composite
def activities(draw: st.DrawFn, activity_id: str, kinds: Sequence[str]) -> dict[str, str]:
    start, zone = draw(moments)
    return activity(
        activity_id,
        kind=draw(st.sampled_from(kinds)),
        starts_at=start,
        ends_at="",
        timezone=zone,
        mode=draw(st.sampled_from(["", "in_person", "online", "hybrid"])),
        country=draw(st.sampled_from(["", "FR", "CO", "AU"])),
        host=draw(st.sampled_from(["", SWEDEN, COLOMBIA])),
        funder=draw(st.sampled_from(["", "CERV", "=own funds"])),
        topics=draw(st.sampled_from(["", "welfare", "welfare; tracing", "tracing;;welfare;tracing"])),
        status=draw(st.sampled_from(["held", "held", "held", "planned", "cancelled"])),
    )


@st.composite
def stages(draw: st.DrawFn, at: dict[str, str]) -> dict[str, str]:
    """Enrolled, attended, completed: as far as such an activity takes them."""
    return {
        "enrolled_on": draw(days_or_blank),
        "attended": draw(st.sampled_from(["", "yes", "yes", "no"])) if at["starts_at"] else "",
        "completed_on": draw(days_or_blank) if at["status"] != "cancelled" else "",
    }


@st.composite
def taking_part(draw: st.DrawFn, at: dict[str, str], who: list[dict[str, str]]) -> dict[str, str]:
    """One person at one activity: as what is left blank, given whole, in part, or against people.csv."""
    given = draw(st.sampled_from(["nothing", "all", "part", "against"]))
    said: dict[str, str] = {}
    if given == "all":
        said = cells(draw(places))
    elif given == "against":
        said = draw(st.sampled_from(CONTRADICTING))
    elif given == "part" and len(who) == 1:
        kept = draw(st.sets(st.sampled_from(["audience", "organisation", "country"])))
        said = {cell: who[0][cell] for cell in kept}
    counted = {"headcount": draw(st.sampled_from(["", "1"]))}
    return participation(at["activity_id"], who[0]["person_id"], **said, **counted, **draw(stages(at)))


@st.composite
def head_counts(draw: st.DrawFn, at: dict[str, str]) -> list[dict[str, str]]:
    """Head counts from different places, at most two."""
    return [
        participation(at["activity_id"], "", **cells(place), headcount=str(number), **draw(stages(at)))
        for place, number in draw(st.dictionaries(places, st.integers(1, 40), max_size=2)).items()
    ]


@st.composite
def registers(
    draw: st.DrawFn,
    prefix: str = "",
    most_activities: int = 5,
    most_people: int = 5,
    kinds: Sequence[str] = ("exchange", *KINDS),
) -> Register:
    """A register without a line to reject, in any order of lines and with some lines repeated."""
    held = [
        draw(activities(f"{prefix}A{number}", kinds))
        for number in range(draw(st.integers(1, most_activities)))
    ]
    people = [draw(affiliations(f"{prefix}P{number}")) for number in range(draw(st.integers(1, most_people)))]
    lines = [draw(taking_part(at, who)) for at in held for who in people if draw(st.booleans())] + [
        line for at in held for line in draw(head_counts(at))
    ]
    repeated = draw(st.lists(st.sampled_from(lines), max_size=2)) if lines else []
    return register(
        people=draw(st.permutations([line for who in people for line in who])),
        activities=draw(st.permutations(held)),
        participations=draw(st.permutations(lines + repeated)),
    )


@st.composite
def changed(draw: st.DrawFn, of: Register) -> Register:
    """The same register later on: other facts, corrected activities, somebody moved, lines left out."""
    people = draw(people_later(of["people"]))
    by_person: dict[str, list[dict[str, str]]] = {}
    for line in people:
        by_person.setdefault(line["person_id"], []).append(line)
    at = {line["activity_id"]: line | draw(corrections(line)) for line in of["activities"]}
    keys = sorted({(p["activity_id"], p["person_id"]) for p in of["participations"] if p["person_id"]})
    lines = [draw(taking_part(at[one], by_person[who])) for one, who in keys if draw(st.integers(0, 3))]
    return register(people=people, activities=list(at.values()), participations=lines)


@st.composite
def people_later(draw: st.DrawFn, lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """The affiliations of everybody, drawn anew for the one who moved."""
    moved = draw(st.sampled_from(sorted({line["person_id"] for line in lines})))
    return [line for line in lines if line["person_id"] != moved] + draw(affiliations(moved))


def corrections(of: dict[str, str]) -> st.SearchStrategy[dict[str, str]]:
    """What may become of an activity without stranding what was recorded of it."""
    statuses = ["cancelled"] if of["status"] == "cancelled" else ["held", "planned"]
    starts = STARTS if of["starts_at"] else ("",)
    return st.fixed_dictionaries(
        {"status": st.sampled_from(statuses)},
        optional={
            "starts_at": st.sampled_from(starts),
            "kind": st.sampled_from(KINDS),
            "funder": st.sampled_from(["", "CERV"]),
            "topics": st.sampled_from(["", "welfare"]),
            "host": st.sampled_from(["", FRANCE]),
        },
    )
