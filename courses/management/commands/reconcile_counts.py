"""`manage.py reconcile_counts DEFINITION.json`: hold a published statement against the ledger."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.exports.reconciliation import as_json, as_text
from courses.queries.counts import UnknownValue
from courses.queries.counts.reconciling import BadDefinition, Definition, reconcile
from lms.kit.terminal import reader_may_leave

USAGE_ERROR = 2


class Command(BaseCommand):
    help = "Hold a published statement against the training ledger, line by line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("definition", type=Path, help="a JSON file with year, published and lines")
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *, definition: Path, **options: Any) -> None:
        try:
            result = reconcile(Definition.parse(decoded(definition)))
        except OSError as error:
            raise CommandError(
                f"{definition} cannot be read: {error.strerror}.", returncode=USAGE_ERROR
            ) from None
        except (BadDefinition, UnknownValue) as error:
            raise CommandError(f"{definition}: {error}", returncode=USAGE_ERROR) from None
        with reader_may_leave(self.stdout):
            if options["format"] == "json":
                self.stdout.write(json.dumps(as_json(result), ensure_ascii=False, indent=1))
            else:
                self.stdout.write(as_text(result))


def decoded(path: Path) -> Any:
    """What the file holds; BadDefinition where it is no JSON, or none that can be held in memory."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadDefinition(f"This is not JSON: {error}.") from None
