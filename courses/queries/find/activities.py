"""Activities by what is known of them, and by what is not."""

from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, ExtractYear
from django.utils.translation import gettext_lazy as _

from courses.enums import ActivityStatus, Mode
from courses.models import ActivityVersion
from courses.queries.find.filters import Filter, Options, Values, countries_of, funders, hotlines
from courses.queries.find.people import kinds, years
from lms.kit import clock
from lms.kit.folding import Folded, spaced
from lms.people.queries.searching import COLUMN

COLUMNS = ("kind", "status", "host", "country", "funder", "mode")
LACKS = {
    "zone": (_("time zone"), Q(timezone="")),
    "place": (_("place"), Q(place="")),
    "country": (_("country"), Q(country__isnull=True)),
    "host": (_("host"), Q(host__isnull=True)),
    "funder": (_("funder"), Q(funder__isnull=True)),
    "topics": (_("topics"), Q(topics=[])),
}


def topics() -> Options:
    """Those of any activity as it is known today."""
    each = Func("topics", function="unnest", output_field=CharField())
    found = ActivityVersion.objects.in_force().order_by().values_list(each, flat=True).distinct()
    return {topic: topic for topic in sorted(found)}


FILTERS = (
    Filter("kind", _("Kind"), kinds),
    Filter("status", _("Status"), lambda: dict(ActivityStatus.choices)),
    Filter("year", _("Year"), years),
    Filter("host", _("Host"), hotlines),
    Filter("country", _("Country"), lambda: countries_of(ActivityVersion.objects.all())),
    Filter("funder", _("Funder"), funders),
    Filter("mode", _("How"), lambda: dict(Mode.choices)),
    Filter("topic", _("Topic"), topics),
    Filter("lacks", _("Without"), lambda: {key: label for key, (label, _condition) in LACKS.items()}),
)


def narrow(rows: QuerySet[ActivityVersion], values: Values) -> QuerySet[ActivityVersion]:
    """``year`` is one of the reporting zone and leaves self-paced activities out."""
    rows = rows.filter(**{key: values[key] for key in COLUMNS if values.get(key)})
    if values.get("year"):
        span = clock.Span.of_year(int(values["year"]))
        rows = rows.filter(starts_at__gte=span.starts_at, starts_at__lt=span.ends_before)
    if values.get("topic"):
        rows = rows.filter(topics__contains=[values["topic"]])
    if values.get("lacks"):
        rows = rows.filter(LACKS[values["lacks"]][1])
    return rows


def searchable(rows: QuerySet[ActivityVersion]) -> QuerySet[ActivityVersion]:
    """With what people look for: title, place, register id, topics, year and kind.

    Folded when asked: there are thousands of activities where there are hundreds of thousands of people.
    """
    topics: Any = Func("topics", Value(" "), function="array_to_string", output_field=TextField())
    year = Cast(ExtractYear("starts_at", tzinfo=clock.reporting_zone()), TextField())
    rows = rows.annotate(its_topics=topics, its_year=year, its_id=F("activity__register_id"))
    said = spaced("title", "place", "its_id", "its_topics", "its_year", "kind__name")
    return rows.annotate(**{COLUMN: Folded(said)})
