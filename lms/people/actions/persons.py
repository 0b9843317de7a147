"""Make a person known, and change by hand what they are called and where they belong.

Each change is a row with what was known before and after it, and is taken back from that row as long as
nothing was changed since. No fact of a ledger is touched: those keep the organisation of their day.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.kit.errors import Refused, Sentences, Stale, in_words
from lms.kit.locks import Lock, try_shared
from lms.people.enums import Audience, PersonChangeKind
from lms.people.models import Affiliation, Agency, Country, Hotline, Person, PersonChange, User
from lms.people.queries.changes import NAMES, State, between, names_mark, state_of, tie_mark
from lms.people.rules import may_keep_persons

# What the database refuses by name, in words.
SENTENCES: Sentences = {
    "affiliation_hotline_no_overlap": (
        lambda: _("On some of these days they belong to this hotline already."),
        "from_on",
    ),
    "affiliation_agency_no_overlap": (
        lambda: _("On some of these days they belong to this organisation already."),
        "from_on",
    ),
    "affiliation_ends_after_start": (lambda: _("The last day lies before the first."), "until_on"),
    "affiliation_hotline_iff_audience": (
        lambda: _("A hotline goes with the audience hotline, and no other."),
        "organisation",
    ),
}


@dataclass(frozen=True)
class Tie:
    """Where somebody belongs, from a day to a last day (None is open)."""

    audience: Audience
    hotline: Hotline | None = None
    agency: Agency | None = None
    country: Country | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Names:
    given_name: str
    family_name: str
    email: str = ""

    def tidied(self) -> dict[str, str]:
        found = {name: " ".join(value.split()) for name, value in asdict(self).items()}
        return found | {"email": found["email"].lower()}


@transaction.atomic
def create_person(*, names: Names, tie: Tie | None = None, reason: str = "", by: User) -> Person:
    """Somebody new, without a login and a register id. Raises Refused for who may not and without a name."""
    _require(by)
    tidied = names.tidied()
    if not tidied["given_name"] and not tidied["family_name"]:
        raise Refused(_("Give a name."), field="family_name")
    person = Person.objects.create(**tidied)
    if tie is not None:
        with in_words(SENTENCES):
            Affiliation.objects.create(person=person, **tie.columns())
    PersonChange.objects.create(
        person=person,
        kind=PersonChangeKind.CREATED,
        before={},
        after=state_of(person),
        reason=reason.strip(),
        recorded_by=by,
    )
    return person


def edit_person(
    *, person: Person, names: Names, reason: str, by: User, seen: str | None = None
) -> PersonChange:
    """Another name or e-mail. The address of a login stays: it opens the login.

    ``seen`` is the ``names_mark`` of what somebody looked at: where they are called otherwise by now, it is
    Stale. Raises Refused as ``change`` does, and without a name.
    """
    tidied = names.tidied()
    if not tidied["given_name"] and not tidied["family_name"]:
        raise Refused(_("Give a name."), field="family_name")

    def edit() -> None:
        if seen is not None and seen != names_mark(Person.objects.get(pk=person.pk)):
            raise Stale(_("Somebody else changed the name or the e-mail meanwhile. Nothing was saved."))
        Person.objects.filter(pk=person.pk).update(**tidied)

    return change(person=person, kind=PersonChangeKind.EDITED, make=edit, reason=reason, by=by)


def add_affiliation(*, person: Person, tie: Tie, reason: str, by: User) -> PersonChange:
    """They belong there, too. Raises Refused as ``change`` does."""
    return change(
        person=person,
        kind=PersonChangeKind.AFFILIATION,
        make=lambda: Affiliation.objects.create(person=person, **tie.columns()),
        reason=reason,
        by=by,
    )


def correct_affiliation(
    *, affiliation: Affiliation, tie: Tie, reason: str, by: User, seen: str | None = None
) -> PersonChange:
    """It was otherwise, or it ends.

    ``seen`` is the ``tie_mark`` of what somebody looked at: where it is otherwise by now, that is Stale.
    Raises Refused as ``change`` does, and where it is gone meanwhile.
    """

    def correct() -> None:
        _as_seen(affiliation, seen).update(**tie.columns())

    return change(
        person=affiliation.person, kind=PersonChangeKind.AFFILIATION, make=correct, reason=reason, by=by
    )


def remove_affiliation(
    *, affiliation: Affiliation, reason: str, by: User, seen: str | None = None
) -> PersonChange:
    """It was never so. Raises Refused as ``correct_affiliation`` does."""

    def remove() -> None:
        _as_seen(affiliation, seen).delete()

    return change(
        person=affiliation.person, kind=PersonChangeKind.AFFILIATION, make=remove, reason=reason, by=by
    )


def _as_seen(affiliation: Affiliation, seen: str | None) -> QuerySet[Affiliation]:
    """The one row, as long as it is what was looked at."""
    found = Affiliation.objects.filter(pk=affiliation.pk)
    now = found.first()
    if now is None:
        raise Refused(_("Somebody else changed this affiliation meanwhile. Look at the person again."))
    if seen is not None and seen != tie_mark(now):
        raise Stale(_("Somebody else changed this affiliation meanwhile. Nothing was saved."))
    return found


def move_person(
    *, affiliation: Affiliation, hotline: Hotline, from_on: dt.date, reason: str, by: User
) -> PersonChange:
    """From ``from_on`` on they belong to another hotline: one affiliation ends the day before, one begins.

    Facts recorded already keep the hotline that they were recorded with. Raises Refused as ``change`` does,
    and where the affiliation is no hotline's or does not hold on the day before and on that day.
    """
    return change(
        person=affiliation.person,
        kind=PersonChangeKind.MOVED,
        make=lambda: _move(affiliation, hotline, from_on),
        reason=reason,
        by=by,
    )


@transaction.atomic
def look_at_move(
    *, affiliation: Affiliation, hotline: Hotline, from_on: dt.date, reason: str, by: User
) -> PersonChange:
    """What ``move_person`` would change; nothing is."""
    would = move_person(affiliation=affiliation, hotline=hotline, from_on=from_on, reason=reason, by=by)
    # What was tried is taken back, so that the preview cannot differ from what is done.
    transaction.set_rollback(True)
    return would


def _move(affiliation: Affiliation, hotline: Hotline, from_on: dt.date) -> None:
    last = from_on - dt.timedelta(days=1)
    held = Affiliation.objects.filter(pk=affiliation.pk).first()
    if held is None or held.hotline_id is None:
        raise Refused(_("Somebody else changed this affiliation meanwhile. Look at the person again."))
    if held.hotline_id == hotline.pk:
        raise Refused(_("They belong to this hotline already."), field="hotline")
    begun = held.from_on is None or held.from_on <= last
    if not begun or (held.until_on is not None and held.until_on < from_on):
        said = _("On the day before and on this day they do not belong to the hotline they leave.")
        raise Refused(said, field="from_on")
    Affiliation.objects.filter(pk=held.pk).update(until_on=last)
    Affiliation.objects.create(
        person_id=held.person_id,
        audience=Audience.HOTLINE,
        hotline=hotline,
        country_id=hotline.country_id,
        from_on=from_on,
    )


@transaction.atomic
def change(
    *,
    person: Person,
    kind: PersonChangeKind,
    make: Callable[[], object],
    reason: str,
    by: User,
    undoes: PersonChange | None = None,
) -> PersonChange:
    """Call ``make`` while nobody else changes the person, and keep what was known before and after.

    Raises Refused for who may not, without a reason, while a register is being read, where nothing would be
    otherwise, and where affiliations would overlap.
    """
    _require(by)
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the change."), field="reason")
    # A register replaces all affiliations of the people in it, by what it has read of them before.
    if not try_shared(Lock.IMPORTS):
        raise Refused(_("A register is being read at this moment. Try again in a minute."))
    Person.objects.select_for_update().get(pk=person.pk)
    before = state_of(person)
    with in_words(SENTENCES):
        make()
    after = state_of(person)
    if after == before:
        raise Refused(_("That is what is recorded already."))
    return PersonChange.objects.create(
        person=person,
        kind=kind,
        before=before,
        after=after,
        reason=reason.strip(),
        undoes=undoes,
        recorded_by=by,
    )


def undo_person_change(*, person_change: PersonChange, reason: str, by: User) -> PersonChange:
    """Put back what was known before.

    Raises Refused as ``change`` does, for what made the person known, where it is taken back already, and
    where something was changed since.
    """
    person = person_change.person

    def put_back() -> None:
        if person_change.kind == PersonChangeKind.CREATED:
            raise Refused(_("A person who is known stays known. Merge the record with another one instead."))
        if PersonChange.objects.filter(undoes=person_change).exists():
            raise Refused(_("This change is taken back already."))
        if state_of(person) != person_change.after:
            raise Refused(_("Something was changed since. Change it as it should be instead."))
        restore(person, person_change.before)

    return change(
        person=person,
        kind=PersonChangeKind.UNDONE,
        make=put_back,
        reason=reason,
        by=by,
        undoes=person_change,
    )


def restore(person: Person, wanted: State) -> None:
    """Names and affiliations as ``wanted`` has them, whatever they are now."""
    Person.objects.filter(pk=person.pk).update(**{name: wanted[name] for name in NAMES})
    difference = between(state_of(person), wanted)
    for tie in difference.gone:
        Affiliation.objects.filter(person=person, **_asked(tie)).delete()
    for tie in difference.come:
        Affiliation.objects.create(person=person, **tie)


def _asked(tie: dict[str, Any]) -> dict[str, Any]:
    """A tie as a filter: equality finds no row where a column is null."""
    return {
        f"{name}__isnull" if value is None else name: value is None or value for name, value in tie.items()
    }


def _require(by: User) -> None:
    if not may_keep_persons(by):
        raise Refused(_("Only INHOPE staff may change what is known of people."))
