from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from lms.ops import mail_folder
from lms.people.demo import open_by
from welfare.actions.erasing import replay_or_begin


class Command(BaseCommand):
    help = "Bring the database up to date and, in demo mode, load the demo data where there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASES["default"].get("OWNER"):
            self.stdout.write("Bringing the database up to date ...")
            call_command("migrate", verbosity=0, interactive=False)
        if folder := settings.EMAIL_CONFIG.get("EMAIL_FILE_PATH"):
            # One that an earlier version left open.
            mail_folder.close(Path(folder))
        if settings.DEMO and apps.ready:
            replay_or_begin()
        if settings.DEMO and apps.ready:
            show_demo()


def show_demo() -> None:
    """Demo data where there is none; else its logins, for DEMO_PASSWORD may be another one today."""
    if get_user_model().objects.exists():
        open_by(settings.DEMO_PASSWORD)
    else:
        call_command("demo")
