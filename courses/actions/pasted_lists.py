"""A pasted list of people: what it would record, and then that."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.taking_part import Place, add_coded, add_named, place_for, recordable
from courses.kinds.gatherings import PastedLine, pasted
from courses.models import Activity, Pseudonym
from lms.kit.errors import Refused
from lms.kit.names import is_same_name
from lms.people.enums import Audience
from lms.people.models import Country, Person, User
from lms.people.queries.merges import survivors

MOST_LINES = 500


@dataclass(frozen=True)
class Look:
    """One line as it would be recorded. ``fault`` is why it cannot be, '' where it can; ``known`` is the
    record that it seems to be about, which is taken unless somebody says that it is another person.
    """

    number: int
    who: str
    organisation: str
    said: str
    fault: str = ""
    known: Person | None = None


@transaction.atomic
def look_at(*, activity: Activity, text: str, audience: Audience, came: bool, by: User) -> list[Look]:
    """What ``add_pasted`` would do, line by line; nothing is recorded.

    Raises Refused as ``recordable`` does, for a list without a line, and for more than 500 lines.
    """
    looked, _done = _go_through(activity, text, audience, came, by, fresh=())
    # What was tried is taken back, so that the preview cannot differ from what is done.
    transaction.set_rollback(True)
    return looked


@transaction.atomic
def add_pasted(
    *,
    activity: Activity,
    text: str,
    audience: Audience,
    came: bool,
    fresh: Collection[int] = (),
    by: User,
) -> int:
    """Record every line, or none; how many people it was.

    ``fresh`` are numbers of lines that are about somebody new although we know a person who is alike. Raises
    Refused as ``look_at`` does, and where a line cannot be recorded.
    """
    looked, done = _go_through(activity, text, audience, came, by, fresh)
    wrong = [one for one in looked if one.fault]
    if wrong:
        said = _("Line %(number)s: %(fault)s Nothing was recorded.")
        raise Refused(said % {"number": wrong[0].number, "fault": wrong[0].fault}, field="lines")
    return done


def _go_through(
    activity: Activity, text: str, audience: Audience, came: bool, by: User, fresh: Collection[int]
) -> tuple[list[Look], int]:
    recordable(activity, came=came, by=by)
    lines = pasted(text)
    if not lines:
        raise Refused(_("There is no line in the list."), field="lines")
    if len(lines) > MOST_LINES:
        raise Refused(_("That are more than 500 lines. Take them in parts."), field="lines")
    people = _alike(lines)
    looked = [_one(activity, line, audience, came, by, people, fresh) for line in lines]
    return looked, sum(1 for one in looked if not one.fault)


def _one(
    activity: Activity,
    line: PastedLine,
    audience: Audience,
    came: bool,
    by: User,
    people: dict[str, list[Person]],
    fresh: Collection[int],
) -> Look:
    typed = line.typed
    who = _("code %(code)s") % {"code": typed.code} if typed.code else typed.name
    known = None if line.number in fresh else _known(line, people)
    told: dict[str, Any] = {"number": line.number, "who": who, "organisation": typed.organisation}
    if line.wrong:
        return Look(**told, said=_fault(line.wrong), fault=_fault(line.wrong))
    try:
        # A line that fails takes nothing along with it.
        with transaction.atomic():
            place = _place(line, audience)
            said = _said(line, place, known)
            if typed.code:
                add_coded(activity=activity, code=typed.code, place=place, came=came, by=by)
            else:
                add_named(activity=activity, typed=typed, place=place, came=came, known=known, by=by)
    except Refused as refusal:
        return Look(**told, said=refusal.sentence, fault=refusal.sentence)
    return Look(**told, said=said, known=known)


def _place(line: PastedLine, audience: Audience) -> Place:
    code = line.typed.country
    country = Country.objects.filter(code=code).first() if code else None
    if code and country is None:
        raise Refused(_("“%(code)s” is no country's two letters.") % {"code": code})
    return place_for(audience=audience, organisation=line.typed.organisation, country=country)


def _said(line: PastedLine, place: Place, known: Person | None) -> str:
    if line.typed.code:
        codes = Pseudonym.objects.filter(agency=place.agency, code=line.typed.code)
        return _("known by this code already") if codes.exists() else _("a new code")
    return _("known already: the same person") if known else _("a new person")


def _fault(wrong: str) -> str:
    sentences = {
        "email": _("That is no e-mail address."),
        "name": _("There is no name."),
        "code": _("There is no code."),
        "long": _("Something in it is too long."),
    }
    return sentences[wrong]


def _alike(lines: list[PastedLine]) -> dict[str, list[Person]]:
    """Persons by address, in one query."""
    addresses = {line.typed.email for line in lines if line.typed.email}
    final = survivors()
    found: dict[str, list[Person]] = {}
    for person in Person.objects.filter(email__in=addresses):
        if person.pk not in final:
            found.setdefault(person.email.lower(), []).append(person)
    return found


def _known(line: PastedLine, people: dict[str, list[Person]]) -> Person | None:
    """One record with the same address and the same name; an address alone is no proof."""
    same = [
        person
        for person in people.get(line.typed.email, [])
        if is_same_name(line.typed.name, person.given_name, person.family_name)
    ]
    return same[0] if len(same) == 1 else None
