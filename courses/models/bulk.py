"""What is done to many rows of a list at once: the rows chosen, what was looked at, and what became of it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.enums import ListName
from courses.models.activities import Activity
from lms.kit.moves import before, only_these_moves
from lms.people.models import Person


class BulkAct(models.TextChoices):
    """What can be done to each row."""

    TOPICS = "topics", _("Add and remove topics")
    FUNDER = "funder", _("Set the funder")
    HELD = "held", _("Say that they took place")
    END = "end", _("End the affiliation")
    MOVE = "move", _("Move to another hotline")


class BulkState(models.TextChoices):
    CHOSEN = "chosen", _("chosen")
    LOOKING = "looking", _("being looked at")
    PREVIEWED = "previewed", _("to be looked at")
    TO_APPLY = "to_apply", _("being done")
    APPLIED = "applied", _("done")
    FAILED = "failed", _("did not come to an end")
    DROPPED = "dropped", _("dropped")

    @classmethod
    def under_way(cls) -> "tuple[BulkState, ...]":
        """Those in which a worker has something to do."""
        return cls.LOOKING, cls.TO_APPLY

    @classmethod
    def to_say(cls) -> "tuple[BulkState, ...]":
        """Those in which it can be said what is to be done."""
        return before(MOVES, cls.LOOKING)

    @classmethod
    def to_drop(cls) -> "tuple[BulkState, ...]":
        """Those in which it can be put away."""
        return before(MOVES, cls.DROPPED)


STATE = BulkState
MOVES = {
    STATE.CHOSEN: (STATE.LOOKING, STATE.DROPPED),
    STATE.LOOKING: (STATE.PREVIEWED, STATE.FAILED),
    STATE.PREVIEWED: (STATE.LOOKING, STATE.TO_APPLY, STATE.DROPPED),
    # Back to be looked at, where what would come of it has changed.
    STATE.TO_APPLY: (STATE.APPLIED, STATE.PREVIEWED, STATE.FAILED),
    STATE.FAILED: (STATE.LOOKING, STATE.DROPPED),
}


# What was done to many rows, and what was dropped, is history.
GUARD_ACTION = """
IF OLD.state IN ('applied', 'dropped') AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'This bulk action is over: it stays as it is.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'bulk_action_stays_once_it_is_over';
END IF;
RETURN NEW;
"""
# Rows come while they are chosen, are written while they are worked on, and go once nobody wanted them. The
# action is held, so that it is not over at the same moment.
GUARD_ROW = """
SELECT state INTO now_is FROM courses_bulkaction WHERE id = coalesce(NEW.action_id, OLD.action_id) FOR SHARE;
IF (TG_OP = 'INSERT' AND now_is NOT IN ('chosen', 'looking'))
   OR (TG_OP = 'UPDATE' AND now_is NOT IN ('looking', 'to_apply'))
   OR (TG_OP = 'DELETE' AND now_is <> 'dropped') THEN
    RAISE EXCEPTION 'The rows of this bulk action stay as they are.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'bulk_row_stays';
END IF;
RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
"""


class BulkAction(models.Model):
    """One act on a fixed set of rows. ``said`` is what the act was told, ``values`` the filters that the rows
    were chosen by where all that fitted were; ``searched`` says that words narrowed them, too, which are not
    kept. ``digest`` is that of what was looked at, '' before. ``done`` is how many rows a worker has come to.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    listing = models.CharField(max_length=10, choices=ListName)
    act = models.CharField(max_length=10, choices=BulkAct, blank=True, default="")
    said = models.JSONField(default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    all_that_fit = models.BooleanField(default=False)
    values = models.JSONField(default=dict, blank=True)
    searched = models.BooleanField(default=False)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undoings")
    chosen_at = models.DateTimeField(db_default=Now(), editable=False)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.CHOSEN)
    state_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    changed_since = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="bulk_state_known", condition=Q(state__in=BulkState.values)),
            models.CheckConstraint(name="bulk_listing_known", condition=Q(listing__in=ListName.values)),
            models.CheckConstraint(name="bulk_of_some_rows", condition=Q(total__gt=0)),
            models.CheckConstraint(
                name="bulk_act_is_said_before_it_is_looked_at",
                condition=Q(state__in=["chosen", "dropped"]) | (Q(act__in=BulkAct.values) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="bulk_decided_at_and_by",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="bulk_applied_was_looked_at_and_decided",
                condition=~Q(state__in=["to_apply", "applied"])
                | (~Q(digest="") & Q(decided_by__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="bulk_under_way", fields=["id"], condition=Q(state__in=["looking", "to_apply"]))
        ]
        triggers = [
            only_these_moves("state", MOVES, starts=[STATE.CHOSEN, STATE.LOOKING]),
            pgtrigger.Trigger(
                name="stays_once_it_is_over",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=GUARD_ACTION,
            ),
        ]


class BulkRow(models.Model):
    """One row of a bulk action: what was before and what is after, or why it cannot be done.

    ``undoes`` is the row of an earlier bulk action that this one puts back. Neither of the two sides holds
    anybody's name. The rows of a dropped one go after a while.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (after, before, why_not)", "DELETE")

    action = models.ForeignKey(BulkAction, on_delete=models.PROTECT, related_name="rows", db_index=False)
    place = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="+")
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why_not = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["action", "place"]
        constraints = [
            models.UniqueConstraint(name="bulk_row_place", fields=["action", "place"]),
            models.UniqueConstraint(name="bulk_row_once_a_person", fields=["action", "person"]),
            models.UniqueConstraint(name="bulk_row_once_an_activity", fields=["action", "activity"]),
            models.CheckConstraint(
                name="bulk_row_of_one_record",
                condition=Q(person__isnull=True, activity__isnull=False)
                | Q(person__isnull=False, activity__isnull=True),
            ),
            models.CheckConstraint(
                name="bulk_row_is_done_or_says_why_not",
                condition=Q(why_not="") | Q(before__isnull=True, after__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("now_is", "text")],
                func=GUARD_ROW,
            )
        ]
