"""What there is to tell about hotlines' years, on the notices page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.enums import CorrectionState
from courses.models import CorrectionAnswer, CorrectionAsked, Mend, YearNotice, YearWord
from courses.queries import year_notices as queries
from courses.web import words
from lms.outbox.states import State
from lms.people.models import User
from lms.web.notices import Notice, mail_in_words


def notices(user: User) -> list[Notice]:
    """The latest first. They have no kind to be turned off: somebody waits for each of them."""
    return [notice_of(row) for row in queries.of_user(user)]


def notice_of(row: YearNotice) -> Notice:
    title, text, url, action, fact, rule = _said(row)
    return Notice(
        at=row.created_at,
        title=title,
        text=text,
        url=url,
        action=action,
        fact=fact,
        rule=rule,
        mail=mail_in_words(State(row.state)),
        kind=None,
        unread=row.read_at is None,
    )


Said = tuple[str, str, str, str, str, str]


def _said(row: YearNotice) -> Said:
    """Title, text, address, action, fact and rule."""
    if row.asked is not None:
        return _of_asked(row.asked)
    if row.answer is not None:
        return _of_answer(row.answer)
    if row.word is not None:
        return _of_word(row.word)
    if row.question is not None:
        return _of_question(row.question)
    raise ValueError("This notice stands on nothing.")


def _of_asked(asked: CorrectionAsked) -> Said:
    about = {"hotline": asked.hotline.name, "year": asked.year}
    return (
        _("%(hotline)s asks for a correction of %(year)s") % about,
        asked.text,
        reverse("staff-correction", args=[asked.pk]),
        _("Answer"),
        _("A manager of %(hotline)s asked for it, and it is not settled.") % about,
        _("Once for each correction that a hotline asks for, to all INHOPE staff. It cannot be turned off."),
    )


def _of_answer(answer: CorrectionAnswer) -> Said:
    asked = answer.asked
    state = CorrectionState(answer.state).label
    about = {"hotline": asked.hotline.name, "year": asked.year, "state": state}
    return (
        _("INHOPE staff answered on %(year)s of %(hotline)s") % about,
        answer.text,
        _year(asked),
        _("Open the year"),
        _("A correction of %(year)s was asked for; it is now “%(state)s”.") % about,
        _("Once for each answer to a correction of your hotline's year. It cannot be turned off."),
    )


def _of_word(word: YearWord) -> Said:
    about = {"hotline": word.hotline.name, "year": word.year, "who": words.who(word.recorded_by)}
    return (
        _("%(year)s of %(hotline)s is open again") % about,
        _("The reason given: %(reason)s") % {"reason": word.reason},
        _year(word),
        _("Open the year"),
        _("%(who)s opened it again. It waits for a manager to confirm it anew.") % about,
        _("Once for each time that somebody else opens your hotline's year again. It cannot be turned off."),
    )


def _of_question(question: Mend) -> Said:
    about = {"hotline": question.hotline.name if question.hotline else "", "year": question.year}
    return (
        _("Was nobody of %(hotline)s trained in %(year)s?") % about,
        _("Nothing is recorded. If that is right, confirm the year; if not, say what is missing."),
        _year(question),
        _("Open the year"),
        _("INHOPE staff asked, and the year is not confirmed."),
        _("Once for a year in which nothing is recorded for your hotline. It cannot be turned off."),
    )


def _year(of: CorrectionAsked | YearWord | Mend) -> str:
    return reverse("own-year", args=[of.hotline_id, of.year])
