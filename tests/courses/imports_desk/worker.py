"""A worker of its own that takes one upload a step further: `python -m tests.courses.imports_desk.worker`.

Arguments: the database's name and the folder of registers.
"""

import sys
from pathlib import Path

import django
from django.conf import settings


def main(database: str, folder: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    settings.REGISTERS_DIR = Path(folder)
    django.setup()
    from courses.actions.uploads.working import work_once

    work_once()


if __name__ == "__main__":
    main(*sys.argv[1:])
