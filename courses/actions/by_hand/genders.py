"""How many women, men and others were at a funded activity: one total for its funder, and nobody's gender."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import held_version
from courses.enums import ActivityStatus
from courses.models import Activity, GenderTotal
from courses.queries.by_hand import attended, genders_of
from lms.kit.errors import Refused
from lms.people.models import User

FEWEST = 5


@dataclass(frozen=True)
class Genders:
    women: int
    men: int
    other: int

    @property
    def together(self) -> int:
        return self.women + self.men + self.other


@transaction.atomic
def say_genders(*, activity: Activity, genders: Genders, reason: str = "", by: User) -> GenderTotal:
    """Append the total, or a correction of it, which takes a reason.

    Raises Refused for who may not, where the activity was not held or has no funder, where fewer than five
    attended or are in the total, where the total has more than attended, and where it says that already.
    """
    last = _held(activity, by)
    if genders.together < FEWEST:
        raise Refused(_("Of fewer than five people no total is taken: it could be told who is meant."))
    if genders.together > attended(activity):
        said = _("That are more than attended, by name and in head counts: %(number)s.")
        raise Refused(said % {"number": attended(activity)}, field="women")
    if last is not None and _numbers(last) == (genders.women, genders.men, genders.other, False):
        raise Refused(_("That is what is recorded already."))
    return _append(activity, last, reason, by, women=genders.women, men=genders.men, other=genders.other)


@transaction.atomic
def take_genders_back(*, activity: Activity, reason: str, by: User) -> GenderTotal:
    """No total holds any more. Raises Refused for who may not, without a reason, and where none does."""
    Activity.objects.select_for_update().get(pk=activity.pk)
    last = next(iter(genders_of(activity)), None)
    if not rules.may_say_genders(by):
        raise Refused(_("Only INHOPE staff may say this."))
    if last is None or last.taken_back:
        raise Refused(_("There is no total to take back."))
    return _append(activity, last, reason, by, taken_back=True)


def _held(activity: Activity, by: User) -> GenderTotal | None:
    if not rules.may_say_genders(by):
        raise Refused(_("Only INHOPE staff may say this."))
    version = held_version(activity)
    if version.status != ActivityStatus.HELD:
        raise Refused(_("It was not held, as far as is known."))
    if version.funder_id is None:
        raise Refused(_("It has no funder who would ask. Without one no genders are recorded."))
    return next(iter(genders_of(activity)), None)


def _numbers(total: GenderTotal) -> tuple[int, int, int, bool]:
    return total.women, total.men, total.other, total.taken_back


def _append(
    activity: Activity, last: GenderTotal | None, reason: str, by: User, **says: int | bool
) -> GenderTotal:
    if last is not None and not reason.strip():
        raise Refused(_("Say why: it is kept with the correction."), field="reason")
    return GenderTotal.objects.create(
        activity=activity,
        number=last.number + 1 if last else 1,
        reason=reason.strip(),
        recorded_by=by,
        **says,
    )
