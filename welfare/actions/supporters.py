"""Who can be asked to get in touch: kept by welfare officers; the mail is each person's own choice."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.people.models import User
from welfare import rules
from welfare.actions.local_help import require_officer
from welfare.models import Supporter
from welfare.models.wall import as_engine, as_officer, as_user
from welfare.queries.contact import whose_mail


def name_supporter(*, email: str, by: User, hotline_id: int | None, **fields: Any) -> None:
    """Have the login of an address offered to analysts; fields of Supporter by name.

    Raises Refused for an address without an open login, and for somebody who is in the list already.
    """
    require_officer_of(hotline_id, by)
    login = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if login is None:
        raise Refused(_("No open login has this address."), "email")
    with as_officer(by.pk):
        if Supporter.objects.filter(pk=login.pk).exists():
            raise Refused(_("This person is in the list already."), "email")
        Supporter.objects.create(pk=login.pk, hotline_id=hotline_id, **fields)


def change_supporter(*, supporter: int, by: User, hotline_id: int | None, **fields: Any) -> None:
    """Requests under way keep the hours that their sender read."""
    require_officer_of(hotline_id, by)
    with as_officer(by.pk):
        row = standing_before(supporter, by)
        for name, value in (fields | {"hotline_id": hotline_id}).items():
            setattr(row, name, value)
        row.save()


def remove_supporter(*, supporter: int, by: User) -> None:
    """Nobody can ask this person any more; what lies there goes on to the next at the engine's next run.

    Pressing twice changes nothing.
    """
    require_officer(by)
    with as_officer(by.pk):
        row = Supporter.objects.select_for_update().filter(pk=supporter).first()
        if row is not None:
            require_officer_of(row.hotline_id, by)
            row.delete()


def standing_before(supporter: int, by: User) -> Supporter:
    row = Supporter.objects.select_for_update().filter(pk=supporter).first()
    if row is None:
        raise Refused(_("This person is no longer in the list."))
    require_officer_of(row.hotline_id, by)
    return row


def require_officer_of(hotline_id: int | None, by: User) -> None:
    if not rules.may_keep_people_of(by, hotline_id):
        raise PermissionDenied


def choose_mail(*, by: User, wanted: bool) -> None:
    """Whether somebody who can be asked is told by mail too; without effect for everybody else."""
    with as_user(by.pk):
        Supporter.objects.filter(pk=by.pk).update(by_mail=wanted)


def turn_mail_off(*, token: str) -> None:
    """No more mails for whoever got the one with this token; the site and the list for officers say so."""
    receiver = whose_mail(token)
    if receiver is not None:
        with as_engine():
            Supporter.objects.filter(pk=receiver).update(by_mail=False)
