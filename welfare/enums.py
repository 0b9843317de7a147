"""Closed lists of words about reminders."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    """How often somebody wants to be reminded: once in each local calendar period of this length."""

    WEEKLY = "weekly", _("every week")
    FORTNIGHTLY = "fortnightly", _("every two weeks")
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every three months")


class MailTo(models.TextChoices):
    """Where a mail goes that says that there is a message: to which address, or nowhere."""

    LOGIN = "login", _("to the address I sign in with")
    PRIVATE = "private", _("to another address")
    NOWHERE = "nowhere", _("nowhere, only the notice on this site")


class OccurrenceState(models.TextChoices):
    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    SKIPPED = "skipped", _("skipped")


class Skipped(models.TextChoices):
    """Why a period passed without a reminder."""

    NO_DAY = "no_day", _("no working day in the period")
    LEAVE = "leave", _("on leave or paused")
    COALESCED = "coalesced", _("a newer one came at the same time")


class SupporterKind(models.TextChoices):
    """What somebody is who can be asked to get in touch."""

    PEER = "peer", _("peer")
    COUNSELLOR = "counsellor", _("counsellor")
    OFFICER = "officer", _("welfare officer")


class RequestState(models.TextChoices):
    OPEN = "open", _("under way")
    ANSWERED = "answered", _("answered")
    WITHDRAWN = "withdrawn", _("withdrawn")
    UNANSWERED = "unanswered", _("answered by nobody")


class StepState(models.TextChoices):
    """Where a request stands with one person."""

    WAITING = "waiting", _("not asked yet")
    SENT = "sent", _("sent")
    SEEN = "seen", _("seen")
    ANSWERED = "answered", _("answered")
    PASSED = "passed", _("no answer in time")
    LEFT_OUT = "left_out", _("can no longer be asked")
