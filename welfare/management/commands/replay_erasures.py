from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from welfare.actions.erasing import OtherList, begin_new_list, replay


class Command(BaseCommand):
    """Exit status 0 when the database is where the list is, 2 when the list is missing or another one."""

    help = "Erase again what was erased after the restored backup was made. Run it before the site opens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--list-is-lost",
            action="store_true",
            help="begin a new list; what was erased since the backup cannot be erased again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list_is_lost"]:
            begin_new_list()
        try:
            done = replay()
        except (OtherList, OSError, ValueError):
            raise CommandError(
                "ERASURE_LIST is missing, cannot be read, or ends before what this database knows:"
                " put the right file there. Only if it is lost, run again with --list-is-lost.",
                returncode=2,
            ) from None
        self.stdout.write(f"{done.lines} erasures were new to this database and are done.")
        if done.unknown:
            self.stdout.write(
                f"{done.unknown} of them fit no login here: made after the backup, or noted under a key that"
                " is no longer in WELFARE_KEYS. If a key was taken out, put it back behind the others."
            )
