"""Ranges for exclusion constraints, without any contrib extension of PostgreSQL.

A plain `=` on an integer needs btree_gist, which the embedded server does not carry; the one-element
range [id,id] overlaps exactly when the ids are equal.
"""

from django.db.models import BigIntegerField, DateField, F, Func, Value
from django.db.models.functions import Cast


def same(column: str) -> Func:
    """An int8range that overlaps another exactly when both columns hold the same id."""
    identifier = Cast(F(column), BigIntegerField())
    return Func(identifier, identifier, Value("[]"), function="int8range")


def days(first: str, last: str) -> Func:
    """A daterange of whole days, both ends included; null is open."""
    return Func(Cast(F(first), DateField()), Cast(F(last), DateField()), Value("[]"), function="daterange")
