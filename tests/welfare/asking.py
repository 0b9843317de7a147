"""People who can be asked, and requests to them, made as their pages make them."""

import datetime as dt

from lms.people.enums import Role
from lms.people.models import Hotline, User
from tests import cast
from welfare.actions import contact
from welfare.actions.supporters import name_supporter
from welfare.models import ContactRequest, ContactStep
from welfare.models.wall import as_engine, database_now
from welfare.queries.contact import shown_as

WORDS = {
    "kind": "counsellor",
    "languages": "English",
    "nights": "Nobody answers at night.",
    "danger": "Must call the emergency services.",
    "hours": 24,
}


def officer() -> User:
    return cast.user(Role.WELFARE_OFFICER)


def supporter(name: str = "Wanda", *, hotline: Hotline | None = None, **words: object) -> User:
    """A login that can be asked, called so."""
    login = cast.user(email=f"{name.lower()}@test.example")
    person = login.person
    person.given_name, person.family_name = name, "Example"
    person.save()
    said = WORDS | words | {"hotline_id": hotline.pk if hotline else None}
    name_supporter(email=login.email, by=officer(), **said)
    return login


def ask(by: User, *ladder: User, **said: object) -> ContactRequest:
    """Send a request to these people, in this order."""
    numbers = [one.pk for one in ladder]
    contact.ask_contact(ladder=numbers, shown=shown_as(contact.chosen_from(numbers, by)), by=by, **said)
    with as_engine():
        return ContactRequest.objects.filter(user_id=by.pk).latest("made_at")


def hours_pass(hours: float) -> None:
    """As if all requests were older by so much."""
    past = dt.timedelta(hours=hours)
    with as_engine():
        for row in ContactRequest.objects.all():
            moved = {
                name: getattr(row, name) - past for name in ("climbs_at", "over_at") if getattr(row, name)
            }
            ContactRequest.objects.filter(pk=row.pk).update(made_at=row.made_at - past, **moved)


def run_after(hours: float) -> None:
    hours_pass(hours)
    contact.run_contacts_once()


def states() -> list[str]:
    """Of every step, by request and place."""
    with as_engine():
        return list(ContactStep.objects.order_by("request__made_at", "place").values_list("state", flat=True))


def state() -> str:
    """Of the only request."""
    with as_engine():
        return ContactRequest.objects.values_list("state", flat=True).get()


def now() -> dt.datetime:
    return database_now()
