"""Facts for tests, appended as the actions of the project append them."""

import datetime as dt

from courses.enums import Stage
from courses.models import Activity, ActivityVersion, Entry, Import, Participation, Reversal
from lms.people.models import Hotline, Person
from tests import cast


def register(name: str = "register-2023") -> Import:
    return Import.objects.create(name=name, digest="0" * 64)


def activity(title: str = "Basic A", on: str = "2023-05-10T09:00+02:00", **known: object) -> Activity:
    """An activity held on a day, with its first version."""
    made = Activity.objects.create(register_id=f"A{Activity.objects.count()}")
    version(made, title=title, starts_at=dt.datetime.fromisoformat(on) if on else None, **known)
    return made


def version(of: Activity, **known: object) -> ActivityVersion:
    """The next version: what is not said is as in the one before."""
    before = of.versions.order_by("-number").first()
    carried = ("kind_id", "title", "starts_at", "ends_at", "timezone", "status", "host_id")
    facts = {name: getattr(before, name) for name in carried} if before else {}
    start = {"kind_id": "basic", "timezone": "Europe/Amsterdam", "status": "held"}
    number = before.number + 1 if before else 1
    return ActivityVersion.objects.create(activity=of, number=number, **start | facts | known)


def newest(of: Activity) -> ActivityVersion:
    """The last version, withdrawn or not."""
    found = of.versions.select_related("kind", "country", "host", "funder").order_by("-number").first()
    assert found
    return found


def fact(
    who: Person | None,
    what: Activity,
    stage: str = Stage.ATTENDED,
    at: Hotline | None = None,
    on: str | None = None,
    **more: object,
) -> Entry:
    """One entry for a person of a hotline, or for a head count where ``who`` is None."""
    place = at or cast.hotline()
    said = {"audience": "hotline", "hotline": place, "country_id": place.country_id}
    key = {"person": who} if who else said
    participation, _ = Participation.objects.get_or_create(activity=what, **key)
    return Entry.objects.create(
        participation=participation,
        activity=what,
        person=who,
        stage=stage,
        happened_on=on,
        ordinal=participation.entries.filter(stage=stage).count() + 1,
        **said,
        **more,
    )


def take_back(entry: Entry, source: Import | None = None) -> Reversal:
    return Reversal.objects.create(entry=entry, source=source)
