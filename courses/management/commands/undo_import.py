"""`manage.py undo_import NUMBER`: reverse the entries of an import."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.imports.undo import undo_import
from lms.kit.errors import Refused


class Command(BaseCommand):
    help = "Undo an import by reversing its entries; refused where later facts stand on them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="the import's number, which import_register said")

    def handle(self, *, number: int, **options: Any) -> None:
        try:
            undone = undo_import(number=number, by=None)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"Import {number} is undone: {undone.reversed} entries reversed, {undone.put_back} put back."
            " The people and affiliations it brought stay as they are."
        )
