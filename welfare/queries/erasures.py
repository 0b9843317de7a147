"""Whether what was erased is erased in this database too."""

from django.conf import settings

from welfare.kinds.erasures import last_number
from welfare.models import Erasures
from welfare.models.wall import as_engine


def known() -> int:
    """The last line of the erasure list that this database knows. One query."""
    with as_engine():
        return Erasures.objects.values_list("known", flat=True).first() or 0


def is_behind() -> bool:
    """Whether lines are to be replayed, or the list cannot be read or is not the one this database knows."""
    with as_engine():
        # An erasure under way has its line already and its number not yet: it is waited for.
        row = Erasures.objects.select_for_update().first()
        try:
            return last_number(settings.ERASURE_LIST) != (row.known if row else 0)
        except (OSError, ValueError):
            return True
