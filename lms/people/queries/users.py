"""Logins as lists want them."""

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Prefetch, Q, QuerySet

from lms.kit.prepared import Asked
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


def address_of_open_login(user_id: int) -> str | None:
    """None for a login that is closed or not there. One plain statement: it is asked for every mail."""
    asked = Asked(DEFAULT_DB_ALIAS, "SELECT email FROM people_user WHERE id = %s AND is_active", [user_id])
    row = asked.row
    return str(row[0]) if row else None
