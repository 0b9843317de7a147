"""How often something may be asked in one hour: by what it is about, and by groups of addresses."""

import datetime as dt
import ipaddress

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from courses.models import NameTries
from lms.kit.errors import Refused

# An address goes into one of 65,536 groups, far fewer than there are addresses: a row points at nobody.
ADDRESS_DIGITS = 4
# Bits of an IPv6 address that are not its owner's to choose: the rest is a whole network to ask from.
NETWORK_BITS = 64


@transaction.atomic
def count_try(*, about: str, address: str, limit: int, field: str | None = None) -> None:
    """Count one try of a group of addresses; raises Refused, and counts nothing, beyond ``limit`` an hour.

    ``about`` says what is tried, and ``address`` is the asking machine's IP address, which is not kept.
    """
    hour = this_hour()
    forget_before(hour)
    count(keyed(about, group_of(address), hour.isoformat()), hour, limit, field=field)


def this_hour() -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def group_of(address: str) -> str:
    return keyed("address", network_of(address))[:ADDRESS_DIGITS]


def network_of(address: str) -> str:
    """The address; of IPv6 the network that a household is given as one."""
    try:
        number = int(ipaddress.IPv6Address(address))
    except ValueError:
        return address
    return f"{number >> (128 - NETWORK_BITS):x}"


def keyed(*parts: str) -> str:
    return salted_hmac("courses.name_checks", "\0".join(parts), algorithm="sha256").hexdigest()


def count(bucket: str, hour: dt.datetime, limit: int, *, field: str | None) -> None:
    NameTries.objects.get_or_create(bucket=bucket, defaults={"hour": hour})
    if not NameTries.objects.filter(bucket=bucket, tries__lt=limit).update(tries=F("tries") + 1):
        raise Refused(_("That was asked too often. Please try again in an hour."), field=field)


def forget_before(hour: dt.datetime) -> None:
    # Rows that another check is deleting are left to it: two checks never wait for each other here.
    past = NameTries.objects.select_for_update(skip_locked=True).filter(hour__lt=hour)
    NameTries.objects.filter(pk__in=[row.pk for row in past]).delete()
