"""Six demo logins, one for each role. The persons are invented; the hotlines are real."""

import datetime as dt
from dataclasses import dataclass

from lms.people.actions.hotlines import record_hotlines
from lms.people.actions.logins import ensure_login
from lms.people.actions.roles import grant_role
from lms.people.enums import Audience, Role
from lms.people.hotline_list import SHIPPED, read
from lms.people.models import Affiliation, Agency, Hotline, Person, User

HOTLINE = "Point de Contact"
NETWORK = "INHOPE (demo)"
DEMO_DOMAIN = "@demo.example"
SINCE = dt.date(2022, 1, 1)


@dataclass(frozen=True)
class DemoPerson:
    email: str
    given_name: str
    role: Role
    at_hotline: bool = False


CAST = (
    DemoPerson("analyst@demo.example", "Amal", Role.ANALYST, at_hotline=True),
    DemoPerson("trainer@demo.example", "Tove", Role.TRAINER),
    DemoPerson("staff@demo.example", "Sami", Role.STAFF),
    DemoPerson("officer@demo.example", "Wanda", Role.WELFARE_OFFICER),
    DemoPerson("manager@demo.example", "Mika", Role.HOTLINE_MANAGER, at_hotline=True),
    DemoPerson("admin@demo.example", "Ada", Role.ADMINISTRATOR),
)


def load(password: str) -> None:
    """Make the demo logins with this password; a second run changes nothing but a changed password."""
    if not Hotline.objects.filter(name=HOTLINE).exists():
        record_hotlines(rows=read(SHIPPED).rows, by=None)
    hotline = Hotline.objects.get(name=HOTLINE)
    for person in CAST:
        _load_one(person, hotline, password)


def open_by(password: str) -> None:
    """Let the demo logins that are there be entered with this password: it is the one that a start tells."""
    there = set(User.objects.filter(email__in=[one.email for one in CAST]).values_list("email", flat=True))
    for one in CAST:
        if one.email in there:
            _login(one, password)


def _load_one(demo: DemoPerson, hotline: Hotline, password: str) -> None:
    user = _login(demo, password)
    if not user.grants.filter(role=demo.role).exists():
        place = hotline if demo.at_hotline else None
        grant_role(user=user, role=demo.role, hotline=place, from_on=SINCE, by=None)
    if user.person and not user.person.affiliations.exists():
        _affiliate(user.person, hotline if demo.at_hotline else None)


def _login(demo: DemoPerson, password: str) -> User:
    return ensure_login(
        email=demo.email, given_name=demo.given_name, family_name="Example", password=password, by=None
    )


def _affiliate(person: Person, hotline: Hotline | None) -> None:
    if hotline:
        place = {"audience": Audience.HOTLINE, "hotline": hotline, "country": hotline.country}
    else:
        agency, _made = Agency.objects.get_or_create(name=NETWORK, country_id="NL")
        place = {"audience": Audience.OTHER, "agency": agency, "country_id": "NL"}
    Affiliation.objects.create(person=person, from_on=SINCE, **place)
