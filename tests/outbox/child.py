"""A drainer in a process of its own that ends without a word at one commit.

`python -m tests.outbox.child DATABASE PORT MODE NTH before|after`: the NTH commit of the run does not come,
or is the last thing that happens. Status 9 when it ended there, 0 when the run was over sooner.
"""

import os
import sys

import django


def main(database: str, port: str, mode: str, nth: str, side: str) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection, connections

    for each in connections.all():
        each.settings_dict["NAME"] = database
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.OUTBOX_UNCERTAIN = "127.0.0.1", int(port), mode
    commit, done = connection._commit, 0

    def dying() -> None:
        nonlocal done
        done += 1
        if done == int(nth) and side == "before":
            os._exit(9)
        commit()
        if done == int(nth):
            os._exit(9)

    connection._commit = dying  # type: ignore[method-assign]
    from lms.outbox.drain import run_once

    run_once()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    main(*sys.argv[1:])
