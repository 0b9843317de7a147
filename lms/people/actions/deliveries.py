"""What an administrator does about a mail that was not delivered."""

from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.outbox import moves
from lms.outbox.models import Message
from lms.people.actions.roles import require_administrator
from lms.people.models import User


def retry_delivery(*, message: Message, by: User | None) -> None:
    """Send a parked or uncertain mail once more. Raises Refused for one that is neither any more.

    An uncertain mail may have arrived: then it comes twice.
    """
    require_administrator(by)
    if not moves.retry(message):
        raise Refused(_("This mail no longer waits for anybody."))


def give_up_delivery(*, message: Message, by: User | None) -> None:
    """Never send a parked or uncertain mail. Raises Refused for one that is neither any more."""
    require_administrator(by)
    if not moves.give_up(message):
        raise Refused(_("This mail no longer waits for anybody."))
