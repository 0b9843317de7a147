"""What can be done to each row: by the actions that do it to one, and back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import change_activity, held_version
from courses.actions.bulk.doing import Doing, Side, Sides, day, earlier, iso, later, person_of
from courses.actions.bulk.moving import move, move_back
from courses.actions.gatherings import hold_gathering, plan_again
from courses.enums import ActivityStatus, ListName, Stage
from courses.models import (
    Activity,
    ActivityNote,
    ActivityVersion,
    BulkAct,
    BulkRow,
    Entry,
    Funder,
)
from lms.kit.errors import Refused
from lms.people.actions.endings import Lasting, end_affiliations, put_back
from lms.people.models import Hotline


@dataclass(frozen=True)
class Act:
    """``do`` and ``back`` give what was before and what is after; either raises Refused for a row that it
    cannot be done to. ``back`` is told the row of the earlier action that it puts back.
    """

    listing: ListName
    do: Callable[[BulkRow, Doing], Sides]
    back: Callable[[BulkRow, Doing], Sides]


def set_topics(row: BulkRow, doing: Doing) -> Sides:
    version = kept(row, doing)
    gone = set(doing.said["remove"])
    stay = [topic for topic in version.topics if topic not in gone]
    topics = [*stay, *(topic for topic in doing.said["add"] if topic not in stay)]
    if topics == version.topics:
        raise Refused(_("Its topics are so already."))
    return changed(version, doing, "topics", topics)


def topics_back(row: BulkRow, doing: Doing) -> Sides:
    version = still(row, doing)
    return changed(version, doing, "topics", earlier(row)["topics"])


def set_funder(row: BulkRow, doing: Doing) -> Sides:
    version = kept(row, doing)
    if name_of(version) == doing.said["funder"]:
        raise Refused(_("Its funder is so already."))
    return changed(version, doing, "funder", doing.said["funder"])


def funder_back(row: BulkRow, doing: Doing) -> Sides:
    return changed(still(row, doing), doing, "funder", earlier(row)["funder"])


def set_held(row: BulkRow, doing: Doing) -> Sides:
    return to_status(kept(row, doing), doing, ActivityStatus.HELD)


def held_back(row: BulkRow, doing: Doing) -> Sides:
    version = still(row, doing)
    wanted = ActivityStatus(earlier(row)["status"])
    if wanted == ActivityStatus.PLANNED:
        attended = Entry.objects.standing().filter(activity=version.activity_id, stage=Stage.ATTENDED)
        if attended.filter(recorded_at__gt=version.recorded_at).exists():
            raise Refused(_("Who attended was recorded since it is held."))
    return to_status(version, doing, wanted)


def kept(row: BulkRow, doing: Doing) -> ActivityVersion:
    """The version in force, held: of what a cohort or an exchange owns nothing is changed here."""
    version = held_version(Activity(pk=row.activity_id))
    if not rules.may_keep_gathering(doing.by, version.activity):
        raise Refused(_("A cohort's activity and an exchange are changed on their own pages."))
    return version


def still(row: BulkRow, doing: Doing) -> ActivityVersion:
    """As ``kept``, where the version that the earlier row made is in force."""
    version = kept(row, doing)
    if row.undoes is None or version.number != (row.undoes.after or {}).get("version"):
        raise Refused(_("A later change stands on it."))
    return version


def changed(version: ActivityVersion, doing: Doing, field: str, value: Any) -> Sides:
    before = name_of(version) if field == "funder" else getattr(version, field)
    known = {"funder_id": funder(value)} if field == "funder" else {field: value}
    made = change_activity(activity=version.activity, by=doing.by, **known)
    ActivityNote.objects.create(version=made, reason=doing.reason)
    return {field: before}, {field: value, "version": made.number}


def to_status(version: ActivityVersion, doing: Doing, status: ActivityStatus) -> Sides:
    if status == ActivityStatus.HELD:
        made = hold_gathering(activity=version.activity, reason=doing.reason, by=doing.by)
    else:
        made = plan_again(activity=version.activity, reason=doing.reason, by=doing.by)
    return {"status": version.status}, {"status": made.status, "version": made.number}


def funder(name: str) -> int | None:
    return Funder.objects.get_or_create(name=name)[0].pk if name else None


def name_of(version: ActivityVersion) -> str:
    return version.funder.name if version.funder else ""


def end(row: BulkRow, doing: Doing) -> Sides:
    hotline = Hotline.objects.get(pk=doing.said["hotline"]) if doing.said["hotline"] else None
    last_on = dt.date.fromisoformat(doing.said["last_on"])
    person = person_of(row)
    ended = end_affiliations(
        person=person, last_on=last_on, hotline=hotline, reason=doing.reason, by=doing.by
    )
    return sides(ended)


def end_back(row: BulkRow, doing: Doing) -> Sides:
    """What lasted until a day lasts again as it did; put back once more it ends again."""
    told = later(row)
    ended = [
        Lasting(now["affiliation"], now["organisation"], day(was["until"]), day(now["until"]))
        for was, now in zip(earlier(row)["ties"], told["ties"], strict=True)
    ]
    put_back(person=person_of(row), ended=ended, reason=doing.reason, by=doing.by)
    back = sides(ended)
    return back[1], back[0]


def sides(ended: list[Lasting]) -> Sides:
    def side(last: Callable[[Lasting], dt.date | None]) -> Side:
        return {
            "ties": [
                {
                    "affiliation": one.affiliation,
                    "organisation": one.organisation,
                    "until": iso(last(one)),
                }
                for one in ended
            ]
        }

    return side(lambda one: one.was), side(lambda one: one.now)


ACTS = {
    BulkAct.TOPICS: Act(ListName.ACTIVITIES, set_topics, topics_back),
    BulkAct.FUNDER: Act(ListName.ACTIVITIES, set_funder, funder_back),
    BulkAct.HELD: Act(ListName.ACTIVITIES, set_held, held_back),
    BulkAct.END: Act(ListName.PEOPLE, end, end_back),
    BulkAct.MOVE: Act(ListName.PEOPLE, move, move_back),
}
