"""Persons as lists want them."""

from django.db.models import Prefetch, Q, QuerySet

from lms.people.models import Affiliation, Person, PersonMerge
from lms.people.narrowing import narrowed
from lms.people.queries.changes import NAMES
from lms.people.queries.searching import holding, words_of


def found(text: str) -> QuerySet[Person]:
    """Persons whose names, e-mail or register id hold every word of ``text``, whatever its accents and case.

    Affiliations and merges in force are fetched along, so a list costs the same at any length.
    """
    words = words_of(text)
    matching = holding(Person.objects.all(), words) if words or not text else Person.objects.none()
    return narrowed(matching, "pk").prefetch_related(
        Prefetch("affiliations", Affiliation.objects.select_related("hotline", "agency", "country")),
        Prefetch("merged_into", PersonMerge.objects.filter(undone_at=None).select_related("survivor")),
    )


def is_emptied(person: Person) -> bool:
    """Whether nothing is left that says who it is, neither a name nor an address."""
    return not any(getattr(person, name) for name in NAMES)


def emptied(prefix: str = "") -> Q:
    """The same rule, for a query over persons or through a relation to them."""
    return Q(**{f"{prefix}{name}": "" for name in NAMES})
