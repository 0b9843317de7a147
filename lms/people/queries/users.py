"""Logins as lists want them."""

from django.db.models import Prefetch, Q, QuerySet

from lms.people.models import RoleGrant, User
from lms.people.narrowing import narrowed


def found(text: str = "") -> QuerySet[User]:
    """Logins whose address or names hold every word of ``text``, with persons and grants fetched along."""
    match = Q()
    for word in text.split():
        match &= (
            Q(email__icontains=word)
            | Q(person__given_name__icontains=word)
            | Q(person__family_name__icontains=word)
        )
    grants = Prefetch("grants", RoleGrant.objects.select_related("hotline"))
    return narrowed(User.objects.filter(match)).select_related("person").prefetch_related(grants)
