"""Write one fact into the training ledger: of one person, or of people who were counted and not named."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.enums import Stage
from courses.models import Activity, Entry, Import, Participation, Reversal
from lms.kit.errors import Refused
from lms.people.enums import Audience
from lms.people.models import Affiliation, Agency, Country, Hotline, Person, User
from lms.people.queries.affiliations import affiliation_on


def record_stage(
    *,
    activity: Activity,
    person: Person,
    stage: Stage,
    happened_on: dt.date | None,
    standing_on: dt.date,
    by: User | None,
    source: Import | None = None,
    place: Mapping[str, object] | None = None,
    absent: bool = False,
) -> Entry:
    """Append that the person reached the stage, or return the entry that says so already.

    ``happened_on`` is null for an attendance. The person's hotline, country and audience are those of
    ``standing_on``, unless ``place`` gives them. ``source`` is an import that led to it without a line of
    its own. Two callers at once end with one entry.
    """
    participation, _made = Participation.objects.get_or_create(activity=activity, person=person)
    made = participation.entries.filter(stage=stage)
    standing = made.standing().first()
    if standing:
        return standing
    ordinal = (made.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return Entry.objects.create(
                participation=participation,
                activity=activity,
                person=person,
                stage=stage,
                absent=absent,
                happened_on=happened_on,
                ordinal=ordinal,
                recorded_by=by,
                source=source,
                **(place or place_of(affiliation_on(person, standing_on))),
            )
    except IntegrityError:
        return made.get(ordinal=ordinal)


@transaction.atomic
def record_head_count(
    *,
    activity: Activity,
    audience: Audience,
    stage: Stage,
    number: int,
    by: User | None,
    hotline: Hotline | None = None,
    agency: Agency | None = None,
    country: Country | None = None,
    happened_on: dt.date | None = None,
    source: Import | None = None,
    replaces: bool = False,
) -> Entry:
    """Append that so many people of one organisation reached the stage, without names.

    ``happened_on`` is null for an attendance. There is one head count for each activity, audience,
    organisation, country and stage. Where one stands already, one that ``replaces`` it reverses it first, or
    returns it where it says the same; any other is Refused, field ``number``, so that two people who count
    the same room do not count it twice. Fewer than one is Refused, too.
    """
    if number < 1:
        raise Refused(_("Count at least one person."), field="number")
    # One row to wait at: of two counts of the same people the second finds the first.
    Activity.objects.select_for_update().get(pk=activity.pk)
    place: dict[str, Any] = {"audience": audience, "hotline": hotline, "agency": agency, "country": country}
    participation, _made = Participation.objects.get_or_create(activity=activity, person=None, **place)
    made = participation.entries.filter(stage=stage)
    standing = made.standing().first()
    if standing is not None:
        if not replaces:
            said = _("%(number)s of them are counted already. Correct that head count, if it is wrong.")
            raise Refused(said % {"number": standing.headcount}, field="number")
        if (standing.headcount, standing.happened_on) == (number, happened_on):
            return standing
        reverse_entry(entry=standing, by=by, source=source)
    return Entry.objects.create(
        participation=participation,
        activity=activity,
        stage=stage,
        headcount=number,
        happened_on=happened_on,
        ordinal=(made.aggregate(last=Max("ordinal"))["last"] or 0) + 1,
        recorded_by=by,
        source=source,
        **place,
    )


def reverse_entry(*, entry: Entry, by: User | None, source: Import | None = None) -> Reversal:
    """Take one fact back; a certificate for it reads as withdrawn from then on.

    ``source`` is an import that led to it.
    """
    return Reversal.objects.create(entry=entry, recorded_by=by, source=source)


def place_of(affiliation: Affiliation | None) -> dict[str, object]:
    """Whose person somebody is, as an entry says it; without an affiliation the audience is other."""
    if affiliation is None:
        return {"audience": Audience.OTHER}
    return {
        "audience": affiliation.audience,
        "hotline_id": affiliation.hotline_id,
        "agency_id": affiliation.agency_id,
        "country_id": affiliation.country_id,
    }
