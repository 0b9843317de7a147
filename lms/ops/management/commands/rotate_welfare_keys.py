from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.reflections import rewrap_reflections, shuffle_reflections
from lms.kit.keyring import MissingKey
from lms.kit.terminal import Progress
from lms.ops import wrapping
from lms.people.actions.own_keys import shuffle_own_keys
from lms.people.actions.rewrapping import rewrap_own_keys
from welfare.actions.deliveries import rewrap_addresses
from welfare.actions.retention import rewrite
from welfare.actions.rewrapping import rewrap_contacts, rewrap_shared

# The roof alone may name all of them.
STEPS: dict[str, Callable[[], Iterator[tuple[int, int]]]] = {
    "own keys": rewrap_own_keys,
    "reflections": rewrap_reflections,
    "requests for contact": rewrap_contacts,
    "what was handed on": rewrap_shared,
    "private addresses": rewrap_addresses,
}
SHUFFLES = (shuffle_own_keys, shuffle_reflections, rewrite)


class Command(BaseCommand):
    """May be ended at any moment and run again: what is done stays done, and nothing is ever half-way.

    Exit status: 0 when no row needs an earlier key any more, 1 when some still do, 2 without a key they need.
    """

    help = "Wrap everything sealed with the newest of WELFARE_KEYS, so that earlier ones can be taken out."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.rewrap()
        except MissingKey:
            reason = (
                "A row needs a key that is not in WELFARE_KEYS: put it back, after the newest, and run again."
            )
            raise CommandError(reason, returncode=2) from None
        for shuffle in SHUFFLES:
            shuffle()
        if wrapping.earlier():
            raise CommandError(
                "Some rows belong to nobody who could read them, and stay under an earlier key."
            )
        self.stdout.write("Everything is under the newest key; earlier ones may leave WELFARE_KEYS.")

    def rewrap(self) -> None:
        with Progress(self.stderr) as progress:
            for step, rewrap in STEPS.items():
                for done, total in rewrap():
                    progress(step, done, total)
