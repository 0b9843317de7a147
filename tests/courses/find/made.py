"""Bulk actions as the pages make them."""

import datetime as dt
from typing import Any

from courses.actions.activities import KNOWN
from courses.actions.bulk.choosing import choose
from courses.actions.bulk.deciding import apply, say
from courses.actions.bulk.working import work_now
from courses.enums import Dimension, ListName
from courses.models import Activity, ActivityVersion, BulkAct, BulkAction
from courses.queries.counts import Question, count
from courses.queries.find.bulk import all_of_them
from lms.kit.clock import Span
from lms.people.models import Affiliation, Person, User
from tests.courses import ledger

TOPICS = {"add": ["Law"], "remove": []}
YEARS = (2022, 2023, 2024)


def again(action: BulkAction) -> Any:
    return all_of_them().get(pk=action.pk)


def activities(number: int, **known: Any) -> list[Activity]:
    return [ledger.activity(f"Activity {one}", **known) for one in range(number)]


def chosen(by: User, rows: list[Any], listing: ListName = ListName.ACTIVITIES) -> BulkAction:
    return choose(listing=listing, values={}, ticked=[one.pk for one in rows], by=by)


def looked_at(by: User, rows: list[Any], act: BulkAct = BulkAct.TOPICS, said: Any = None) -> BulkAction:
    """Chosen, said, and tried."""
    listing = ListName.PEOPLE if act in (BulkAct.END, BulkAct.MOVE) else ListName.ACTIVITIES
    action = chosen(by, rows, listing)
    say(action=action, act=act, said=TOPICS if said is None else said, reason="Tidying up.", by=by)
    work_now(action)
    return again(action)


def done(action: BulkAction, by: User, *, without: bool = False) -> BulkAction:
    apply(action=action, digest=action.digest, without_refused=without, by=by)
    work_now(action)
    return again(action)


def ends(day: dt.date, at: Any = None) -> dict[str, Any]:
    return {"last_on": day.isoformat(), "hotline": at.pk if at else None}


def moves(to: Any, day: dt.date, leaves: Any = None) -> dict[str, Any]:
    return {"hotline": to.pk, "from_on": day.isoformat(), "leaves": leaves.pk if leaves else None}


def known(of: Activity) -> dict[str, Any]:
    """What is known of it now: every column that is counted by, and the others."""
    last = ActivityVersion.objects.filter(activity=of).order_by("-number").first()
    return {name: getattr(last, name) for name in KNOWN}


def counts() -> list[Any]:
    """All counts of some years, by every dimension."""
    return [
        sorted(
            (str(one.code), str(one.value), one.number) for one in count(Question(Span.of_year(year), by=by))
        )
        for year in YEARS
        for by in (None, *Dimension)
    ]


def ties(of: Person) -> list[Any]:
    return list(
        Affiliation.objects.filter(person=of)
        .order_by("pk")
        .values_list("pk", "hotline", "from_on", "until_on")
    )
