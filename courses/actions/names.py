"""What somebody wants to be called."""

from django.utils.translation import gettext as _

from courses.models import DisplayName
from lms.kit.errors import Refused
from lms.people.models import User

LONGEST = 80


def set_display_name(*, name: str, shown: bool, by: User) -> None:
    """Be called by a name, and with ``shown`` be seen by it by others of one's cohorts; '' ends it.

    Documents and the ledger keep the name on record. Raises Refused for who is shown without a name.
    """
    if by.person is None:
        raise Refused(_("Ask staff to link your login to you."))
    called = " ".join(name.split())[:LONGEST]
    if not called and shown:
        raise Refused(_("Say by what name they may see you."), field="name")
    if not called:
        DisplayName.objects.filter(person=by.person).delete()
        return
    DisplayName.objects.update_or_create(person=by.person, defaults={"name": called, "shown": shown})
