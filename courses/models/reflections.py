"""What somebody keeps for own eyes. A row says nothing but that somebody, sometime, kept something."""

from django.db import models
from django.db.models import Q

from lms.kit.keyring import MARK_BYTES, WRAP_BYTES
from lms.kit.sealing import SEAL_BYTES, SIZES

# A text takes one of these sizes in the table, whatever its length.
SEALED_BYTES = [WRAP_BYTES + SEAL_BYTES + size for size in SIZES]


class KeptReflection(models.Model):
    """A sealed text under a mark: no person, no lesson, no date, no number in a row.

    ``mark`` is an HMAC of login and block with a key that is not in the database, so that one text a block
    is kept and its writer finds it again; ``sealed`` opens with the writer's six words only.
    """

    mark = models.BinaryField(primary_key=True, editable=False)
    sealed = models.BinaryField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="reflection_mark_size", condition=Q(mark__octets=MARK_BYTES)),
            models.CheckConstraint(
                name="reflection_one_of_sizes", condition=Q(sealed__octets__in=SEALED_BYTES)
            ),
        ]
