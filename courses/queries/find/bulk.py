"""Bulk actions and their rows, as pages show them."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.enums import ListName
from courses.models import ActivityVersion, BulkAction, BulkRow, BulkState
from courses.queries.activities import current
from courses.queries.find.filters import Values
from courses.queries.find.lists import LISTS
from lms.people.models import Person
from lms.people.queries.persons import found


def all_of_them() -> QuerySet[BulkAction]:
    """The newest first, with who chose and decided, how many rows cannot be done (``refused``) and whether a
    later one put any back (``undone``).
    """
    undoing = BulkAction.objects.filter(undoes=OuterRef("pk"), state=BulkState.APPLIED)
    return (
        BulkAction.objects.select_related("chosen_by__person", "decided_by__person", "undoes")
        .annotate(refused=Count("rows", filter=~Q(rows__why_not="")), undone=Exists(undoing))
        .order_by("-pk")
    )


def rows_of(action: BulkAction) -> QuerySet[BulkRow]:
    return action.rows.select_related("person__pseudonym", "activity").order_by("place")


def versions_of(activities: list[int]) -> dict[int, ActivityVersion]:
    """The last version of each, withdrawn or not."""
    latest = ActivityVersion.objects.filter(activity__in=activities).order_by("activity_id", "-number")
    return {one.activity_id: one for one in latest.distinct("activity_id").select_related("kind")}


def people(action: BulkAction) -> QuerySet[Person]:
    """The persons chosen, as the list has them."""
    return found("").filter(pk__in=action.rows.values("person"))


def activities(action: BulkAction) -> QuerySet[ActivityVersion]:
    """The activities chosen that are not withdrawn by now, as the list has them."""
    return current().filter(activity__in=action.rows.values("activity")).select_related("activity", "funder")


def drifted(action: BulkAction, values: Values) -> tuple[int, int]:
    """How many rows fit the filters by now that were not chosen, and how many chosen ones no longer do."""
    one = LISTS[ListName(action.listing)]
    fitting = one.rows(values).prefetch_related(None).order_by().values(one.key)
    column = "person" if action.listing == ListName.PEOPLE else "activity"
    chosen = action.rows.values(column)
    come = one.rows(values).prefetch_related(None).exclude(**{f"{one.key}__in": chosen}).count()
    gone = action.rows.exclude(**{f"{column}__in": fitting}).count()
    return come, gone
