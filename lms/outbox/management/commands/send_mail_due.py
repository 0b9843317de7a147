from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.outbox.drain import run_once


class Command(BaseCommand):
    help = "Send the mails that are due, once: for cron, beside the worker or while there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = run_once()
        told = ", ".join(f"{number} {state.label}" for state, number in sorted(outcome.ended.items()))
        self.stdout.write(told or "Nothing was sent.")
        if outcome.unreachable:
            raise CommandError("The mail server cannot be reached: check EMAIL_URL. No try was used up.")
        if outcome.more:
            self.stdout.write("More is due: run it again.")
