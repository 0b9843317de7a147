"""The zone in which somebody reads times."""

from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.people.models import User


def set_zone(*, zone: str, by: User) -> None:
    """Show times to this login in an IANA zone; '' means the reporting zone. Raises Refused for another."""
    if zone and zone not in available_timezones():
        raise Refused(_("This is not a time zone, such as Europe/Lisbon."), field="zone")
    User.objects.filter(pk=by.pk).update(zone=zone)
