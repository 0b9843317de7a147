"""Make the first administrator of a new site."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from lms.kit.errors import Refused
from lms.people.actions.logins import ensure_login
from lms.people.actions.roles import grant_role
from lms.people.enums import Role


class Command(BaseCommand):
    """The login has no password: its owner sets one by "forgot your password" on the sign-in page."""

    help = "Give the administrator role to an e-mail address, and make its login where there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            validate_email(email)
            user = ensure_login(email=email, given_name="", family_name="", password=None, by=None)
            grant_role(user=user, role=Role.ADMINISTRATOR, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        except Refused as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(f"{user.email} is an administrator. Set a password at /accounts/password/reset/.")
