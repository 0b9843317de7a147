"""Audience, organisation and country as sheets write them, in the register's words where they are known.

What is not known stays as it is: the importer rejects it with its place.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from courses.kinds.sheets import Plan, Read, Role, word
from lms.people.enums import Audience
from lms.people.models import Country, Hotline


class Place(NamedTuple):
    audience: str
    organisation: str
    country: str


@dataclass
class Places:
    """Three queries, and none for a line."""

    plan: Plan
    audiences: dict[str, str] = field(init=False)
    hotlines: dict[str, str] = field(init=False)
    countries: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.audiences = {word(str(each.label)): each.value for each in Audience}
        self.audiences |= {each.value.replace("_", " "): each.value for each in Audience}
        self.hotlines = {word(name): name for name in Hotline.objects.values_list("name", flat=True)}
        self.countries = {word(name): code for code, name in Country.objects.values_list("code", "name")}
        self.countries |= {word(code): code for code in self.countries.values()}

    def of(self, line: Read) -> Place:
        audience = line.said(Role.AUDIENCE)
        organisation = line.said(Role.ORGANISATION) or self.plan.organisation
        country = line.said(Role.COUNTRY) or self.plan.country
        return Place(
            self.audiences.get(word(audience.replace("_", " ")), audience) or self.plan.audience,
            self.hotlines.get(word(organisation), organisation),
            self.countries.get(word(country), country),
        )
