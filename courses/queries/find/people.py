"""People by where they belong today, and by what they were trained in."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import ActivityKind
from courses.queries import activities
from courses.queries.find import training
from courses.queries.find.filters import Filter, Options, Values, countries_of, hotlines
from lms.kit import clock
from lms.people.enums import Audience
from lms.people.models import Affiliation, Person
from lms.people.queries.affiliations import in_force

WITH, WITHOUT = "with", "without"


def kinds() -> Options:
    return dict(ActivityKind.objects.values_list("code", "name"))


def years() -> Options:
    return {str(year): str(year) for year in activities.years()}


FILTERS = (
    Filter("hotline", _("Hotline today"), hotlines),
    Filter("country", _("Country today"), lambda: countries_of(Affiliation.objects.all())),
    Filter("audience", _("Audience today"), lambda: dict(Audience.choices)),
    Filter(
        "affiliation",
        _("Affiliation today"),
        lambda: {WITH: _("belongs somewhere"), WITHOUT: _("belongs nowhere")},
    ),
    Filter("login", _("Login"), lambda: {WITH: _("has a login"), WITHOUT: _("has no login")}),
    Filter("training", _("Training"), lambda: dict(training.Training.choices)),
    Filter("kind", _("Trained in"), kinds),
    Filter("year", _("In the year"), years),
)


def narrow(rows: QuerySet[Person], values: Values) -> QuerySet[Person]:
    """Hotline, country and audience are those of one affiliation. Kind and year alone ask who was trained."""
    today = in_force(clock.today()).filter(person=OuterRef("pk"))
    tie = {key: values[key] for key in ("hotline", "country", "audience") if values.get(key)}
    if tie or values.get("affiliation") == WITH:
        rows = rows.filter(Exists(today.filter(**tie)))
    if values.get("affiliation") == WITHOUT:
        rows = rows.filter(~Exists(today))
    if values.get("login"):
        rows = rows.filter(user__isnull=values["login"] == WITHOUT)
    asked = [values.get(key, "") for key in ("training", "kind", "year")]
    return rows.filter(training.people(*asked)) if any(asked) else rows
