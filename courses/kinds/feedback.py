"""Feedback on a training: its questions, what an answer may hold, and how answers are summed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import FeedbackKind
from lms.kit.text import Text

OVERALL = "overall"
# As funders ask for it: the share of those who said "good" or "very good".
RATINGS = (
    ("very_good", gettext_lazy("very good")),
    ("good", gettext_lazy("good")),
    ("fair", gettext_lazy("fair")),
    ("poor", gettext_lazy("poor")),
    ("very_poor", gettext_lazy("very poor")),
)
SATISFIED = frozenset({"very_good", "good"})
AGREEMENTS = (
    ("fully", gettext_lazy("agree fully")),
    ("rather", gettext_lazy("rather agree")),
    ("partly", gettext_lazy("agree in part")),
    ("rather_not", gettext_lazy("rather disagree")),
    ("not", gettext_lazy("disagree")),
)
SCALES: Mapping[str, Sequence[tuple[str, Text]]] = {
    FeedbackKind.RATING: RATINGS,
    FeedbackKind.AGREEMENT: AGREEMENTS,
}
FEWEST = 5
"""Results of fewer answers are shown to nobody."""
LONGEST_TEXT = 1000
MOST_OWN, MOST_OPTIONS = 6, 8


class Unanswerable(Exception):  # said to whoever answers or asks
    """What was sent is not an answer, or not a question; ``name`` is the field it belongs to."""

    def __init__(self, sentence: str, name: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.name = name


@dataclass(frozen=True)
class Question:
    """One question of a form. ``options`` are the words of a choice; scales have words of their own."""

    key: str
    kind: FeedbackKind
    text: str
    options: Sequence[str] = field(default_factory=tuple)

    @property
    def choices(self) -> list[tuple[str, Text]]:
        """(value, words) of what can be chosen; none for a text."""
        if self.kind in SCALES:
            return list(SCALES[self.kind])
        return [(str(number), words) for number, words in enumerate(self.options)]

    @property
    def needed(self) -> bool:
        """Only the first question has to be answered: without it there is nothing to count."""
        return self.key == OVERALL

    def as_data(self) -> dict[str, Any]:
        return {"key": self.key, "kind": self.kind, "text": self.text, "options": list(self.options)}


def standard() -> list[Question]:
    """The questions that every form may have; the first is in all of them."""
    return [
        Question(OVERALL, FeedbackKind.RATING, _("All in all, how was it?")),
        Question("useful", FeedbackKind.AGREEMENT, _("What I learnt helps me in my work.")),
        Question(
            "pace", FeedbackKind.CHOICE, _("The pace was"), (_("too slow"), _("about right"), _("too fast"))
        ),
        Question("keep", FeedbackKind.TEXT, _("What should stay as it is?")),
        Question("change", FeedbackKind.TEXT, _("What should be different next time?")),
    ]


def own_question(number: int, kind: str, text: str, options: str) -> Question:
    """A question that somebody wrote for one form; ``options`` has one a line.

    Raises Unanswerable for an empty text, an unknown kind, and a choice with fewer than two options.
    """
    name = f"own-{number}"
    if kind not in FeedbackKind.values:
        raise Unanswerable(_("Choose how this question is answered."), f"{name}-kind")
    if not text.strip():
        raise Unanswerable(_("Write the question, or clear its row."), f"{name}-text")
    if len(text) > LONGEST_TEXT:
        said = _("A question takes up to %(n)s characters.") % {"n": LONGEST_TEXT}
        raise Unanswerable(said, f"{name}-text")
    words = tuple(dict.fromkeys(line.strip() for line in options.splitlines() if line.strip()))
    if kind not in (FeedbackKind.CHOICE, FeedbackKind.CHOICES):
        words = ()
    elif not 2 <= len(words) <= MOST_OPTIONS:
        said = _("Give from two to %(n)s options, one a line.") % {"n": MOST_OPTIONS}
        raise Unanswerable(said, f"{name}-options")
    return Question(name, FeedbackKind(kind), text.strip(), words)


def read(data: Iterable[Mapping[str, Any]]) -> list[Question]:
    """The questions of a form as it was kept."""
    return [
        Question(one["key"], FeedbackKind(one["kind"]), one["text"], tuple(one["options"])) for one in data
    ]


def answered(questions: Sequence[Question], posted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What somebody said, question by question; unanswered ones are left out.

    Raises Unanswerable where the first is not answered, an option is none of its own, or a text is too long.
    """
    found: dict[str, Any] = {}
    for question in questions:
        said = [value.strip() for value in posted.get(question.key, ()) if value.strip()]
        if not said:
            if question.needed:
                raise Unanswerable(_("Please choose one: the others may stay open."), question.key)
            continue
        found[question.key] = _said(question, said)
    return found


def _said(question: Question, said: list[str]) -> Any:
    if question.kind == FeedbackKind.TEXT:
        if len(said[0]) > LONGEST_TEXT:
            sentence = _("Up to %(n)s characters, please.") % {"n": LONGEST_TEXT}
            raise Unanswerable(sentence, question.key)
        return said[0]
    known = {value for value, _words in question.choices}
    if not known.issuperset(said) or (question.kind != FeedbackKind.CHOICES and len(said) > 1):
        raise Unanswerable(_("Choose from the answers given."), question.key)
    return sorted(set(said)) if question.kind == FeedbackKind.CHOICES else said[0]


def summed(questions: Sequence[Question], answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """For each question how often each option was chosen, or the texts in the order of the alphabet.

    The order of a text says nothing of when it came, nor of what else its writer said.
    """
    made: dict[str, Any] = {}
    for question in questions:
        given = [one[question.key] for one in answers if question.key in one]
        if question.kind == FeedbackKind.TEXT:
            made[question.key] = sorted(given)
            continue
        chosen = Counter(value for one in given for value in (one if isinstance(one, list) else [one]))
        counts = {value: chosen[value] for value, _words in question.choices}
        made[question.key] = {"answered": len(given), "counts": counts}
    return made


@dataclass(frozen=True)
class Satisfaction:
    """How many said "good" or "very good", of how many who answered the first question."""

    good: int = 0
    answered: int = 0

    def __add__(self, other: "Satisfaction") -> "Satisfaction":
        return Satisfaction(self.good + other.good, self.answered + other.answered)

    @property
    def per_cent(self) -> int | None:
        """Rounded half up to whole per cent; None where fewer than FEWEST answered."""
        if self.answered < FEWEST:
            return None
        return (200 * self.good + self.answered) // (2 * self.answered)


def satisfaction(summed_overall: Mapping[str, Any]) -> Satisfaction:
    """Of one summed rating."""
    counts: Mapping[str, int] = summed_overall["counts"]
    return Satisfaction(sum(counts.get(one, 0) for one in SATISFIED), sum(counts.values()))
