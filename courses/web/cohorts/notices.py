"""What cohorts have to tell somebody, on the notices page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.enums import CandidateState
from courses.models import CandidateStep, CohortMessage, CohortNotice
from courses.models.candidates import HOLDING
from courses.queries import cohort_notices as queries
from courses.web import words
from lms.outbox.states import State
from lms.people.models import User
from lms.web.notices import Notice, mail_in_words


def notices(user: User) -> list[Notice]:
    """Places and messages, the latest first.

    They have no kind to be turned off: whoever is offered a place has to hear of it in time.
    """
    return [notice_of(row) for row in queries.of_user(user)]


def notice_of(row: CohortNotice) -> Notice:
    if row.step is not None:
        return of_place(row, row.step)
    if row.letter is not None:
        return of_message(row, row.letter)
    raise ValueError("This notice stands on nothing.")


def of_place(row: CohortNotice, step: CandidateStep) -> Notice:
    cohort = step.candidate.cohort
    about = {
        "course": cohort.version.title,
        "until": words.reader_time(step.answer_by) if step.answer_by else "",
    }
    title, text = said(CandidateState(step.state))
    answer = _("Answer") if step.state in HOLDING else _("Open")
    reason = " " + _("The reason given: %(reason)s") % {"reason": step.reason} if step.reason else ""
    return Notice(
        at=row.created_at,
        title=title % about,
        text=(text % about) + reason,
        url=reverse("cohort-place", args=[cohort.pk]),
        action=answer,
        fact=_("It is about your place in a cohort of “%(course)s”.") % about,
        rule=_("Once for each change of your place that you did not make yourself. It cannot be turned off."),
        mail=mail_in_words(State(row.state)),
        kind=None,
        unread=row.read_at is None,
    )


def said(state: CandidateState) -> tuple[str, str]:
    """Title and text; of other states nobody is told."""
    return {
        CandidateState.INVITED: (
            _("You are invited to “%(course)s”"),
            _("A place is held for you until %(until)s."),
        ),
        CandidateState.OFFERED: (
            _("A place in “%(course)s” is free for you"),
            _("It is held for you until %(until)s, then the next in line is asked."),
        ),
        CandidateState.WAITING: (
            _("You are on the waiting list of “%(course)s”"),
            _("All places are taken. When one comes free, it is offered in order."),
        ),
        CandidateState.ACCEPTED: (_("You are enrolled in “%(course)s”"), _("You can open the course now.")),
        CandidateState.REFUSED: (
            _("There is no place for you in “%(course)s” this time"),
            _("You can ask for a place in another cohort."),
        ),
        CandidateState.EXPIRED: (
            _("The place in “%(course)s” is no longer held for you"),
            _("The time to answer is over. You can ask for a place again."),
        ),
        CandidateState.WITHDRAWN: (
            _("You are no longer on the list of “%(course)s”"),
            _("You were taken out of it. What you did is kept."),
        ),
    }.get(state, (_("Your place in “%(course)s”"), _("Something changed.")))


def of_message(row: CohortNotice, message: CohortMessage) -> Notice:
    about = {"course": message.cohort.version.title, "name": words.who(message.recorded_by)}
    return Notice(
        at=row.created_at,
        title=message.subject,
        text=message.text,
        url=reverse("cohort-place", args=[message.cohort_id]),
        action=_("Open"),
        fact=_("%(name)s wrote it to people of “%(course)s”, where you are enrolled.") % about,
        rule=_("Trainers can write to the people of their cohorts. It cannot be turned off."),
        mail=_("The same text went to your mail address.")
        if row.state == State.SENT
        else mail_in_words(State(row.state)),
        kind=None,
        unread=row.read_at is None,
    )
