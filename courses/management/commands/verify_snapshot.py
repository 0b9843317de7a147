"""`manage.py verify_snapshot FILE`: prove an exported figure from the file alone, without any database."""

import stat
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.kinds.figures.proof import Frozen, decoded
from courses.kinds.figures.reading import Unusable
from lms.kit.terminal import reader_may_leave

DISAGREES, UNUSABLE = 1, 2
# Bytes. A year of a hundred thousand facts is some 25 MB; more than this is no figure of ours.
LARGEST = 256 * 1024 * 1024


class Command(BaseCommand):
    help = "Prove an exported frozen figure from the file alone. Exit status 0 verified, 1 not, 2 unusable."
    # A check may look at the database, and the proof is to need none.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="what /staff/figures/ gave as JSON")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            frozen = Frozen.parse(decoded(content(file)))
            found = list(frozen.disagreements())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=UNUSABLE) from None
        except Unusable as unusable:
            raise CommandError(f"{file}: {unusable}", returncode=UNUSABLE) from None
        if found:
            raise CommandError("\n".join([f"{file} does not agree:", *found]), returncode=DISAGREES)
        with reader_may_leave(self.stdout):
            self.stdout.write(
                f"verified: {frozen.title or 'without a title'}, frozen {frozen.moment},"
                f" {len(frozen.counts)} counts from {len(frozen.facts.parts)} entries and"
                f" {len(frozen.facts.activities)} activities\ndigest {frozen.digest}"
            )


def content(file: Path) -> bytes:
    """The bytes of a plain file that can be held in memory. Raises OSError and Unusable."""
    about = file.stat()
    if not stat.S_ISREG(about.st_mode):
        raise Unusable("This is not a file.")
    if about.st_size > LARGEST:
        raise Unusable(f"It is larger than {LARGEST // 1024 // 1024} MB, which no frozen figure is.")
    return file.read_bytes()
