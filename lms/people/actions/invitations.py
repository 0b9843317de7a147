"""Invitations: the only way to a login."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.errors import Refused
from lms.kit.tokens import digest, token
from lms.outbox.models import new_message_id
from lms.outbox.moves import enqueue
from lms.people.actions.own_keys import give_keys
from lms.people.actions.roles import check_fit, require_administrator
from lms.people.enums import Audience, Role
from lms.people.mail import INVITATION
from lms.people.models import Affiliation, Hotline, Invitation, InvitationMail, Person, RoleGrant, User
from lms.people.queries.invitations import open_invitations

VALID_FOR = dt.timedelta(days=14)


@transaction.atomic
def invite(
    *,
    email: str,
    role: Role,
    by: User,
    hotline: Hotline | None = None,
    person: Person | None = None,
) -> Invitation:
    """Have a link sent that makes a login once, within 14 days.

    An earlier open invitation to the same address ends, and its mail, if it is still waiting, is not sent.
    Raises Refused for an address or person that has a login, and for a role that does not fit.
    """
    require_administrator(by)
    check_fit(role, hotline)
    address = email.strip().lower()
    _require_no_login(address, person)
    open_invitations().filter(email=address).update(withdrawn_at=Now(), withdrawn_by=by)
    message_id = new_message_id()
    invitation = Invitation.objects.create(
        email=address,
        person=person,
        role=role,
        hotline=hotline,
        token_digest=digest(token(INVITATION, message_id)),
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    enqueue(InvitationMail, kind=INVITATION, message_id=message_id, invitation=invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make an open invitation's link useless. Raises Refused when it is no longer open."""
    require_administrator(by)
    if not open_invitations().filter(pk=invitation.pk).update(withdrawn_at=Now(), withdrawn_by=by):
        raise Refused(_("This invitation is no longer open."))


@transaction.atomic
def accept_invitation(*, token: str, given_name: str, family_name: str, password: str) -> User:
    """Make the login an invitation promised, with its role from today; the address counts as verified.

    Raises Refused for a link that is used, withdrawn, expired or unknown (one sentence for all four,
    which tells a guesser nothing), and for a password that is too weak (field ``password``).
    """
    invitation = open_invitations().select_for_update().filter(token_digest=digest(token)).first()
    if invitation is None:
        raise Refused(_("This link is not valid, or no longer. Ask for a new invitation."))
    _require_no_login(invitation.email, invitation.person)
    user = User(email=invitation.email)
    _set_password(user, password)
    person = invitation.person or Person.objects.create(
        given_name=given_name.strip(), family_name=family_name.strip(), email=invitation.email
    )
    user.person = person
    user.save()
    give_keys(users=[user], by=user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _give_role(invitation, user)
    _give_place(invitation, person)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now(), accepted_by=user)
    return user


def _require_no_login(address: str, person: Person | None) -> None:
    if User.objects.filter(email=address).exists() or (
        person and User.objects.filter(person=person).exists()
    ):
        raise Refused(_("There is a login for this address or person already."), field="email")


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error
    user.set_password(password)


def _give_role(invitation: Invitation, user: User) -> None:
    RoleGrant.objects.create(
        user=user,
        role=invitation.role,
        hotline=invitation.hotline,
        from_on=clock.today(),
        granted_by=invitation.invited_by,
    )


def _give_place(invitation: Invitation, person: Person) -> None:
    """A tie to the invitation's hotline for somebody who has none."""
    if invitation.hotline and not person.affiliations.exists():
        Affiliation.objects.create(
            person=person,
            audience=Audience.HOTLINE,
            hotline=invitation.hotline,
            country=invitation.hotline.country,
            from_on=clock.today(),
        )
