"""Links that open the checks and the certificate of one participation, without a login."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from courses.enums import Stage
from courses.models import Activity, ActivityVersion, Entry, Participation, PersonalLink
from lms.kit.tokens import digest, tokens
from lms.people.narrowing import narrowed

PURPOSE = "a check without a login"
# Typed from paper where a room has no mail: no letter or digit that looks like another. 100 bits.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH, GROUP = 20, 4
READ_WRONG = str.maketrans("I1O0", "LLQQ")


def as_typed(text: str) -> str:
    """A token as it is kept: capitals, in groups of four, whatever somebody typed between them."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum()).translate(READ_WRONG)
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def spelled(token: str) -> str:
    """A token of the site's secret in letters and digits that can be typed; five bits each."""
    number = int(token[: LENGTH * 5 // 4], 16)
    signs = [ALPHABET[number >> (5 * place) & 31] for place in range(LENGTH)]
    return as_typed("".join(signs))


def token_of(link: PersonalLink) -> str | None:
    """The token that opens a link, to be printed; None where the site's secret is another one since."""
    possible = (spelled(one) for one in tokens(PURPOSE, str(link.key)))
    return next((one for one in possible if digest(one) == link.token_digest), None)


def by_token(typed: str) -> PersonalLink | None:
    """The link that a token opens now: not expired, and of somebody who still stands on the list."""
    found = PersonalLink.objects.filter(token_digest=digest(as_typed(typed)), expires_at__gt=timezone.now())
    joins = ("participation__activity__check_asked", "participation__person__pseudonym__agency")
    link = found.select_related(*joins).first()
    if link is None or not link.participation.entries.standing().filter(on_the_list()).exists():
        return None
    return link


def links_of(activity: Activity) -> Sequence[PersonalLink]:
    """The links of those who stand on an activity's list, by their participations. Two queries."""
    standing = Entry.objects.standing().filter(on_the_list(), activity=activity, person__isnull=False)
    found = PersonalLink.objects.filter(participation__in=standing.values("participation"))
    return list(narrowed(found, "participation__person").select_related("participation__person__pseudonym"))


def on_the_list() -> Q:
    """Enrolled, or there."""
    return Q(stage=Stage.ENROLLED) | Q(stage=Stage.ATTENDED, absent=False)


def version_of(link: PersonalLink) -> ActivityVersion | None:
    """What is known of the activity now."""
    found = ActivityVersion.objects.in_force().filter(activity=link.participation.activity_id)
    return found.select_related("kind").first()


def without_link(activity: Activity) -> list[Participation]:
    """Those on the list who have no link yet."""
    standing = Entry.objects.standing().filter(on_the_list(), activity=activity, person__isnull=False)
    found = Participation.objects.filter(pk__in=standing.values("participation"), personal_link__isnull=True)
    return list(found.order_by("pk"))
