"""Logins that the operator makes: demo logins and the first administrator."""

from allauth.account.models import EmailAddress
from django.db import transaction

from lms.people.actions.own_keys import give_keys
from lms.people.models import Person, User


@transaction.atomic
def ensure_login(
    *, email: str, given_name: str, family_name: str, password: str | None, by: User | None
) -> User:
    """The login of an address, made where there is none, verified; a password given becomes its password.

    Without a password a new login can only be entered through a password reset.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        person = Person.objects.create(given_name=given_name, family_name=family_name, email=address)
        user = User.objects.create_user(address, person=person)
        give_keys(users=[user], by=by)
    # A new hash ends every session: leave an equal password alone.
    if password is not None and not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=user, email=address, defaults={"verified": True, "primary": True}
    )
    return user
