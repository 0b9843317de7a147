"""A process of the run: the program as it is, with ticks every second and, where asked, a clock that is wrong.

`python -m tests.chaos.entry celery|manage WORDS…`; CHAOS_SHIFT_SECONDS moves what this process takes for the
time, and CHAOS_BROKEN names an engine of tests/chaos/broken.py that takes the place of ours.
"""

import datetime as dt
import os
import sys

FAST, SOON = dt.timedelta(seconds=1), dt.timedelta(seconds=15)


def main(what: str, *words: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    shift = float(os.environ.get("CHAOS_SHIFT_SECONDS") or 0)
    if shift:
        import time_machine

        moved = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=shift)
        time_machine.travel(moved, tick=True).start()
    if what == "celery":
        celery(*words)
    else:
        manage(*words)


def celery(*words: str) -> None:
    import django

    django.setup()
    break_engine()
    from lms.config.celery import app
    from lms.kit.tasks import ticks

    app.loader.import_default_modules()
    ticks.every = {name: how_often(name) for name in ticks.every if wanted(name)}
    app.start(argv=["--quiet", *words])


def how_often(name: str) -> dt.timedelta:
    """Reminders all the time, mail nearly so; what writes all rows again, and is hourly, a few times a round."""
    return FAST if "remind" in name else FAST * 2 if name.startswith("outbox.") else SOON


def wanted(name: str) -> bool:
    return name.startswith(("welfare.", "outbox."))


def manage(*words: str) -> None:
    import django

    django.setup()
    break_engine()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *words])


def break_engine() -> None:
    name = os.environ.get("CHAOS_BROKEN")
    if name:
        from tests.chaos import broken

        broken.put_in_place(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
