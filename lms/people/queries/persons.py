"""Persons as lists want them."""

from django.db.models import Prefetch, Q, QuerySet

from lms.people.models import Affiliation, Person, PersonMerge


def found(text: str) -> QuerySet[Person]:
    """Persons whose names hold every word of ``text``, or whose register id begins with it.

    Affiliations and merges in force are fetched along, so a list costs the same at any length.
    """
    names = Q()
    for word in text.split():
        names &= Q(given_name__icontains=word) | Q(family_name__icontains=word)
    matching = (
        Person.objects.filter(names | Q(register_id__istartswith=text)) if text else Person.objects.all()
    )
    return matching.prefetch_related(
        Prefetch("affiliations", Affiliation.objects.select_related("hotline", "agency", "country")),
        Prefetch("merged_into", PersonMerge.objects.filter(undone_at=None).select_related("survivor")),
    )
