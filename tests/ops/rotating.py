"""A process that rotates keys, a row at a time: `python -m tests.ops.rotating DATABASE`."""

import os
import sys

import django
from django.conf import settings


def main(database: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    for one in settings.DATABASES.values():
        one["NAME"] = database
    django.setup()
    from django.core.management import call_command

    from courses.actions import reflections
    from lms.people.actions import rewrapping
    from welfare.actions import sealed

    reflections.BATCH = rewrapping.BATCH = sealed.BATCH = 1
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    call_command("rotate_welfare_keys")


if __name__ == "__main__":
    main(sys.argv[1])
