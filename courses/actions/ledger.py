"""Write one fact of one person into the training ledger."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Max

from courses.enums import Stage
from courses.models import Activity, Entry, Import, Participation, Reversal
from lms.people.enums import Audience
from lms.people.models import Affiliation, Person, User
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
