"""Register from outside for an activity, and keep the desk where that is done."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.tries import count_try
from courses.enums import RegistrationNews
from courses.models import Activity, ActivityVersion, Registration, RegistrationDesk, RegistrationMail
from courses.queries.registrations import PURPOSE, by_token, registered, standing_of
from lms.kit.errors import Refused
from lms.kit.moment import DatabaseClock
from lms.kit.tokens import digest, token
from lms.outbox.models import new_message_id
from lms.outbox.moves import enqueue
from lms.people.enums import Audience
from lms.people.models import Country, Hotline, User

# An office shares one address, and so do the machines of whoever wants to fill a list.
REGISTRATIONS_AN_HOUR = 40
# What people typed is for running the event, and for questions about it.
KEPT_FOR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Registrant:
    """What somebody typed at the desk."""

    given_name: str
    family_name: str
    email: str
    audience: Audience
    organisation: str = ""
    country: Country | None = None


@transaction.atomic
def keep_desk(
    *,
    activity: Activity,
    slug: str,
    capacity: int | None,
    closes_at: dt.datetime | None,
    is_open: bool,
    consent: str,
    by: User,
) -> RegistrationDesk:
    """Open the desk of an activity, or change it. What earlier visitors agreed to stays as it was.

    Raises Refused for who does not keep the activity, without words to agree to, and for an address that
    another activity has.
    """
    if not rules.may_keep_gathering(by, activity) or not rules.may_plan_activities(by):
        raise Refused(_("Only staff open a registration to everybody."))
    if not consent.strip():
        raise Refused(_("Say what people agree to when they register."), field="consent")
    Activity.objects.select_for_update().get(pk=activity.pk)
    said = {
        "slug": slug,
        "capacity": capacity,
        "closes_at": closes_at,
        "is_open": is_open,
        "consent": consent.strip(),
    }
    if RegistrationDesk.objects.filter(slug=slug).exclude(activity=activity).exists():
        raise Refused(_("Another activity has this address."), field="slug")
    made, _new = RegistrationDesk.objects.update_or_create(
        activity=activity, defaults=said, create_defaults={**said, "made_by": by}
    )
    return made


def register(
    *, desk: RegistrationDesk, who: Registrant, address: str, by: User | None
) -> Registration | None:
    """A place for somebody, and the mail that confirms it; None where the address is registered already.

    Then nothing changes, and nobody learns from the page who registered. ``address`` is the asking machine's
    IP address, which is not kept; each try counts, in a transaction of its own. Raises Refused where the desk
    is closed or full, for a hotline that the network does not know, and beyond so many an hour.
    """
    count_try(about="registration", address=address, limit=REGISTRATIONS_AN_HOUR)
    return _register(desk, who)


@transaction.atomic
def _register(desk: RegistrationDesk, who: Registrant) -> Registration | None:
    # Of two who ask for the last place one waits, and then reads that it is taken.
    held = RegistrationDesk.objects.select_for_update().get(pk=desk.pk)
    standing = standing_of(held)
    if standing is None or not standing.is_open:
        raise Refused(_("The registration is closed."))
    # Whatever is refused is refused before the address is looked for: it would tell who registered.
    if standing.is_full:
        raise Refused(_("All places are taken."))
    if who.audience == Audience.HOTLINE and not _is_hotline(who.organisation):
        raise Refused(_("Choose your hotline from the list."), field="organisation")
    email = who.email.lower()
    if registered(held).filter(email__iexact=email).exists():
        return None
    key, message_id = uuid.uuid4(), new_message_id()
    made = Registration.objects.create(
        desk=held,
        given_name=who.given_name,
        family_name=who.family_name,
        email=email,
        audience=who.audience,
        organisation=who.organisation,
        country=who.country,
        consent=held.consent,
        key=key,
        token_digest=digest(token(PURPOSE, str(key))),
    )
    enqueue(RegistrationMail, kind=RegistrationNews.CONFIRMED, message_id=message_id, registration=made)
    return made


@transaction.atomic
def withdraw(*, token: str) -> Registration:
    """Take a registration back by the link of its mail. Raises Refused for a link that opens nothing, and
    once it was taken into the record.
    """
    found = by_token(token)
    if found is None:
        raise Refused(_("This link opens nothing any more."))
    Registration.objects.select_for_update().get(pk=found.pk)
    if not _withdrawable(found).update(withdrawn_at=DatabaseClock()):
        raise Refused(_("You are on the list of those who take part. Tell INHOPE if you cannot come."))
    return found


@transaction.atomic
def forget_registration(*, registration: Registration, by: User) -> None:
    """Empty what somebody typed, for good; what was taken into the record stays there.

    Raises Refused for who does not keep the activity.
    """
    if not rules.may_keep_gathering(by, registration.desk.activity):
        raise Refused(_("Only staff and the trainers who lead it see registrations."))
    _forget(Registration.objects.filter(pk=registration.pk))


@transaction.atomic
def forget_old_registrations() -> int:
    """Empty what was typed for activities that ended over a year ago; how many registrations it was."""
    ended = ActivityVersion.objects.in_force().filter(
        activity=OuterRef("desk__activity"), starts_at__lt=timezone.now() - KEPT_FOR
    )
    return _forget(Registration.objects.filter(Exists(ended)).exclude(family_name=""))


def _forget(found: QuerySet[Registration]) -> int:
    # An address that is no longer there takes no place either.
    withdrawn = Coalesce("withdrawn_at", DatabaseClock())
    return found.update(
        given_name="", family_name="", email="", organisation="", country=None, withdrawn_at=withdrawn
    )


def _withdrawable(found: Registration) -> QuerySet[Registration]:
    return Registration.objects.filter(pk=found.pk, withdrawn_at=None, participation=None)


def _is_hotline(name: str) -> bool:
    return Hotline.objects.filter(name__iexact=" ".join(name.split())).exists()
