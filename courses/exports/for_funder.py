"""What a funder is told of one activity: numbers alone, with the totals by gender where they were taken."""

from courses.models import Activity, ActivityVersion
from courses.queries.by_hand import attended, genders_of
from courses.queries.facts import first_day
from lms.exports.tables import Column, Table


def of_activity(activity: Activity) -> Table:
    """A row for each number; days are of the reporting zone. Of an activity with a version in force."""
    version = ActivityVersion.objects.in_force().select_related("kind", "funder").get(activity=activity)
    day = first_day(version)
    rows: list[tuple[str, str | int]] = [
        ("activity", version.title or version.kind.name),
        ("kind", version.kind_id),
        ("day", day.isoformat() if day else ""),
        ("funder", version.funder.name if version.funder else ""),
        ("attended", attended(activity)),
    ]
    held = next(iter(genders_of(activity)), None)
    if held is not None and not held.taken_back:
        rows += [("women", held.women), ("men", held.men), ("other_or_not_said", held.other)]
    return Table("for the funder", [Column("what", 24), Column("value", 40)], rows)
