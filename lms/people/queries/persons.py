"""Persons as lists want them."""

from django.db.models import Prefetch, Q, QuerySet

from lms.people.models import Affiliation, Person, PersonMerge
from lms.people.narrowing import narrowed
from lms.people.queries.changes import NAMES
from lms.people.queries.merges import in_force
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


def alike(person: Person) -> QuerySet[Person]:
    """Other records with the same e-mail or the same name: no proof, only a reason to look."""
    same = Q(pk__in=[])
    if person.email:
        same |= Q(email__iexact=person.email)
    if person.family_name and person.given_name:
        same |= Q(family_name__iexact=person.family_name, given_name__iexact=person.given_name)
    return found("").filter(same).exclude(pk=person.pk).exclude(merged_into__in=in_force())
