"""A manager says that the hotline's year is right, or what is not; staff answer. Rows are only added."""

import re

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.year_notices import tell_answered, tell_asked, tell_reopened
from courses.enums import CorrectionState
from courses.models import CorrectionAnswer, CorrectionAsked, YearWord
from courses.queries.snapshots.years import content_of_year, is_over, last_word, still_holds
from lms.kit.errors import Refused
from lms.kit.moment import hold_recording
from lms.people.models import Hotline, User

ADDRESS = re.compile(r"\bhttps?://|\bwww\.", re.IGNORECASE)


@transaction.atomic
def confirm_year(*, hotline: Hotline, year: int, seen: str, by: User) -> YearWord:
    """Say that the year is right as it stands now; what is confirmed already and unchanged stays so.

    ``seen`` is the digest of what the manager looked at (``Content.digest(None)``). It waits for whoever is
    recording. Refused for who does not manage the hotline, for a year that is not over, and where the year
    is no longer what was looked at.
    """
    if not rules.may_confirm_year(by, hotline):
        raise Refused(_("Only a manager of the hotline confirms its year."))
    if not is_over(year):
        raise Refused(_("The year is not over yet, so it cannot be confirmed."))
    moment = hold_recording()
    now = content_of_year(hotline, year, moment)
    if seen != now.digest(None):
        raise Refused(
            _("Something was recorded since you looked. Look at the numbers again, then confirm them.")
        )
    last = last_word(hotline, year)
    if last is not None and still_holds(last, now):
        return last
    return YearWord.objects.create(
        hotline=hotline,
        year=year,
        number=last.number + 1 if last else 1,
        confirms=True,
        digest=now.digest(moment),
        counts=now.counts,
        moment=moment,
        recorded_by=by,
    )


@transaction.atomic
def reopen_year(*, hotline: Hotline, year: int, reason: str, by: User) -> YearWord:
    """Say that a confirmed year is open again, and why. The confirmation stays as a row.

    Refused for who may not, without a reason, and for a year that is not confirmed.
    """
    if not rules.may_reopen_year(by, hotline):
        raise Refused(_("Only a manager of the hotline or INHOPE staff open its year again."))
    if not reason.strip():
        raise Refused(_("Say why the year is open again."), field="reason")
    moment = hold_recording()
    last = last_word(hotline, year)
    if last is None or not last.confirms:
        raise Refused(_("This year is not confirmed, so it is open already."))
    word = YearWord.objects.create(
        hotline=hotline,
        year=year,
        number=last.number + 1,
        confirms=False,
        reason=reason.strip(),
        moment=moment,
        recorded_by=by,
    )
    tell_reopened(word=word, by=by)
    return word


@transaction.atomic
def ask_correction(*, hotline: Hotline, year: int, text: str, by: User) -> CorrectionAsked:
    """Tell staff what is not right about the year. Refused without text, and for addresses in it."""
    if not rules.may_confirm_year(by, hotline):
        raise Refused(_("Only a manager of the hotline asks for a correction of its year."))
    if not text.strip():
        raise Refused(_("Say what is not right."), field="text")
    if ADDRESS.search(text):
        raise Refused(_("Leave web addresses out: nothing of a case belongs here."), field="text")
    asked = CorrectionAsked.objects.create(hotline=hotline, year=year, text=text.strip(), recorded_by=by)
    tell_asked(asked=asked, by=by)
    return asked


def answer_correction(
    *, asked: CorrectionAsked, state: CorrectionState, text: str, by: User
) -> CorrectionAnswer:
    """What became of a request; a later answer stands beside the earlier ones, and the last one holds.

    Refused for who is no staff, without text, and for the second of two answers at the same moment.
    """
    if not rules.may_answer_corrections(by):
        raise Refused(_("Only INHOPE staff answer requests for corrections."))
    if not text.strip():
        raise Refused(_("Write what the manager is to read."), field="text")
    last = asked.answers.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            answer = CorrectionAnswer.objects.create(
                asked=asked, number=last + 1, state=state, text=text.strip(), recorded_by=by
            )
            tell_answered(answer=answer, by=by)
    except IntegrityError:
        raise Refused(_("Somebody else answered at the same moment. Read that answer first.")) from None
    return answer
