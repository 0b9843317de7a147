"""What every kind of question can do. Nothing here reads a database or renders a page.

On a page an option has a token made of its text: an author's key or the order in the file could tell
which answer is right.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.fields import AREA, HIDDEN, TICK, WHOLE, YES_OR_NO, Field, Part

Data = Mapping[str, Any]
"""What the author wrote: prompt, explanation, and what the kind adds."""

Answer = dict[str, Any]
"""What somebody answered, as JSON."""

Posted = Mapping[str, Sequence[str]]
"""What a form sent for one question: under '' the answer itself, else under the token of a slot."""


class QuestionKind(models.TextChoices):
    SINGLE = "single", gettext_lazy("one right answer")
    MULTIPLE = "multiple", gettext_lazy("several right answers")
    TRUEFALSE = "truefalse", gettext_lazy("true or false")
    MATCHING = "matching", gettext_lazy("matching")
    ORDERING = "ordering", gettext_lazy("ordering")
    NUMERIC = "numeric", gettext_lazy("a number")
    SHORT = "short", gettext_lazy("a short answer")
    ESSAY = "essay", gettext_lazy("an essay")


@dataclass(frozen=True)
class Option:
    token: str
    text: str


@dataclass(frozen=True)
class Public:
    """What may be shown before the attempt is submitted.

    ``shape`` is one, several, slots, line or text. Each of ``slots`` is answered with one of ``options``.
    """

    shape: str
    prompt: str
    options: Sequence[Option] = ()
    slots: Sequence[Option] = ()
    unit: str = ""
    rubric: Sequence[Data] = ()


@dataclass(frozen=True)
class Line:
    """A line of feedback: an option, or a slot with what was put there and what belongs there."""

    text: str
    chosen: bool = False
    right: bool = False
    yours: str = ""
    wanted: str = ""
    feedback: str = ""


class Kind(ABC):
    """A kind of question. ``marked_by_person`` kinds get their marks from a trainer.

    ``fields`` is what the kind adds to what every question holds: its form and its text are made of it.
    """

    kind: ClassVar[QuestionKind]
    marked_by_person: ClassVar[bool] = False
    fields: ClassVar[Sequence[Part]]

    @property
    def parts(self) -> list[Part]:
        """Everything that a question of this kind holds, in the order in which one fills it in."""
        return [
            Field("kind", widget=HIDDEN, needed=True, begins=str(self.kind)),
            Field("prompt", gettext_lazy("What is asked"), AREA, needed=True),
            *self.fields,
            Field("explanation", gettext_lazy("Explanation, shown to everybody after the answer"), AREA),
            Field("points", gettext_lazy("Points"), holds=WHOLE, begins=1),
            Field("waived", gettext_lazy("Withdrawn: all points to everybody"), TICK, YES_OR_NO, seldom=True),
            Field(
                "key",
                gettext_lazy("Short name"),
                help=gettext_lazy("Small letters, digits and hyphens; it stays the same in every version."),
            ),
        ]

    def missing(self, data: Data) -> list[str]:
        """What hinders publication, in sentences; empty when the question can be published."""
        found = list(self.gaps(data))
        if not str(data.get("prompt", "")).strip():
            found.insert(0, _("The question asks nothing."))
        return found

    @abstractmethod
    def gaps(self, data: Data) -> Iterator[str]:
        """What this kind adds to ``missing``."""

    @abstractmethod
    def public(self, data: Data, *, seed: int, shuffle: bool = True) -> Public:
        """What may be shown before submission, in an order that ``seed`` fixes."""

    @abstractmethod
    def clean(self, data: Data, posted: Posted) -> Answer | None:
        """What was sent, as an answer; None for a blank one. What the question does not hold is left out."""

    @abstractmethod
    def right(self, data: Data) -> Answer | None:
        """An answer that gets all points; None where only a person can tell."""

    @abstractmethod
    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        """The question changed so that ``answer`` gets all points."""

    @abstractmethod
    def share(self, data: Data, answer: Answer) -> Fraction | None:
        """The share of the points, 0 to 1, that an answer gets."""

    def mark(self, data: Data, answer: Answer | None) -> Fraction | None:
        """The share of the points, 0 to 1; None where a person must mark.

        A waived question gives everybody all points; no answer gives none.
        """
        if data.get("waived"):
            return Fraction(1)
        return self.share(data, answer) if answer else Fraction(0)

    @abstractmethod
    def feedback(self, data: Data, answer: Answer | None) -> list[Line]:
        """What to say after submission, line by line, in the author's order."""


def token(text: str) -> str:
    """What stands for a text in forms and answers; the same text has the same token."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]


def options_of(texts: Sequence[str]) -> list[Option]:
    """One option for each different text."""
    return [Option(token(text), text) for text in dict.fromkeys(texts)]


def shuffled(options: Sequence[Option], seed: int) -> list[Option]:
    """An order that looks random, is the same for the same seed, and on every release of Python."""
    return sorted(options, key=lambda one: hashlib.sha256(f"{seed}:{one.token}".encode()).digest())


def listed(data: Data, name: str) -> list[Any]:
    """A list of the author's; course files name an array of tables in the singular, [[question.option]]."""
    return list(data.get(name + "s") or data.get(name) or [])


def first(posted: Posted, slot: str = "") -> str:
    """The one value sent under a name, without control characters that JSON in PostgreSQL refuses."""
    values = posted.get(slot) or [""]
    return "".join(sign for sign in values[0] if sign.isprintable() or sign in "\n\t").strip()
