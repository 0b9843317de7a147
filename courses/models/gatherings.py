"""Taking part without a login: people known by a code, counts put right, and links of one's own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.enums import CheckPhase
from courses.models.activities import Activity, ActivityVersion
from courses.models.by_hand import FactChange
from courses.models.ledger import Entry, Participation, Reversal
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself
from lms.people.models import Agency, Person


class Pseudonym(models.Model):
    """A code that an agency keeps for one of its people; only the agency knows whose it is.

    ``person`` has no name and counts as one person. The same code of the same agency is the same person in
    every year, which is why the code is kept in capitals and without spaces around it.
    """

    granted_to_application = ("SELECT", "INSERT")

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="pseudonym")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, related_name="pseudonyms")
    code = models.CharField(_("code"), max_length=40)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["agency", "code"]
        constraints = [
            models.UniqueConstraint(name="pseudonym_once_per_agency", fields=["agency", "code"]),
            models.CheckConstraint(name="pseudonym_has_a_code", condition=~Q(code="")),
        ]


class Amendment(AppendOnly):
    """Why a fact of the ledger was put right, which the ledger itself has no words for.

    ``reversal`` is what took the fact back and ``successor`` what stands in its place; null where nothing
    does. ``change`` is the press it belongs to. The reason is free text and names nobody.
    """

    reversal = models.OneToOneField(
        Reversal, primary_key=True, on_delete=models.PROTECT, related_name="amendment"
    )
    successor = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="amends")
    change = models.ForeignKey(FactChange, on_delete=models.PROTECT, null=True, related_name="amendments")
    reason = models.CharField(_("reason"), max_length=500)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [models.CheckConstraint(name="amendment_says_why", condition=~Q(reason=""))]


class ActivityNote(AppendOnly):
    """Why an activity was changed by hand: one for the version that the change made."""

    version = models.OneToOneField(
        ActivityVersion, primary_key=True, on_delete=models.PROTECT, related_name="note"
    )
    reason = models.CharField(_("reason"), max_length=500)

    class Meta(AppendOnly.Meta):
        constraints = [models.CheckConstraint(name="activity_note_says_why", condition=~Q(reason=""))]


class PersonalLink(models.Model):
    """What opens the checks and the certificate of one participation without a login.

    The token is made of ``key`` and the site's secret (courses/queries/links.py), so that it can be printed
    again; the database keeps a SHA-256 digest of it. It opens nothing after ``expires_at`` (UTC), and a new
    key ends the old link.
    """

    participation = models.OneToOneField(
        Participation, on_delete=models.PROTECT, related_name="personal_link"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["participation"]


class Check(models.Model):
    """A few questions asked before and after an activity; ``phase`` says which of them is open, if any."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="check_asked")
    phase = models.CharField(_("open"), max_length=6, choices=CheckPhase, blank=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["activity"]
        constraints = [
            models.CheckConstraint(
                name="check_phase_is_known", condition=Q(phase="") | Q(phase__in=CheckPhase.values)
            )
        ]


class CheckQuestion(models.Model):
    """One question, as in an assessment: ``data`` is what its kind holds (courses/kinds/questions).

    Nothing of it changes once somebody has answered: the answers before and after are to the same words.
    """

    of_check = models.ForeignKey(Check, on_delete=models.CASCADE, db_index=False, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    data = models.JSONField()

    class Meta:
        ordering = ["of_check", "position"]
        constraints = [
            models.UniqueConstraint(
                name="check_question_place",
                fields=["of_check", "position"],
                deferrable=models.Deferrable.DEFERRED,
            )
        ]


class CheckDone(AppendOnly):
    """That somebody has answered a phase, and nothing else: no row of what was answered leads here."""

    link = models.ForeignKey(PersonalLink, on_delete=models.PROTECT, db_index=False, related_name="done")
    phase = models.CharField(max_length=6, choices=CheckPhase)

    class Meta(AppendOnly.Meta):
        constraints = [
            models.UniqueConstraint(name="check_done_once", fields=["link", "phase"]),
            models.CheckConstraint(name="check_done_phase", condition=Q(phase__in=CheckPhase.values)),
        ]


class CheckSheet(models.Model):
    """One set of answers, of nobody: neither a person nor a time stands on it, and its key is made by chance.

    ``answers`` holds what was answered by the key of the question. All rows of a phase are written anew with
    every answer, so that neither the place of a row nor its transaction number leads to a ``CheckDone``.
    """

    granted_to_application = ("SELECT", "INSERT", "DELETE")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    of_check = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="sheets")
    phase = models.CharField(max_length=6, choices=CheckPhase)
    answers = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="check_sheet_phase", condition=Q(phase__in=CheckPhase.values))
        ]


class AttendanceCertificate(AppendOnly):
    """The document for one attendance; it is withdrawn when the attendance is taken back."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="attendance_certificate")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attendance_certificates")
    code = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)

    class Meta(AppendOnly.Meta):
        ordering = ["-issued_at"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself("issued_at")]
