"""Model bases that say what the database may do with a table."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Length


@models.BinaryField.register_lookup
class Octets(Length):
    """``kept__octets``: the bytes of a binary column."""

    lookup_name = "octets"
    function = "octet_length"


class AppendOnly(models.Model):
    """A table of facts: rows are added and never changed.

    The application's role is granted SELECT and INSERT here and nothing more (lms/ops/grants.py reads
    ``append_only``). The trigger catches the owner's hand and puts the reason into words; it does not
    guard TRUNCATE, the privileges do.
    """

    append_only = True

    class Meta:
        abstract = True
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} rows are facts: append a correction instead")
