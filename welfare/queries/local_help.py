"""Whom to call: the directory by country."""

from dataclasses import dataclass

from lms.kit import clock
from lms.people.models import Country, User
from lms.people.queries.affiliations import affiliation_on
from welfare.models import LocalHelp
from welfare.models.wall import as_user


@dataclass(frozen=True)
class Directory:
    """The entries of one country, and the countries (code, name) that have any or are the reader's own."""

    country: str
    name: str
    entries: list[LocalHelp]
    countries: list[tuple[str, str]]


def home_country(user: User) -> str:
    """The country of somebody's hotline or agency today; '' where none is known."""
    tie = affiliation_on(user.person, clock.today()) if user.person else None
    return (tie.country_id or "") if tie else ""


def help_near(user: User, country: str = "") -> Directory:
    """The directory of the country asked for, else of one's own. Three queries, however long it is."""
    own = home_country(user)
    with as_user(user.pk):
        entries = list(LocalHelp.objects.order_by("pk"))
    known = {entry.country for entry in entries} | ({own} if own else set())
    names = dict(Country.objects.filter(pk__in=known).order_by("name").values_list("pk", "name"))
    chosen = country if country in names else own
    here = [entry for entry in entries if entry.country == chosen]
    return Directory(chosen, names.get(chosen, ""), here, list(names.items()))


def all_entries() -> list[LocalHelp]:
    """For officers, by country; to be called in an officer's name."""
    return list(LocalHelp.objects.all())
