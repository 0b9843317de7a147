"""See me as they see me: which pages others get about somebody. Apps register theirs when they are ready."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lms.kit.text import Text
from lms.people.enums import Role
from lms.people.models import Hotline, Person


@dataclass(frozen=True)
class Look:
    """A page about somebody that a role gets: its route, what it is about, and its name in a list.

    ``pk`` is what the route is asked with, None where it takes nothing. A manager's page names its hotline.
    """

    role: Role
    route: str
    title: Text
    pk: int | None = None
    hotline: Hotline | None = None

    @property
    def args(self) -> list[int]:
        return [] if self.pk is None else [self.pk]


@dataclass(frozen=True)
class Said:
    """A page that holds something of somebody and cannot be shown to them: what it holds, in words.

    ``routes`` are the pages meant, so that a test can hold the list complete.
    """

    role: Role
    text: Text
    routes: tuple[str, ...]


Source = Callable[[Person], Iterable[Look | Said]]
"""Takes a person and gives what others see of them; a constant number of queries."""

# In this order they are shown; each has a section, also where it sees nothing.
ONLOOKERS = (
    Role.HOTLINE_MANAGER,
    Role.TRAINER,
    Role.STAFF,
    Role.WELFARE_OFFICER,
    Role.ADMINISTRATOR,
)
_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    _sources[f"{source.__module__}.{source.__qualname__}"] = source


def about(person: Person) -> Iterator[Look | Said]:
    """Everything that others see of a person."""
    for source in _sources.values():
        yield from source(person)
