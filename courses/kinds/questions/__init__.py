"""Kinds of questions, each a class behind the interface in ``base``."""

from courses.kinds.questions.base import Answer, Data, Kind, Line, Option, Posted, Public, QuestionKind
from courses.kinds.questions.choices import Multiple, Single, TrueFalse
from courses.kinds.questions.places import Matching, Ordering
from courses.kinds.questions.words import Essay, Numeric, Short

__all__ = [
    "Answer",
    "Data",
    "Kind",
    "Line",
    "Option",
    "Posted",
    "Public",
    "QuestionKind",
    "in_checks",
    "kind_of",
]

KINDS: dict[str, Kind] = {
    one.kind: one
    for one in (Single(), Multiple(), TrueFalse(), Matching(), Ordering(), Numeric(), Short(), Essay())
}


def kind_of(name: str) -> Kind:
    """The class behind a question's kind."""
    return KINDS[name]


def in_checks() -> dict[str, Kind]:
    """The kinds that the program can mark: only they can stand in a lesson."""
    return {name: one for name, one in KINDS.items() if not one.marked_by_person}
