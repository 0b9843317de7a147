"""Candidates: who wants into a cohort or is asked to, step by step until they are in, or are not."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.enums import CandidateState
from courses.models.cohorts import Cohort
from lms.kit.models import AppendOnly
from lms.kit.moment import DatabaseClock, RecordingMoment, stamps_itself

# A place is kept free for whoever is asked, until they answer or the time to do so is over.
HOLDING = (CandidateState.INVITED, CandidateState.OFFERED)
TO_DECIDE = (CandidateState.REQUESTED, CandidateState.NOMINATED)
UNDECIDED = (*TO_DECIDE, CandidateState.WAITING, *HOLDING)


class Candidate(models.Model):
    """One person and one cohort; ``state`` is that of the last ``CandidateStep``.

    ``line`` is the place on the waiting list, which nobody else of the cohort has. ``answer_by`` (UTC) is
    until when a place is held. ``hotline`` is the one whose manager nominated.
    """

    # What became of somebody's request is not forgotten because a row was deleted.
    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, db_index=False, related_name="candidates")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="candidacies")
    hotline = models.ForeignKey("people.Hotline", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=CandidateState)
    line = models.PositiveIntegerField(null=True, editable=False)
    answer_by = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)

    class Meta:
        ordering = ["cohort", "line", "changed_at", "id"]
        constraints = [
            models.UniqueConstraint(name="candidate_once", fields=["cohort", "person"]),
            models.UniqueConstraint(name="candidate_line_once", fields=["cohort", "line"]),
            models.CheckConstraint(
                name="candidate_state_is_known", condition=Q(state__in=CandidateState.values)
            ),
            models.CheckConstraint(
                name="candidate_in_line_while_waiting",
                condition=Q(state=CandidateState.WAITING, line__isnull=False)
                | (~Q(state=CandidateState.WAITING) & Q(line__isnull=True)),
            ),
            models.CheckConstraint(
                name="candidate_answers_while_held",
                condition=Q(state__in=HOLDING, answer_by__isnull=False)
                | (~Q(state__in=HOLDING) & Q(answer_by__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], name="candidate_to_answer", condition=Q(state__in=HOLDING)),
        ]


class CandidateStep(AppendOnly):
    """One change of a candidate's state, by whom and why; ``recorded_by`` is null for the program itself."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, db_index=False, related_name="steps")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=CandidateState)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    answer_by = models.DateTimeField(null=True, editable=False)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["candidate", "number"]
        constraints = [
            models.UniqueConstraint(name="candidate_step_number", fields=["candidate", "number"]),
            models.CheckConstraint(
                name="candidate_step_is_known", condition=Q(state__in=CandidateState.values)
            ),
        ]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
