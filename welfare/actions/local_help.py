"""The directory of local help, kept by welfare officers."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.people.models import User
from welfare import rules
from welfare.models import LocalHelp
from welfare.models.wall import as_officer


def keep_help(*, by: User, entry: int | None = None, **fields: Any) -> None:
    """A new entry, or other words of one; fields of LocalHelp by name. Raises Refused for a double."""
    require_officer(by)
    try:
        with as_officer(by.pk):
            if entry is None:
                LocalHelp.objects.create(**fields)
            else:
                LocalHelp.objects.filter(pk=entry).update(**fields)
    except IntegrityError as error:
        raise Refused(_("This country has an entry of this name already."), "name") from error


def remove_help(*, entry: int, by: User) -> None:
    """Pressing twice changes nothing."""
    require_officer(by)
    with as_officer(by.pk):
        LocalHelp.objects.filter(pk=entry).delete()


def require_officer(by: User) -> None:
    """Raise PermissionDenied for everybody else: row-level security asks for the name alone."""
    if not rules.may_keep_people(by):
        raise PermissionDenied
