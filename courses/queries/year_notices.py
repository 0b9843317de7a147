"""What was said about hotlines' years, for those who are to hear of it, as long as it is so."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from courses.enums import CorrectionState
from courses.models import CorrectionAnswer, YearNotice, YearWord
from lms.kit import clock
from lms.people.enums import Role
from lms.people.models import Hotline, RoleGrant, User
from lms.people.queries.users import with_role
from lms.people.rules import in_force_q

RELATED = (
    "asked__hotline",
    "answer__asked__hotline",
    "word__hotline",
    "word__recorded_by__person",
    "question__hotline",
)


def staff() -> QuerySet[User]:
    return with_role(Role.STAFF)


def managers_of(hotline: Hotline) -> QuerySet[User]:
    return User.objects.filter(_granted("pk", role=Role.HOTLINE_MANAGER, hotline=hotline), is_active=True)


def of_user(user: User) -> QuerySet[YearNotice]:
    """Every notice of somebody's that still holds, the latest first."""
    found = YearNotice.objects.filter(holding(), user=user).select_related(*RELATED)
    return found.order_by("-created_at", "-pk")


def unread(user: User) -> QuerySet[YearNotice]:
    return YearNotice.objects.filter(holding(), user=user, read_at=None)


def is_wanted(notice: YearNotice) -> bool:
    """Asked once more before its mail goes."""
    return YearNotice.objects.filter(holding(), pk=notice.pk, user__is_active=True).exists()


def holding() -> Q:
    """That it is so and theirs to read: a correction that waits, an answer or a word that is the last, or a
    question about a year that nobody has confirmed."""
    last = CorrectionAnswer.objects.filter(asked=OuterRef("asked")).order_by("-number").values("state")[:1]
    later = CorrectionAnswer.objects.filter(
        asked=OuterRef("answer__asked"), number__gt=OuterRef("answer__number")
    )
    newer = YearWord.objects.filter(
        hotline=OuterRef("word__hotline"), year=OuterRef("word__year"), number__gt=OuterRef("word__number")
    )
    said = YearWord.objects.filter(
        hotline=OuterRef("question__hotline"), year=OuterRef("question__year"), confirms=True
    )
    waits = Exact(Coalesce(Subquery(last), Value(CorrectionState.OPEN)), Value(CorrectionState.OPEN))
    return (
        Q(waits, _granted("user", role=Role.STAFF), asked__isnull=False)
        | Q(~Exists(later), _manages("answer__asked__hotline"), answer__isnull=False)
        | Q(~Exists(newer), _manages("word__hotline"), word__isnull=False)
        | Q(~Exists(said), _manages("question__hotline"), question__isnull=False, question__undone_at=None)
    )


def _manages(hotline: str) -> Exists:
    return _granted("user", role=Role.HOTLINE_MANAGER, hotline=OuterRef(hotline))


def _granted(user: str, **grant: object) -> Exists:
    grants = RoleGrant.objects.filter(in_force_q(clock.today()), user=OuterRef(user), **grant)
    return Exists(grants)
