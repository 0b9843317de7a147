"""Questions answered by choosing: one, several, true or false. An answer is {"chosen": [token, ...]}."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.fields import FEEDBACK, HIDDEN, TICK, TRUTH, YES_OR_NO, Field, Part, Rows
from courses.kinds.questions.base import (
    Answer,
    Data,
    Kind,
    Line,
    Option,
    Posted,
    Public,
    QuestionKind,
    listed,
    options_of,
    shuffled,
    token,
)

OPTIONS = Rows(
    "option",
    gettext_lazy("Option"),
    gettext_lazy("Add an option"),
    [
        Field("text", gettext_lazy("It says"), needed=True),
        Field("correct", gettext_lazy("It is right"), TICK, YES_OR_NO, begins=False),
        Field("feedback", FEEDBACK),
        Field("key", widget=HIDDEN, seldom=True),
    ],
)


class Choice(Kind):
    """What the three kinds share."""

    fields: ClassVar[Sequence[Part]] = (OPTIONS,)

    shape: ClassVar[str]

    def choices(self, data: Data) -> list[Data]:
        return listed(data, "option")

    def options(self, data: Data) -> list[Option]:
        return options_of([str(choice["text"]) for choice in self.choices(data)])

    def public(self, data: Data, *, seed: int, shuffle: bool = True) -> Public:
        options = self.options(data)
        return Public(self.shape, data["prompt"], shuffled(options, seed) if shuffle else options)

    def clean(self, data: Data, posted: Posted) -> Answer | None:
        sent = set(posted.get("", ()))
        chosen = [option.token for option in self.options(data) if option.token in sent]
        return {"chosen": chosen} if chosen else None

    def right(self, data: Data) -> Answer | None:
        return {"chosen": [token(choice["text"]) for choice in self.choices(data) if choice.get("correct")]}

    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        changed = [
            {**choice, "correct": token(choice["text"]) in answer["chosen"]} for choice in self.choices(data)
        ]
        return {**data, "options": changed}

    def feedback(self, data: Data, answer: Answer | None) -> list[Line]:
        chosen = (answer or {}).get("chosen", [])
        return [
            Line(
                text=choice["text"],
                chosen=token(choice["text"]) in chosen,
                right=bool(choice.get("correct")),
                feedback=choice.get("feedback", ""),
            )
            for choice in self.choices(data)
        ]

    def gaps(self, data: Data) -> Iterator[str]:
        choices = self.choices(data)
        texts = [str(choice.get("text", "")).strip() for choice in choices]
        if len(choices) < 2:
            yield _("There are fewer than two options.")
        if not all(texts):
            yield _("An option is empty.")
        if len(set(texts)) < len(texts):
            yield _("Two options are the same.")


class Single(Choice):
    kind = QuestionKind.SINGLE
    shape = "one"

    def clean(self, data: Data, posted: Posted) -> Answer | None:
        answer = super().clean(data, posted)
        return {"chosen": answer["chosen"][:1]} if answer else None

    def share(self, data: Data, answer: Answer) -> Fraction:
        return Fraction(answer == self.right(data))

    def gaps(self, data: Data) -> Iterator[str]:
        yield from super().gaps(data)
        if sum(bool(choice.get("correct")) for choice in self.choices(data)) != 1:
            yield _("Exactly one option must be right.")


class Multiple(Choice):
    """Points by (right options chosen - wrong options chosen) / right options, never below 0.

    Choosing everything gains nothing over leaving a doubtful option out.
    """

    kind = QuestionKind.MULTIPLE
    shape = "several"

    def share(self, data: Data, answer: Answer) -> Fraction:
        right = set((self.right(data) or {})["chosen"])
        chosen = set(answer["chosen"])
        return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right) or 1))

    def gaps(self, data: Data) -> Iterator[str]:
        yield from super().gaps(data)
        if not any(choice.get("correct") for choice in self.choices(data)):
            yield _("No option is right.")


class TrueFalse(Single):
    """Two options that are never shuffled: true stands first everywhere."""

    kind = QuestionKind.TRUEFALSE
    fields = (
        Field("correct", gettext_lazy("The sentence is"), TRUTH, YES_OR_NO, begins=True),
        Field("feedback_true", gettext_lazy("Feedback to whoever answers “true”")),
        Field("feedback_false", gettext_lazy("Feedback to whoever answers “false”")),
    )

    def choices(self, data: Data) -> list[Data]:
        right = data.get("correct")
        return [
            {"text": _("True"), "correct": right is True, "feedback": data.get("feedback_true", "")},
            {"text": _("False"), "correct": right is False, "feedback": data.get("feedback_false", "")},
        ]

    def options(self, data: Data) -> list[Option]:
        return [Option("true", _("True")), Option("false", _("False"))]

    def public(self, data: Data, *, seed: int, shuffle: bool = True) -> Public:
        return super().public(data, seed=seed, shuffle=False)

    def right(self, data: Data) -> Answer | None:
        return {"chosen": ["true" if data.get("correct") else "false"]}

    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        return {**data, "correct": answer["chosen"] == ["true"]}

    def feedback(self, data: Data, answer: Answer | None) -> list[Line]:
        chosen = (answer or {}).get("chosen", [])
        return [
            Line(str(choice["text"]), option.token in chosen, choice["correct"], feedback=choice["feedback"])
            for option, choice in zip(self.options(data), self.choices(data), strict=True)
        ]

    def gaps(self, data: Data) -> Iterator[str]:
        if not isinstance(data.get("correct"), bool):
            yield _("Say whether the sentence is true.")
