"""Attendance codes: which are open, and what they say at a moment. They are kept nowhere."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.enums import Stage
from courses.models import AttendanceCode, Entry, Participation
from lms.kit.tokens import token

# Read off a screen and typed by hand: no letter or digit that looks like another.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 6
# Seconds for which one code is shown; it is taken for as long again, to be typed.
WINDOW = 60


def code_at(opened: AttendanceCode, moment: dt.datetime, *, secret: str | None = None) -> str:
    """What the screen shows at a UTC moment."""
    window = int(moment.timestamp()) // WINDOW
    number = int(token("courses.attendance_code", f"{opened.salt}:{window}", secret=secret), 16)
    letters = []
    for _nth in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def taken_now(opened: AttendanceCode, now: dt.datetime) -> set[str]:
    """The code of this window and of the one before, by the site's secret and those before it."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    moments = (now, now - dt.timedelta(seconds=WINDOW))
    return {code_at(opened, moment, secret=secret) for moment in moments for secret in secrets}


def as_typed(text: str) -> str:
    """A code without the spaces, hyphens and small letters that people type."""
    return "".join(sign for sign in text.upper() if sign.isalnum())[: LENGTH + 1]


def open_for(person: int) -> QuerySet[AttendanceCode]:
    """Codes that are open now, of training sessions that somebody is enrolled for and not unseen in."""
    taking = Entry.objects.standing().filter(participation=OuterRef("pk"), stage=Stage.ENROLLED)
    mine = Participation.objects.filter(Exists(taking), person=person).exclude(
        Q(enrolment__hidden=True) | Q(enrolment__withdrawn_at__isnull=False)
    )
    found = AttendanceCode.objects.filter(
        until__gt=timezone.now(), session__activity__in=mine.values("activity")
    )
    return found.select_related("session").order_by("pk")
