"""Questions answered by writing: a number, a few words, an essay. An answer is {"text": "..."}."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.fields import NUMBER, WHOLE, Field, Rows
from courses.kinds.questions.base import Answer, Data, Kind, Line, Posted, Public, QuestionKind, first, listed


class Written(Kind):
    """``longest`` is how many characters are kept."""

    shape: ClassVar[str] = "line"
    longest: ClassVar[int] = 500

    def public(self, data: Data, *, seed: int, shuffle: bool = True) -> Public:
        return Public(
            self.shape, data["prompt"], unit=str(data.get("unit", "")), rubric=listed(data, "rubric")
        )

    def clean(self, data: Data, posted: Posted) -> Answer | None:
        text = first(posted)[: self.longest]
        return {"text": text} if text else None

    def feedback(self, data: Data, answer: Answer | None) -> list[Line]:
        yours = (answer or {}).get("text", "")
        right = self.right(data)
        full = self.mark(data, answer) == 1
        return [Line("", chosen=bool(yours), right=full, yours=yours, wanted=right["text"] if right else "")]


# Places before or after the point; what people write has fewer.
MOST_PLACES = 40


def number(text: object) -> Decimal | None:
    """A finite number as people write it, with a decimal point or comma; None for anything else."""
    try:
        value = Decimal(str(text).replace("\N{MINUS SIGN}", "-").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    # An exponent of a billion is typed in ten letters, and comparing or dividing it takes for ever.
    if not value.is_finite() or abs(int(value.as_tuple().exponent)) > MOST_PLACES:
        return None
    return value if abs(value) < 10**15 else None


class Numeric(Written):
    """All points within the tolerance, its ends included; else none."""

    kind = QuestionKind.NUMERIC
    fields = (
        Field("answer", gettext_lazy("The right number"), holds=NUMBER, begins=0),
        Field(
            "tolerance",
            gettext_lazy("Tolerance"),
            holds=NUMBER,
            begins=0,
            help=gettext_lazy("How far an answer may be off, up or down, and still be right."),
        ),
        Field("unit", gettext_lazy("Unit"), help=gettext_lazy("Shown after the number, for example: hours")),
    )
    longest = 40

    def right(self, data: Data) -> Answer | None:
        return {"text": str(data["answer"])}

    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        return {**data, "answer": str(number(answer["text"]) or 0)}

    def share(self, data: Data, answer: Answer) -> Fraction:
        given, wanted = number(answer["text"]), number(data["answer"])
        if given is None or wanted is None:
            return Fraction(0)
        return Fraction(abs(Fraction(given) - Fraction(wanted)) <= Fraction(str(data.get("tolerance", 0))))

    def gaps(self, data: Data) -> Iterator[str]:
        if number(data.get("answer", "")) is None:
            yield _("The right number is missing.")
        tolerance = number(data.get("tolerance", 0))
        if tolerance is None or tolerance < 0:
            yield _("The tolerance is not a number from 0.")


def same_words(text: str) -> str:
    """What of a short answer counts: neither case nor spaces around or doubled."""
    return " ".join(text.split()).casefold()


class Short(Written):
    """All points for one of the accepted answers; else none."""

    kind = QuestionKind.SHORT
    fields = (
        Rows(
            "accepted",
            gettext_lazy("Accepted answer"),
            gettext_lazy("Add an accepted answer"),
            least=1,
        ),
    )

    def right(self, data: Data) -> Answer | None:
        return {"text": str(next(iter(data["accepted"]), ""))}

    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        known = self.share(data, answer) == 1
        return {**data, "accepted": [*data["accepted"], *([] if known else [answer["text"]])]}

    def share(self, data: Data, answer: Answer) -> Fraction:
        accepted = {same_words(str(text)) for text in data["accepted"]}
        return Fraction(same_words(answer["text"]) in accepted)

    def gaps(self, data: Data) -> Iterator[str]:
        if not any(str(text).strip() for text in data.get("accepted", [])):
            yield _("No answer is accepted.")


class Essay(Written):
    """Marked by a trainer, criterion by criterion."""

    kind = QuestionKind.ESSAY
    fields = (
        Rows(
            "rubric",
            gettext_lazy("Criterion"),
            gettext_lazy("Add a criterion"),
            [
                Field("criterion", gettext_lazy("What is looked for")),
                Field("points", gettext_lazy("Points"), holds=WHOLE, begins=1),
            ],
            least=1,
        ),
    )
    marked_by_person = True
    shape = "text"
    longest = 20_000

    def right(self, data: Data) -> Answer | None:
        return None

    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        raise TypeError("an essay has no right answer")

    def share(self, data: Data, answer: Answer) -> Fraction | None:
        return None

    def gaps(self, data: Data) -> Iterator[str]:
        rubric = listed(data, "rubric")
        if not rubric:
            yield _("The rubric is missing.")
        if any(not row.get("criterion") or int(row.get("points", 0)) < 1 for row in rubric):
            yield _("Every criterion of the rubric needs words and points.")
