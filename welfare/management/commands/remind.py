import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from welfare.actions.engine import run_once


class Command(BaseCommand):
    help = (
        "Tell the reminders that are due, once. Cron may call it every few minutes in place of worker and"
        " beat; all of them may run at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", type=float, metavar="SECONDS", help="go on, with such a rest")

    def handle(self, *args: Any, **options: Any) -> None:
        run_once()
        while options["loop"]:
            time.sleep(options["loop"])
            run_once()
