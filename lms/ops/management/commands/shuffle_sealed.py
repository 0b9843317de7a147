from typing import Any

from django.core.management.base import BaseCommand

from lms.ops.management.commands.rotate_welfare_keys import SHUFFLES


class Command(BaseCommand):
    """The worker does the same every hour; a dump is to begin when nothing was written since."""

    help = "Write everything that people sealed in random order, so that a dump taken now does not tell when."

    def handle(self, *args: Any, **options: Any) -> None:
        for shuffle in SHUFFLES:
            shuffle()
        self.stdout.write("Shuffled: take the dump now.")
