"""What came of a form, as pictures with their tables, and texts."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.enums import FeedbackKind
from courses.kinds.feedback import OVERALL, Question, Satisfaction, read, satisfaction
from courses.models import FeedbackForm, FeedbackResult
from lms.web import charts
from lms.web.charts import Chart, Point


@dataclass(frozen=True)
class Shown:
    """`satisfied` is the sentence that funders ask for; `texts` are (question, what was said)."""

    satisfied: str
    charts: list[Chart]
    texts: list[tuple[str, list[str]]]


def pictures(form: FeedbackForm, result: FeedbackResult) -> Shown:
    """Of a result that has any."""
    summed: dict[str, Any] = result.summed or {}
    questions = read(form.questions)
    drawn = [_chart(one, summed[one.key]) for one in questions if one.kind != FeedbackKind.TEXT]
    texts = [(one.text, summed[one.key]) for one in questions if one.kind == FeedbackKind.TEXT]
    return Shown(in_words(satisfaction(summed[OVERALL])), drawn, texts)


def _chart(question: Question, summed: dict[str, Any]) -> Chart:
    points = [Point(words, summed["counts"][value]) for value, words in question.choices]
    number = summed["answered"]
    summary = ngettext("%(n)s answer", "%(n)s answers", number) % {"n": number}
    return charts.bars(question.text, points, summary=summary, name=_("Answer"), unit=_("People"))


def in_words(satisfied: Satisfaction) -> str:
    """The share that said "good" or "very good", with both numbers it is made of."""
    if satisfied.per_cent is None:
        return _("Too few answers to tell.")
    words = {"share": satisfied.per_cent, "good": satisfied.good, "of": satisfied.answered}
    return _("%(share)s %% said “good” or “very good”: %(good)s of %(of)s who answered.") % words
