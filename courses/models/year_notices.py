"""What was said about a hotline's year: a notice on the site, and a mail that says there is one."""

from django.db import models
from django.db.models import Q

from courses.enums import YearNoticeKind
from courses.models.mends import Mend
from courses.models.snapshots import CorrectionAnswer, CorrectionAsked, YearWord
from lms.outbox.models import Message
from lms.people.models import User

FACTS = {
    YearNoticeKind.ASKED: "asked",
    YearNoticeKind.ANSWERED: "answer",
    YearNoticeKind.REOPENED: "word",
    YearNoticeKind.QUESTION: "question",
}


def stands_on(kind: YearNoticeKind) -> Q:
    """A kind stands on its own fact and on no other."""
    return Q(kind=kind, **{f"{fact}__isnull": of != kind for of, fact in FACTS.items()})


class YearNotice(Message):
    """One notice for a login, and its mail.

    ``asked`` is a correction that waits for staff; ``answer`` what they answered and ``word`` that a
    confirmed year is open again, for the hotline's managers, and ``question`` whether nobody was trained.
    """

    # Nobody is told twice because the first notice was deleted.
    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="year_notices")
    asked = models.ForeignKey(
        CorrectionAsked, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    answer = models.ForeignKey(
        CorrectionAnswer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    word = models.ForeignKey(YearWord, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    question = models.ForeignKey(Mend, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    read_at = models.DateTimeField(null=True, editable=False)

    class Meta(Message.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *Message.Meta.constraints,
            models.UniqueConstraint(
                name="year_notice_once", fields=["user", *FACTS.values()], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="year_notice_stands_on_one",
                condition=Q(*(stands_on(kind) for kind in YearNoticeKind), _connector=Q.OR),
            ),
        ]
        indexes = [
            *Message.Meta.indexes,
            models.Index(fields=["user"], name="year_notice_unread", condition=Q(read_at__isnull=True)),
        ]
