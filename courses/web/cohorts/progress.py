"""How far somebody has come, in words."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.enums import Presence
from courses.kinds.completion import StillMissing
from courses.queries.boards import Place
from courses.queries.progress import Progress
from courses.web import words

THERE = {Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY}


def missing(place: Place) -> str:
    """What is still to do, in words; the trainer's part last."""
    if place.completion is not None:
        return _("nothing: completed")
    said = list(words_of(place.missing))
    if place.awaiting:
        said.append(_("an essay waits for its mark"))
    return "; ".join(said) or _("only your sign-off")


def words_of(one: StillMissing) -> Sequence[str]:
    said = []
    if one.lessons:
        said.append(ngettext("%(n)s lesson", "%(n)s lessons", one.lessons) % {"n": one.lessons})
    if one.pass_mark is not None:
        best = _("not taken yet") if one.best is None else _("best so far %(n)s %%") % {"n": int(one.best)}
        said.append(_("%(mark)s %% in the assessment (%(best)s)") % {"mark": one.pass_mark, "best": best})
    if one.attendance:
        said.append(_("being there"))
    return said


def lessons_in_words(one: Progress) -> str:
    return _("%(done)s of %(all)s") % {"done": one.done, "all": one.lessons}


def score_in_words(one: Progress) -> str:
    return _("%(n)s %%") % {"n": int(one.place.score)} if one.place.score is not None else "–"


def attendance_in_words(one: Progress) -> str:
    """Sessions somebody was at, of those that are over."""
    now = timezone.now()
    over = [(session, mark) for session, mark in one.marks if session.ends_at < now or mark]
    if not over:
        return "–"
    there = sum(1 for _session, mark in over if mark and mark.presence in THERE)
    return _("%(there)s of %(all)s") % {"there": there, "all": len(over)}


def next_step(one: Progress) -> str:
    """The one thing that brings somebody on, whoever has to do it."""
    place = one.place
    if place.completion is not None:
        return _("nothing")
    if place.awaiting:
        return _("mark the essay")
    if not place.missing:
        return _("sign off")
    if not one.begun:
        return _("has not begun: a message may help")
    if place.missing.lessons:
        return _("goes on with the lessons")
    if place.missing.pass_mark is not None:
        return _("takes the assessment")
    ahead = next((session for session, mark in one.marks if session.starts_at > timezone.now()), None)
    if ahead is not None:
        return _("comes on %(when)s") % {"when": words.time_in(ahead.starts_at, ahead.timezone)}
    return _("make up for the session that was missed")
