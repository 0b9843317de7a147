"""Up to which line of the erasure list this database has come."""

from django.db import models
from django.db.models import Q


class Erasures(models.Model):
    """One row: a restored backup brings the number of its day back, and so tells what has to be erased again.

    It does not say whose line was which.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    known = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="erasures_one_row", condition=Q(id=1))]
