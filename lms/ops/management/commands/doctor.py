import os
import smtplib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import connection

from courses.queries.media import lost_files
from lms.ops import health, powers, wrapping
from lms.ops.powers import talkative
from lms.people.demo import DEMO_DOMAIN

# Beat marks every five seconds and the worker every two; the task's tick comes every fifteen.
LATE_SECONDS = {"worker": 30, "beat": 30, "task": 60}
LATE_SECONDS_OF_WORK = 300
WORDS = {
    "worker": "the worker",
    "beat": "beat",
    "task": "the heartbeat task, which beat sends and a worker runs,",
}


class Command(BaseCommand):
    help = "Check a running deployment, a sentence a finding; exit status 1 if something must be done."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        seen = health.look()
        findings = [*_servers(seen), *_parts(seen), *_role(seen), *_log(seen), *_logins(seen), *_files(seen)]
        findings += [*_welfare_keys(seen), *_erasures(seen), *_mail(), *_mails(seen), *_reminders(seen)]
        findings += [*_run_by()]
        for finding in findings:
            self.stdout.write(f"- {finding}")
        if findings:
            raise SystemExit(1)
        self.stdout.write("Everything answers: database, migrations, broker, worker, beat, files, mail.")


def _servers(seen: health.Health) -> Iterator[str]:
    if not seen.database:
        yield "The database does not answer: check that it runs and that DATABASE_URL is right."
    if seen.missing_migrations:
        yield f"{len(seen.missing_migrations)} migrations are missing: run `manage.py migrate`."
    if not seen.broker:
        yield "The broker does not answer: check that it runs and that REDIS_URL is right."


def _parts(seen: health.Health) -> Iterator[str]:
    if not seen.broker:
        return
    for part, age in seen.ages.items():
        if age is None:
            yield f"Nothing was seen of {WORDS[part]} yet: start it, or wait a minute after its start."
        elif age > LATE_SECONDS[part]:
            yield f"Nothing was seen of {WORDS[part]} for {age:.0f} seconds: see its log, start it again."


def _role(seen: health.Health) -> Iterator[str]:
    if not seen.database:
        return
    for power in powers.beyond(connection):
        yield f"The role of DATABASE_URL can do too much, {power}: run `manage.py setup_database`."


def _log(seen: health.Health) -> Iterator[str]:
    if not seen.database:
        return
    if loose := talkative(connection):
        yield (
            f"The database server may write what people typed into its log ({', '.join(loose)}): have a"
            " superuser run the ALTER ROLE lines that `manage.py setup_database --print-sql` prints."
        )


def _logins(seen: health.Health) -> Iterator[str]:
    if settings.DEMO or not seen.database or seen.missing_migrations:
        return
    demo = get_user_model().objects.filter(email__iendswith=DEMO_DOMAIN, is_active=True).count()
    if demo:
        yield f"{demo} logins of the demo are open here, with a known password: close them at /admin/users/."


def _run_by() -> Iterator[str]:
    if not (settings.DEMO or settings.RUN_BY):
        yield (
            "Nobody has said who runs this server and who pays for it: set RUN_BY,"
            " which analysts read before they keep anything."
        )


def _files(seen: health.Health) -> Iterator[str]:
    closed = [
        name
        for name, folder in (("MEDIA_DIR", settings.MEDIA_DIR), ("REGISTERS_DIR", settings.REGISTERS_DIR))
        if folder.exists() and not os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    ]
    for name in closed:
        yield f"The folder of {name} cannot be read and written: give it to the user who runs the site."
    if "MEDIA_DIR" in closed or not seen.database or seen.missing_migrations:
        return
    if lost := lost_files():
        yield f"Files of lessons that MEDIA_DIR lacks or holds cut off: {lost}. Restore its backup."


def _welfare_keys(seen: health.Health) -> Iterator[str]:
    if not seen.database or seen.missing_migrations:
        return
    if wrapping.missing():
        yield "What people sealed needs a key that is not in WELFARE_KEYS: put it back, or it stays closed."
    elif wrapping.earlier():
        yield "Some of what people sealed is under an earlier key: run `manage.py rotate_welfare_keys`."


def _erasures(seen: health.Health) -> Iterator[str]:
    if not seen.database or seen.missing_migrations:
        return
    if seen.reported.get("erasures_to_replay"):
        yield (
            "The database and the erasure list do not agree, as after a backup was restored:"
            " run `manage.py replay_erasures` before the site opens."
        )
    folder = settings.ERASURE_LIST.parent
    if not os.access(settings.ERASURE_LIST if settings.ERASURE_LIST.exists() else folder, os.R_OK | os.W_OK):
        yield "ERASURE_LIST cannot be read and written: give it to the user who runs the site."


def _mail() -> Iterator[str]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return
    server = get_connection(timeout=10)
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        yield f"The mail server does not take us in ({type(error).__name__}): check EMAIL_URL."
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.close()


def _reminders(seen: health.Health) -> Iterator[str]:
    late = seen.reported.get("oldest_due_reminder_seconds", 0)
    if late > LATE_SECONDS_OF_WORK:
        yield f"The oldest reminder that is due has waited for {late:.0f} seconds: see the worker's log."


def _mails(seen: health.Health) -> Iterator[str]:
    late = seen.reported.get("oldest_due_mail_seconds", 0)
    if late > LATE_SECONDS_OF_WORK:
        yield f"The oldest mail that is due has waited for {late:.0f} seconds: see the worker's log."
    for name, words in {"mails_parked": "Mails parked", "mails_uncertain": "Mails that may be lost"}.items():
        if seen.reported.get(name):
            yield f"{words}: {seen.reported[name]}. An administrator decides at /admin/deliveries/."
