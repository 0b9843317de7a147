"""The year's training counts: definitions, questions, numbers, and the facts behind each number."""

from courses.queries.counts.counting import Count, count, first_recorded_at, nothing_known_before
from courses.queries.counts.definitions import Code
from courses.queries.counts.question import FILTERS, Question, UnknownValue

__all__ = [
    "FILTERS",
    "Code",
    "Count",
    "Question",
    "UnknownValue",
    "count",
    "first_recorded_at",
    "nothing_known_before",
]
