"""Ask whether a certificate is somebody's, so often and no oftener."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from courses.models import NameTries
from courses.queries.certificates import CertificateStanding
from lms.kit.errors import Refused

TRIES_A_CODE = 10
TRIES_AN_ADDRESS = 30
# An address goes into one of 65,536 groups, far fewer than there are addresses: a row points at nobody.
ADDRESS_DIGITS = 4


@transaction.atomic
def check_name(*, standing: CertificateStanding, name: str, address: str) -> bool:
    """Whether the name is the holder's. Raises Refused, and counts nothing, after too many tries.

    ``address`` is the asking machine's IP address; neither it nor the name is kept.
    """
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    _forget_before(hour)
    group = _keyed("address", address)[:ADDRESS_DIGITS]
    _count(_keyed("code", standing.certificate.code, hour.isoformat()), hour, TRIES_A_CODE)
    _count(_keyed("group", group, hour.isoformat()), hour, TRIES_AN_ADDRESS)
    return standing.is_of(name)


def _keyed(*parts: str) -> str:
    return salted_hmac("courses.name_checks", "\0".join(parts), algorithm="sha256").hexdigest()


def _count(bucket: str, hour: dt.datetime, limit: int) -> None:
    NameTries.objects.get_or_create(bucket=bucket, defaults={"hour": hour})
    if not NameTries.objects.filter(bucket=bucket, tries__lt=limit).update(tries=F("tries") + 1):
        raise Refused(_("That was asked too often. Please try again in an hour."), field="name")


def _forget_before(hour: dt.datetime) -> None:
    # Rows that another check is deleting are left to it: two checks never wait for each other here.
    past = NameTries.objects.select_for_update(skip_locked=True).filter(hour__lt=hour)
    NameTries.objects.filter(pk__in=[row.pk for row in past]).delete()
