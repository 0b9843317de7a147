"""What training has to tell somebody on the notices page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.actions import nudges as actions
from courses.actions.cohort_notices import mark_read as mark_cohorts_read
from courses.actions.year_notices import mark_read as mark_years_read
from courses.enums import NotNudged, NudgeKind
from courses.models import CourseVersion
from courses.queries import bell
from courses.queries import nudges as queries
from courses.queries.nudges import NudgeRow
from courses.web.cohorts import notices as cohort_notices
from courses.web.figures import notices as year_notices
from lms.outbox.states import State
from lms.people.models import User
from lms.web.notices import Kind, Notice, mail_in_words


class TrainingNotices:
    """A lms.web.notices.Source: nudges, places in cohorts, trainers' messages and years of hotlines.

    One source, because the bell of every page asks each source once.
    """

    name = "training"

    def unread(self, user: User) -> int:
        return bell.count_unread(user)

    def notices(self, user: User) -> Sequence[Notice]:
        kinds = {kind.key: kind for kind in self.kinds(user)}
        nudges = [notice_of(row, kinds[key_of(row.nudge.kind)]) for row in queries.of_user(user)]
        return [*nudges, *cohort_notices.notices(user), *year_notices.notices(user)]

    def kinds(self, user: User) -> Sequence[Kind]:
        off = queries.turned_off(user)
        return [kind_of(kind, on=kind not in off) for kind in NudgeKind]

    def mark_read(self, user: User) -> None:
        actions.mark_read(by=user)
        mark_cohorts_read(by=user)
        mark_years_read(by=user)

    def switch(self, user: User, kind: str, on: bool) -> None:
        act = actions.turn_on if on else actions.turn_off
        act(kind=by_key(kind), by=user)

    def knows(self, token: str) -> bool:
        return queries.by_off_token(token) is not None

    def turn_off(self, token: str) -> None:
        nudge = queries.by_off_token(token)
        if nudge:
            actions.turn_off(kind=NudgeKind(nudge.kind), by=nudge.user)


def key_of(kind: str) -> str:
    return kind.replace("_", "-")


def by_key(key: str) -> NudgeKind:
    return NudgeKind(key.replace("-", "_"))


def kind_of(kind: NudgeKind, *, on: bool) -> Kind:
    return Kind(key_of(kind), kind.label, rule_of(kind), on)


def rule_of(kind: NudgeKind) -> str:
    if kind == NudgeKind.FEEDBACK:
        return _("Once for a training that you are asked about. Nobody is reminded of it a second time.")
    if kind == NudgeKind.EXPIRING:
        words = _(
            "Once for a certificate, when the course can be renewed; where the course names no such time, "
            "%(days)s days before the last valid day. Not when you have begun the course anew."
        )
        return words % {"days": queries.DAYS_BEFORE_END}
    words = _(
        "Once for an enrolment, %(days)s days after it or after the course began, if you have not opened a "
        "lesson by then."
    )
    return words % {"days": queries.BEGIN_AFTER_DAYS}


def notice_of(row: NudgeRow, kind: Kind) -> Notice:
    title, text, url, action, fact = MAKERS[NudgeKind(row.nudge.kind)](row)
    said = {"title": title, "text": text, "url": url, "action": action, "fact": fact}
    return Notice(
        at=row.nudge.created_at, rule=kind.text, mail=_mail(row), kind=kind, unread=row.unread, **said
    )


def _expiring(row: NudgeRow) -> tuple[str, str, str, str, str]:
    certificate = row.nudge.certificate
    if certificate is None or certificate.expires_on is None:
        raise ValueError("This nudge stands on no certificate that runs out.")
    words = {
        "course": certificate.version.title,
        "day": date_format(certificate.expires_on, "SHORT_DATE_FORMAT"),
        "code": certificate.code,
    }
    text = _how_to_renew(row.joinable, at_once=certificate.version.renewal_days is not None)
    title = _("Your certificate of “%(course)s” runs out") % words
    fact = _("The certificate %(code)s of “%(course)s” is yours and valid until %(day)s.") % words
    return title, text % words, _course(certificate.version), _("Open the course"), fact


def _how_to_renew(joinable: bool, *, at_once: bool) -> str:
    if joinable and at_once:
        return _("Its last valid day is %(day)s. You can renew the course now.")
    if joinable:
        return _("Its last valid day is %(day)s. From the day after, you can renew the course.")
    if at_once:
        return _("Its last valid day is %(day)s. To renew it now, ask a trainer: they enrol people.")
    return _(
        "Its last valid day is %(day)s. To renew it from the day after, ask a trainer: they enrol people."
    )


def _not_begun(row: NudgeRow) -> tuple[str, str, str, str, str]:
    enrolment = row.nudge.enrolment
    if enrolment is None:
        raise ValueError("This nudge stands on no enrolment.")
    version = enrolment.cohort.version
    words = {
        "course": version.title,
        "day": date_format(enrolment.enrolled_at, "SHORT_DATE_FORMAT"),
        "minutes": version.minutes,
    }
    title = _("“%(course)s” waits for you") % words
    text = _("You can begin whenever you like, stop at any moment, and go on where you left off.")
    fact = _("You are enrolled in “%(course)s” since %(day)s, and had not opened a lesson.") % words
    return title, text, _course(version), _("Open the course"), fact


def _feedback(row: NudgeRow) -> tuple[str, str, str, str, str]:
    form = row.nudge.feedback_form
    if form is None:
        raise ValueError("This nudge stands on no form.")
    words = {"day": date_format(form.closes_on, "SHORT_DATE_FORMAT")}
    title = _("What did you think of a training?")
    text = _("A few questions, without your name, until %(day)s.") % words
    fact = _("You took part in it, and the form is open until %(day)s.") % words
    return title, text, reverse("feedback-answer", args=[form.pk]), _("Open the form"), fact


MAKERS = {
    NudgeKind.EXPIRING: _expiring,
    NudgeKind.NOT_BEGUN: _not_begun,
    NudgeKind.FEEDBACK: _feedback,
}


def _course(version: CourseVersion) -> str:
    return reverse("course", args=[version.course.slug])


def _mail(row: NudgeRow) -> str:
    """What became of the mail, in words for who was to get it."""
    if row.not_sent is not None:
        return _("No mail was sent: %(reason)s.") % {"reason": NotNudged(row.not_sent).label}
    return mail_in_words(State(row.nudge.state))
