"""What is remembered of a source goes when somebody says so, and by itself what is about nobody any more."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from courses.actions.sheets.ids import settle_new_people
from courses.actions.sheets.moving import require_staff
from courses.models import Sheet, SheetMatch, SheetPerson, SheetSource, SheetState
from lms.people.models import User
from lms.people.queries.persons import emptied

# As long as a register that nobody decides about.
KEPT = timedelta(days=30)


@transaction.atomic
def delete_source(*, source: SheetSource, by: User) -> None:
    """With everything remembered of it. Its sheets stay, and are of no source then."""
    require_staff(by)
    SheetSource.objects.filter(pk=source.pk).delete()


@transaction.atomic
def forget_people(*, source: SheetSource, by: User) -> int:
    """Ask anew who everybody is, and remember the columns. How many matches were forgotten."""
    require_staff(by)
    return SheetMatch.objects.filter(source=source).delete()[0]


@transaction.atomic
def forget_old_sheets() -> None:
    """Sheets go 30 days after their last step, and matches of people whose records were emptied."""
    old = Sheet.objects.filter(state_at__lt=Now() - KEPT, forgotten_at=None)
    gone = {"forgotten_at": Now(), "lines": "", "origins": "", "found": {}}
    SheetPerson.objects.filter(sheet__in=old).delete()
    old.filter(state=SheetState.MADE).update(**gone)
    old.exclude(state=SheetState.MADE).update(state=SheetState.DROPPED, state_at=Now(), **gone)
    settle_new_people()
    SheetMatch.objects.filter(emptied("person__"), person__isnull=False).delete()
    never_came = SheetMatch.objects.exclude(register_id="").filter(kept_at__lt=Now() - KEPT)
    never_came.delete()
