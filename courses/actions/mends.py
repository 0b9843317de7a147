"""Mend with one press what the page of data quality finds, and take it back."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import change_activity, held_version
from courses.actions.amendments import amend, not_oneself
from courses.actions.by_hand.facts import held_by_hand
from courses.actions.by_hand.people import undo_change
from courses.actions.by_hand.undoing import COLUMNS, undo_facts
from courses.actions.gatherings import hold_gathering, plan_again
from courses.actions.imports.cells import ZONES
from courses.actions.year_notices import tell_question
from courses.enums import Finding, Stage
from courses.models import Activity, Entry, FactChange, Mend
from courses.queries.facts import load, seen
from courses.queries.quality import known_places, untrained
from lms.kit.errors import Refused
from lms.kit.moment import DatabaseClock
from lms.people.actions.persons import Tie, add_affiliation
from lms.people.enums import Audience
from lms.people.models import Hotline, Person, User

# Kept with what was changed, where no page translates them.
AS_RECORDED = "As the newest fact in the ledger says."
DATED_LATER = "The enrolment was dated after the completion."
OVER = "It is over."
TAKEN_BACK = "Taken back on the page of data quality."


@transaction.atomic
def affiliate_as_recorded(*, person: Person, by: User) -> Mend:
    """Affiliate somebody with the organisation of their newest fact, open-ended from the first fact there.

    Raises Refused for who may not, where no fact names one, and where there is an affiliation by now.
    """
    _require_staff(by)
    Person.objects.select_for_update().get(pk=person.pk)
    if person.affiliations.exists():
        raise Refused(_("There is an affiliation already."))
    entry = known_places([person.pk]).get(person.pk)
    if entry is None:
        raise Refused(_("No fact says where this person belongs. Give an affiliation on the person's page."))
    tie = Tie(
        audience=Audience(entry.audience),
        hotline=entry.hotline,
        agency=entry.agency,
        country=entry.country,
        from_on=_first_day(person, entry),
    )
    change = add_affiliation(person=person, tie=tie, reason=AS_RECORDED, by=by)
    return Mend.objects.create(finding=Finding.AFFILIATION, person_change=change, made_by=by)


@transaction.atomic
def set_zone(*, activity: Activity, zone: str, by: User) -> Mend:
    """Read the activity's times by this IANA zone; the instants stay.

    Refused for what is no zone, and where the activity has one by now.
    """
    _require_staff(by)
    if zone not in ZONES:
        raise Refused(_("No country says which zone it is. Change the activity on its own page."))
    version = held_version(activity)
    if version.timezone:
        raise Refused(_("It has a time zone already."))
    made = change_activity(activity=activity, by=by, timezone=zone)
    return Mend.objects.create(finding=Finding.ZONE, version=made, made_by=by)


@transaction.atomic
def say_held(*, activity: Activity, by: User) -> Mend:
    """An activity that is over took place: from now on it counts. Refused as ``hold_gathering`` refuses."""
    _require_staff(by)
    held_version(activity)
    made = hold_gathering(activity=activity, reason=OVER, by=by)
    return Mend.objects.create(finding=Finding.PAST, version=made, made_by=by)


def tell_apart(*, first: Person, second: Person, by: User) -> Mend:
    """Two records that look alike are two people. Refused for one record, and where it is said already."""
    _require_staff(by)
    low, high = sorted((first.pk, second.pk))
    if low == high:
        raise Refused(_("These are not two records but one."))
    try:
        with transaction.atomic():
            return Mend.objects.create(finding=Finding.DUPLICATES, person_id=low, other_id=high, made_by=by)
    except IntegrityError:
        raise Refused(_("Somebody said already that these are two people.")) from None


@transaction.atomic
def date_enrolment(*, completion: Entry, by: User) -> Mend:
    """Date an enrolment like the completion that it comes after: reversed, and appended anew with the reason.

    Refused for what is no completion, where it or a later enrolment no longer stands, of oneself, and for a
    cohort's activity.
    """
    _require_staff(by)
    participation = completion.participation
    held_by_hand(participation.activity, reason=DATED_LATER, by=by)
    not_oneself(participation, by)
    of_both = seen(Entry.objects.standing()).filter(participation=participation)
    days = of_both.filter(pk=completion.pk, stage=Stage.COMPLETED, person__isnull=False).values("happened_on")
    enrolment = of_both.filter(stage=Stage.ENROLLED, happened_on__gt=Subquery(days)).first()
    if enrolment is None:
        raise Refused(_("This was put right meanwhile."))
    change = FactChange.objects.create(activity=participation.activity, reason=DATED_LATER, recorded_by=by)
    columns = {name: getattr(enrolment, name) for name in COLUMNS} | {"happened_on": completion.happened_on}
    amend(participation, {Stage.ENROLLED: columns}, stages=[Stage.ENROLLED], change=change)
    return Mend.objects.create(finding=Finding.DATES, fact_change=change, made_by=by)


def ask_managers(*, hotline: Hotline, year: int, by: User) -> Mend:
    """Ask a hotline's managers whether nobody was trained in the year: a notice for each of them.

    Refused where something is recorded by now, where they are asked already, and where there is none.
    """
    _require_staff(by)
    if hotline not in untrained(year):
        raise Refused(_("Something is recorded for this hotline and year by now."))
    try:
        with transaction.atomic():
            made = Mend.objects.create(finding=Finding.UNTRAINED, hotline=hotline, year=year, made_by=by)
            if not tell_question(question=made, by=by):
                raise Refused(_("It has no manager who could be asked."))
            return made
    except IntegrityError:
        raise Refused(_("They are asked already.")) from None


@transaction.atomic
def undo(*, mend: Mend, by: User) -> Mend:
    """Take one mend back. Refused a second time, and where something else was changed since."""
    _require_staff(by)
    in_force = Mend.objects.filter(pk=mend.pk, undone_at=None)
    if not in_force.update(undone_at=DatabaseClock(), undone_by=by):
        raise Refused(_("This is taken back already."))
    _put_back(mend, by)
    mend.refresh_from_db()
    return mend


def _put_back(mend: Mend, by: User) -> None:
    if mend.person_change is not None:
        undo_change(person_change=mend.person_change, reason=TAKEN_BACK, by=by)
    elif mend.fact_change is not None:
        undo_facts(change=mend.fact_change, reason=TAKEN_BACK, by=by)
    elif mend.finding == Finding.ZONE:
        change_activity(activity=_unchanged(mend), by=by, timezone="")
    elif mend.finding == Finding.PAST:
        plan_again(activity=_unchanged(mend), reason=TAKEN_BACK, by=by)


def _require_staff(by: User) -> None:
    if not rules.may_mend_data(by):
        raise Refused(_("Only INHOPE staff mend the network's data."))


def _first_day(person: Person, entry: Entry) -> dt.date | None:
    """The day of the first fact with the same organisation; None where none has a day."""
    place = {"hotline": entry.hotline_id, "agency": entry.agency_id}
    facts = load(seen(Entry.objects.standing()).filter(person=person, **place))
    return min((fact.day for fact in facts if fact.day), default=None)


def _unchanged(mend: Mend) -> Activity:
    """The activity of a mend whose version is still in force, locked."""
    version = mend.version
    if version is None or held_version(version.activity).pk != version.pk:
        raise Refused(_("The activity was changed since. Change it on its own page."))
    return version.activity
