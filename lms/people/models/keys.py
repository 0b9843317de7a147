"""The key pair of a login, from its first day and whether or not it is ever used."""

import pgtrigger
from django.db import models
from django.db.models import Q

import lms.kit.models  # noqa: F401 - brings the lookup ``octets`` of the constraint below
from lms.kit.keyring import WRAP_BYTES
from lms.kit.sealing import PAIR
from lms.people.models.accounts import User

# One byte says whether its owner was ever shown words for it.
KEPT_BYTES = WRAP_BYTES + 1 + PAIR.size
# Not a lock against whoever holds the application's role: it catches a program that takes the wrong row.
# What such a hand puts there opens nothing, because only WELFARE_KEYS wrap a pair for its login.
GUARD_OWNERS = """
IF TG_OP = 'UPDATE' AND NEW.user_id <> OLD.user_id
   OR coalesce(current_setting('lms.own_keys', true), '') NOT IN (OLD.user_id::text, 'all')
THEN
    RAISE EXCEPTION 'The keys of a login are changed by its owner only.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'own_keys_by_their_owner';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class OwnKeys(models.Model):
    """Public key, private key under its owner's words, and whether there are such words: wrapped as one.

    Every row is of one size and tells nothing apart, neither a date nor whether the pair is in use. An
    update or deletion says for whom it is made, in the transaction's setting ``lms.own_keys``.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (kept)", "DELETE")

    user = models.OneToOneField(User, primary_key=True, on_delete=models.PROTECT, related_name="+")
    kept = models.BinaryField(editable=False)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="by_their_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=GUARD_OWNERS,
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="own_keys_one_size",
                condition=Q(kept__octets=KEPT_BYTES),
            )
        ]
