"""Desks where people register from outside, and who did."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from courses.enums import ActivityStatus
from courses.models import Activity, ActivityVersion, Registration, RegistrationDesk
from lms.kit.tokens import digest, tokens
from lms.people.narrowing import narrowed

PURPOSE = "a registration"


@dataclass(frozen=True)
class DeskStanding:
    """A desk with what is known of its activity now; ``taken`` places, and whether anybody may register."""

    desk: RegistrationDesk
    version: ActivityVersion
    taken: int

    @property
    def is_full(self) -> bool:
        return self.desk.capacity is not None and self.taken >= self.desk.capacity

    @property
    def is_open(self) -> bool:
        """Until it begins, unless it is closed before, by hand or by its time."""
        now, starts_at = timezone.now(), self.version.starts_at
        if not self.desk.is_open or self.version.status != ActivityStatus.PLANNED or starts_at is None:
            return False
        return now < min(starts_at, self.desk.closes_at or starts_at)


def standing_of(desk: RegistrationDesk) -> DeskStanding | None:
    """None where the activity was withdrawn. Two queries."""
    versions = ActivityVersion.objects.in_force().filter(activity=desk.activity_id)
    version = versions.select_related("kind", "host", "country").first()
    if version is None:
        return None
    return DeskStanding(desk, version, registered(desk).count())


def by_slug(slug: str) -> DeskStanding | None:
    desk = RegistrationDesk.objects.filter(slug=slug).select_related("activity").first()
    return standing_of(desk) if desk else None


def registered(desk: RegistrationDesk) -> QuerySet[Registration]:
    """Those who have not withdrawn, in the order in which they came."""
    return Registration.objects.filter(desk=desk, withdrawn_at__isnull=True).order_by("registered_at", "pk")


def shown(activity: Activity) -> QuerySet[Registration]:
    """For those who keep the activity: with what each became, and the mails, the last one first."""
    found = Registration.objects.filter(desk__activity=activity).select_related("country", "desk")
    found = found.prefetch_related("mails")
    return narrowed(found, "participation__person").order_by("family_name", "given_name", "pk")


def by_token(token: str) -> Registration | None:
    """The registration that a link of its mail is about, unless it was withdrawn."""
    found = Registration.objects.filter(token_digest=digest(token), withdrawn_at__isnull=True)
    return found.select_related("desk__activity").first()


def token_of(registration: Registration) -> str | None:
    """None where the site's secret is another one since."""
    possible = tokens(PURPOSE, str(registration.key))
    return next((one for one in possible if digest(one) == registration.token_digest), None)
