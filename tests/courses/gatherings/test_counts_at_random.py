"""Whatever is entered and put right, in any order, the counts have exactly what was said last."""

import random
from dataclasses import dataclass, field

import pytest

from courses.actions.amendments import Right, put_right
from courses.models import Participation
from courses.queries.gatherings import roll_of
from lms.kit.errors import Refused
from tests.courses.gatherings import made

pytestmark = pytest.mark.django_db
AGENCIES = ("Federal police", "Ministry", "Provider")


@dataclass
class Said:
    """By participation (enrolled, attended), as plain numbers."""

    people: dict[int, tuple[int, int]] = field(default_factory=dict)
    heads: dict[str, tuple[int, int]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        people = [sum(one[stage] for one in self.people.values()) for stage in (0, 1)]
        heads = [sum(one[stage] for one in self.heads.values()) for stage in (0, 1)]
        found = {"law_enforcement.held.events": 1}
        for nth, stage in enumerate(("enrolled", "attended")):
            found[f"law_enforcement.{stage}.participations"] = people[nth] + heads[nth]
            found[f"law_enforcement.{stage}.people"] = people[nth]
            found[f"law_enforcement.{stage}.unidentified"] = heads[nth]
        return {code: number for code, number in found.items() if number}


@pytest.mark.parametrize("seed", range(3))
def test_counts_have_what_was_said_last(seed):
    chance, staff = random.Random(seed), made.staff()  # noqa: S311 - a test
    room, said = made.held(by=staff), Said()
    for number in range(25):
        choice = chance.random()
        if choice < 0.35:
            came = chance.random() < 0.7
            way = made.named(room, f"N{number}", came=came, by=staff) if chance.random() < 0.5 else None
            taking = way or made.coded(room, f"K{number}", came=came, by=staff)
            said.people[taking.pk] = (1, int(came))
        elif choice < 0.6:
            count_heads(chance, room, said, staff)
        else:
            correct(chance, said, room, staff)
    assert made.counts(room) == said.counts()
    roll = roll_of(room)
    assert roll.people == made.counts(room).get("law_enforcement.attended.people", 0)
    assert roll.uncounted == made.counts(room).get("law_enforcement.attended.unidentified", 0)


def count_heads(chance, room, said, staff) -> None:
    agency, came, number = chance.choice(AGENCIES), chance.random() < 0.7, chance.randint(1, 30)
    before = said.heads.get(agency, (0, 0))
    if before[came]:
        with pytest.raises(Refused, match="counted already"):
            made.heads(room, number, came=came, at=made.place(agency), by=staff)
        return
    made.heads(room, number, came=came, at=made.place(agency), by=staff)
    said.heads[agency] = (before[0], number) if came else (number, before[1])


def correct(chance, said, room, staff) -> None:
    """Somebody, or a head count, was otherwise; nothing is refused where that is what is recorded."""
    if said.people and chance.random() < 0.6:
        pk = chance.choice(sorted(said.people))
        now = chance.choice([(1, 0), (1, 1)])
        if said.people[pk] == now:
            return
        right = Right(made.place(), *now, absent=not now[1])
        said.people[pk] = now
    elif standing := [name for name, one in said.heads.items() if any(one)]:
        agency = chance.choice(sorted(standing))
        now = (chance.randint(0, 9), chance.randint(1, 9))
        if said.heads[agency] == now:
            return
        pk = Participation.objects.get(activity=room, agency__name=agency, person=None).pk
        right = Right(made.place(agency), *now)
        said.heads[agency] = now
    else:
        return
    put_right(participation=Participation.objects.get(pk=pk), right=right, reason="Said so.", by=staff)
