"""Nudges: a notice on the site, and a mail that says there is one. And the kinds somebody has turned off."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.enums import NudgeKind
from courses.models.certificates import Certificate
from courses.models.cohorts import Enrolment
from courses.models.feedback import FeedbackForm
from lms.kit.moment import DatabaseClock
from lms.outbox.models import Message
from lms.people.models import Person, User

FACTS = ("certificate", "enrolment", "feedback_form")


def stands_on(kind: NudgeKind, fact: str) -> Q:
    """A kind stands on its own fact and on no other."""
    return Q(kind=kind, **{f"{one}__isnull": one != fact for one in FACTS})


class Nudge(Message):
    """One notice for a person and an occasion, and its mail.

    ``person`` is the record that the fact was written for, and ``user`` the login that reads it: they differ
    where two records are read as one. ``occasion`` is a key that stays the same however often the fact is
    corrected. It stands on a certificate, an enrolment or a form for feedback. ``off_digest`` is that of the
    token in the mail that turns this kind off.
    """

    # Nobody gets a second nudge because the first was deleted.
    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="nudges")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=80)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    feedback_form = models.ForeignKey(
        FeedbackForm, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    off_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)

    also_marked = ("off_digest",)

    class Meta(Message.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *Message.Meta.constraints,
            models.UniqueConstraint(name="nudge_once", fields=["person", "kind", "occasion"]),
            models.CheckConstraint(name="nudge_kind_is_known", condition=Q(kind__in=NudgeKind.values)),
            models.CheckConstraint(
                name="nudge_stands_on_a_fact",
                condition=stands_on(NudgeKind.EXPIRING, "certificate")
                | stands_on(NudgeKind.NOT_BEGUN, "enrolment")
                | stands_on(NudgeKind.FEEDBACK, "feedback_form"),
            ),
        ]
        indexes = [
            *Message.Meta.indexes,
            models.Index(fields=["user"], name="nudge_unread", condition=Q(read_at__isnull=True)),
        ]


class NudgeOff(models.Model):
    """A kind of nudge that somebody has turned off; no row means on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="nudges_off")
    kind = models.CharField(_("kind"), max_length=40, choices=NudgeKind)
    since = models.DateTimeField(db_default=DatabaseClock(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="nudge_off_once", fields=["user", "kind"])]
