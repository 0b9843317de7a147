"""What a cohort has to tell: its trainers' messages, and what became of a place; each with its mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.enums import CohortNoticeKind, Recipients
from courses.models.candidates import CandidateStep
from courses.models.cohorts import Cohort
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself
from lms.outbox.models import Message
from lms.people.models import Person, User


class CohortMessage(AppendOnly):
    """A trainer's message to the people of a cohort, in plain text; who got it, its notices say."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="messages")
    recipients = models.CharField(_("to"), max_length=10, choices=Recipients)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=5000)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="cohort_message_says_something", condition=~Q(subject="") & ~Q(text="")
            ),
        ]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]


class CohortNotice(Message):
    """One notice of a person, and its mail: about a step towards a place, or a trainer's message.

    ``user`` is the login that reads it on the site, null for a person without one, who gets the mail alone.
    """

    # Nobody is told twice because the first notice was deleted.
    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="cohort_notices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    step = models.OneToOneField(CandidateStep, on_delete=models.PROTECT, null=True, related_name="notice")
    letter = models.ForeignKey(CohortMessage, on_delete=models.PROTECT, null=True, related_name="notices")
    read_at = models.DateTimeField(null=True, editable=False)

    class Meta(Message.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *Message.Meta.constraints,
            models.UniqueConstraint(name="cohort_notice_once", fields=["letter", "person"]),
            models.CheckConstraint(
                name="cohort_notice_stands_on_one",
                condition=Q(kind=CohortNoticeKind.PLACE, step__isnull=False, letter__isnull=True)
                | Q(kind=CohortNoticeKind.MESSAGE, step__isnull=True, letter__isnull=False),
            ),
        ]
        indexes = [
            *Message.Meta.indexes,
            models.Index(fields=["user"], name="cohort_notice_unread", condition=Q(read_at__isnull=True)),
        ]


class DisplayName(models.Model):
    """What somebody wants to be called. ``shown`` lets the others of a cohort see them by it.

    Documents keep the name on record. No row: called by the name on record, and seen by no other
    participant.
    """

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="display_name"
    )
    name = models.CharField(_("name"), max_length=80)
    shown = models.BooleanField(_("shown to others of my cohorts"), default=False)

    class Meta:
        constraints = [models.CheckConstraint(name="display_name_is_one", condition=~Q(name=""))]
