"""Tell staff of corrections asked for, and managers of answers and of a year that is open again."""

from collections.abc import Sequence

from django.db.models import QuerySet

from courses.enums import YearNoticeKind
from courses.models import CorrectionAnswer, CorrectionAsked, Mend, YearNotice, YearWord
from courses.queries.year_notices import is_wanted, managers_of, staff, unread
from lms.kit.moment import DatabaseClock
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.people.mail import A_MESSAGE, notice
from lms.people.models import User

OVER = "it was no longer so"


def register_channel() -> None:
    """Called once, when the app is ready."""
    register(Channel(YearNotice, compose, addresses, A_MESSAGE, ("user",)))


def tell_asked(*, asked: CorrectionAsked, by: User) -> int:
    """A notice for all staff; how many."""
    return _write(staff(), by, YearNoticeKind.ASKED, asked=asked)


def tell_answered(*, answer: CorrectionAnswer, by: User) -> int:
    """A notice for the hotline's managers; how many."""
    return _write(managers_of(answer.asked.hotline), by, YearNoticeKind.ANSWERED, answer=answer)


def tell_reopened(*, word: YearWord, by: User) -> int:
    """A notice for the hotline's other managers; how many."""
    return _write(managers_of(word.hotline), by, YearNoticeKind.REOPENED, word=word)


def tell_question(*, question: Mend, by: User) -> int:
    """A notice for the managers of the hotline that is asked about; how many."""
    if question.hotline is None:
        raise ValueError("This mend asks about no hotline.")
    return _write(managers_of(question.hotline), by, YearNoticeKind.QUESTION, question=question)


def _write(users: QuerySet[User], by: User, kind: YearNoticeKind, **fact: object) -> int:
    others = users.exclude(pk=by.pk)
    return len(YearNotice.objects.bulk_create([YearNotice(user=one, kind=kind, **fact) for one in others]))


def addresses(notices: Sequence[YearNotice]) -> list[str]:
    return [one.user.email for one in notices]


def compose(row: YearNotice) -> Mail:
    """The mail of a notice that still holds; raises Unwanted for another. For the drain."""
    if not is_wanted(row):
        raise Unwanted(OVER)
    return notice(row.user, "")


def mark_read(*, by: User) -> int:
    """Everything about years that somebody has not read is read from now on; how much it was."""
    return unread(by).update(read_at=DatabaseClock())
