"""Logins as lists want them."""

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from lms.kit import clock
from lms.kit.prepared import Asked
from lms.people.enums import Role
from lms.people.models import RoleGrant, User
from lms.people.narrowing import narrowed
from lms.people.rules import in_force_q


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


def with_role(role: Role) -> QuerySet[User]:
    """Open logins that have a role today, by the names of their persons."""
    granted = RoleGrant.objects.filter(in_force_q(clock.today()), user=OuterRef("pk"), role=role)
    found = User.objects.filter(Exists(granted), is_active=True).select_related("person")
    return found.order_by("person__family_name", "person__given_name", "email")


def address_of_open_login(user_id: int) -> str | None:
    """None for a login that is closed or not there. One plain statement: it is asked for every mail."""
    asked = Asked(DEFAULT_DB_ALIAS, "SELECT email FROM people_user WHERE id = %s AND is_active", [user_id])
    row = asked.row
    return str(row[0]) if row else None
