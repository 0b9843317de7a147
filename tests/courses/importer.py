"""A process that imports registers into the database of the tests: `python -m tests.courses.importer`.

Arguments: the database's name, then folders; writes one line of JSON for each.
"""

import json
import sys
from pathlib import Path

import django
from django.conf import settings


def main(database: str, *folders: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from courses.actions.imports import import_register

    for folder in folders:
        outcome = import_register(folder=Path(folder), by=None)
        sys.stdout.write(json.dumps(outcome.as_json()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
