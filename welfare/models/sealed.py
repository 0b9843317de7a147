"""Check-ins kept for own eyes. A row says nothing but that somebody, in some month, kept one."""

from django.db import models
from django.db.models import Q

import lms.kit.models  # noqa: F401 - brings the lookup ``octets`` of the constraints below
from lms.kit.keyring import MARK_BYTES, WRAP_BYTES
from lms.kit.sealing import SEAL_BYTES
from welfare.kinds.kept import SIZE

SEALED_BYTES = WRAP_BYTES + SEAL_BYTES + SIZE
# A calendar month for everybody: the letter of a rarer cadence would single somebody out.
PERIOD = r"^M[0-9]{4}-(0[1-9]|1[0-2])$"


class SealedAnswer(models.Model):
    """A sealed check-in under a mark: no login, no day, no running number.

    ``period`` is the month (by UTC) in which it was written. ``mark`` is an HMAC of login and local week with
    a key that is not in the database: a second answer in one week takes the place of the first, and its
    owner finds it by computing where it would be. ``sealed`` opens with the owner's six words only.
    """

    period = models.CharField(max_length=8, editable=False)
    mark = models.BinaryField(primary_key=True, editable=False)
    sealed = models.BinaryField(editable=False)

    class Meta:
        db_table = "sealed_answer"
        constraints = [
            models.CheckConstraint(name="sealed_answer_of_a_month", condition=Q(period__regex=PERIOD)),
            models.CheckConstraint(name="sealed_answer_mark_size", condition=Q(mark__octets=MARK_BYTES)),
            models.CheckConstraint(name="sealed_answer_one_size", condition=Q(sealed__octets=SEALED_BYTES)),
        ]
