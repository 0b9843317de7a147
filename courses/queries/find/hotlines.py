"""Hotlines by their standing, and by whether anybody of them was trained."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.enums import Stage
from courses.queries.find import training
from courses.queries.find.filters import Filter, Values
from courses.queries.find.people import years
from lms.kit import clock
from lms.kit.folding import Folded, spaced
from lms.people.enums import MembershipStatus, Region
from lms.people.models import Hotline, HotlineMembership
from lms.people.queries.searching import COLUMN

NONE = "none"
FILTERS = (
    Filter("region", _("Region"), lambda: dict(Region.choices)),
    Filter(
        "membership",
        _("Membership today"),
        lambda: {**dict(MembershipStatus.choices), NONE: _("none")},
    ),
    Filter("untrained", _("Trained nobody in"), years),
)


def narrow(rows: QuerySet[Hotline], values: Values) -> QuerySet[Hotline]:
    """``untrained``: nobody of the hotline attended or completed anything in the year, named or counted."""
    if values.get("region"):
        rows = rows.filter(country__region=values["region"])
    if values.get("membership"):
        today = clock.today()
        holds = Q(from_on__isnull=True) | Q(from_on__lte=today)
        holds &= Q(until_on__isnull=True) | Q(until_on__gte=today)
        standing = HotlineMembership.objects.filter(holds, hotline=OuterRef("pk"))
        asked = values["membership"]
        rows = rows.filter(~Exists(standing) if asked == NONE else Exists(standing.filter(status=asked)))
    if values.get("untrained"):
        trained = training.facts("", values["untrained"], Stage.ATTENDED, Stage.COMPLETED)
        rows = rows.exclude(Exists(trained.filter(hotline=OuterRef("pk"))))
    return rows


def searchable(rows: QuerySet[Hotline]) -> QuerySet[Hotline]:
    """With what people look for: name, organisation behind it, and country."""
    return rows.annotate(**{COLUMN: Folded(spaced("name", "organisation", "country__name"))})
