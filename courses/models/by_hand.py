"""What staff say by hand: one row for each press with its reason, and totals that no register has."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity
from courses.models.ledger import Entry
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself


class FactChange(AppendOnly):
    """One press by which somebody said who took part, and why; what it appended and took back hangs on it.

    ``undoes`` is the change that this one takes back; a change is taken back once. The reason is free text
    and names nobody.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="fact_changes")
    reason = models.CharField(_("reason"), max_length=500)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undoing")
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-recorded_at", "-id"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.CheckConstraint(name="fact_change_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="fact_change_undoes_another", condition=~Q(undoes=F("id"))),
        ]


class FactAdded(AppendOnly):
    """An entry that a change appended where nothing stood; one in the place of another is an Amendment."""

    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.PROTECT, related_name="added_by_hand"
    )
    change = models.ForeignKey(FactChange, on_delete=models.PROTECT, related_name="added")


class GenderTotal(AppendOnly):
    """How many women, men and others were at an activity, as one number each, because its funder asks.

    It hangs on the activity alone: no row leads from a gender to a person. The highest ``number`` holds;
    ``taken_back`` says that none does.
    """

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, db_index=False, related_name="gender_totals"
    )
    number = models.PositiveIntegerField()
    women = models.PositiveIntegerField(default=0)
    men = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)
    taken_back = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["activity", "-number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.UniqueConstraint(name="gender_total_number", fields=["activity", "number"]),
            models.CheckConstraint(
                name="gender_total_correction_says_why",
                condition=(Q(number=1) & Q(taken_back=False)) | (Q(number__gt=1) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="gender_total_of_five_or_more",
                condition=Q(taken_back=True, women=0, men=0, other=0)
                | Q(taken_back=False, women__gte=5 - F("men") - F("other")),
            ),
        ]

    @property
    def together(self) -> int:
        return self.women + self.men + self.other
