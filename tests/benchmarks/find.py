"""Searching and narrowing at any size, held against one query in plain SQL that finds the same people.

*Plain* is what somebody would write who folds no accents and knows how each name is written: lower case,
and no list of hits, merges, affiliations and reasons.
"""

from collections.abc import Callable
from typing import Any

from django.test import Client

from courses.queries.find.lists import LISTS
from courses.queries.find.searching import search
from lms.people.models import User
from lms.people.queries.persons import found
from tests import cast
from tests.benchmarks import ledger, plain
from tests.benchmarks.measuring import best_in_turn
from tests.benchmarks.size import STAFF, Measure, compared

# A word that a twelfth of all have, two that few have together, an address that one has, and nobody's.
WORDS = {
    "a name of many": "dvořák",
    "two words": "dvorak jurate",
    "part of an address": "b0000007@",
    "nothing": "nobody at all",
}
PLAIN = "SELECT id FROM people_person WHERE {}"
HOLDS = (
    "lower(given_name || ' ' || family_name || ' ' || email || ' ' || coalesce(register_id, '')) LIKE '%{}%'"
)
# What plain SQL has to be told, which knows no accents.
AS_WRITTEN = {"dvorak": "dvořák", "jurate": "jūratė"}


def measured_find(persons: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    from tests.benchmarks.run import HEADINGS, row

    say(f"\n{f'{persons} persons':28}{HEADINGS}")
    with ledger.filled(persons, seed):
        measures = [*searches(), *pages()]
    for one in measures:
        say(row(one))
    return {"persons": persons, "measures": [one.as_json() for one in measures]}


def searches() -> list[Measure]:
    made = []
    for name, text in WORDS.items():
        sql = plain_search(text)
        if found(text).count() != len(plain.run(sql)):
            raise RuntimeError(f"Plain SQL finds others than the program for {text!r}")
        ours, theirs = best_in_turn(lambda text=text: search(text), lambda sql=sql: plain.run(sql))
        made.append(compared(name, ours, theirs))
    return made


def plain_search(text: str) -> str:
    words = (AS_WRITTEN.get(word, word) for word in text.split())
    return PLAIN.format(" AND ".join(HOLDS.format(word) for word in words))


def pages() -> list[Measure]:
    client: Client = cast.signed_in(User.objects.get(email=STAFF))
    made = []
    for name, address in addresses().items():

        def ask(address: str = address) -> int:
            answer = client.get(address, SERVER_NAME="localhost")
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            return len(answer.content)

        (ours,) = best_in_turn(ask)
        made.append(Measure(name, ours.seconds, ours.cpu, queries=ours.queries.number))
    return made


def addresses() -> dict[str, str]:
    hotline = next(iter(LISTS["people"].options()["hotline"]))
    return {
        "search page": "/staff/search/?q=dvorak",
        "people of a hotline": f"/staff/people/?hotline={hotline}",
        "people trained": "/staff/people/?kind=basic&year=2023",
        "people not trained": "/staff/people/?training=nothing&year=2023",
        "activities": "/staff/activities/?year=2023&lacks=funder",
        "hotlines, nobody trained": "/staff/hotlines/?untrained=2023",
    }
