"""Blocks as the player shows them, with what somebody chose in them before."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from courses.kinds import questions
from courses.kinds.blocks import BlockKind, Scenario, Taken
from courses.models import Block, CheckAnswer, Enrolment, Lesson

STARTED_OVER: list[int] = []


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a knowledge check, as `kind` asks it; ``answer`` is None before it was answered."""

    number: int
    kind: str
    data: Any
    answer: Any
    feedback: Any

    @property
    def name(self) -> str:
        return f"q{self.number}"


@dataclass(frozen=True)
class ShownBlock:
    block: Block
    path: list[Taken] = field(default_factory=list)
    asked: list[AskedQuestion] = field(default_factory=list)

    @property
    def chosen(self) -> list[int]:
        """The numbers of the choices made so far in a scenario."""
        return [list(taken.step["choice"]).index(taken.choice) for taken in self.path if taken.choice]

    @property
    def template(self) -> str:
        return f"courses/learn/blocks/{self.block.kind}.html"


def shown(enrolment: Enrolment, lesson: Lesson, *, alternative: bool) -> list[ShownBlock]:
    """The lesson's blocks by one of its ways. Two queries, however many blocks."""
    answers = dict(
        CheckAnswer.objects.filter(enrolment=enrolment, block__lesson=lesson).values_list("block_id", "data")
    )
    blocks = lesson.blocks.filter(alternative=alternative)
    return [show(block, answers.get(block.pk)) for block in blocks]


def show(block: Block, answer: Any) -> ShownBlock:
    if block.kind == BlockKind.SCENARIO:
        chosen = answer["chosen"] if answer else STARTED_OVER
        return ShownBlock(block, path=Scenario().path(block.data, chosen))
    if block.kind == BlockKind.CHECK:
        return ShownBlock(block, asked=list(asked(block, answer or {})))
    return ShownBlock(block)


def asked(block: Block, answers: dict[str, Any]) -> Any:
    for number, data in enumerate(block.data["question"]):
        kind = questions.kind_of(data["kind"])
        answer = answers.get(str(number))
        feedback = kind.feedback(data, answer) if answer is not None else None
        yield AskedQuestion(number, data["kind"], data, answer, feedback)


def read_answer(block: Block, posted: QueryDict) -> Any:
    """What was chosen, ready to be kept; None where nothing was or the block asks nothing."""
    if block.kind == BlockKind.SCENARIO:
        return read_scenario(block, posted)
    if block.kind == BlockKind.CHECK:
        return read_check(block, posted)
    return None


def read_scenario(block: Block, posted: QueryDict) -> dict[str, list[int]] | None:
    """The choices so far, as the page sent them, so that a second press changes nothing."""
    if "again" in posted:
        return {"chosen": STARTED_OVER}
    chosen = [int(number) for number in posted.getlist("chosen") if number.isdecimal() and len(number) < 4]
    path = Scenario().path(block.data, chosen)
    return {"chosen": chosen[: len(path) - 1]}


def read_check(block: Block, posted: QueryDict) -> dict[str, Any]:
    cleaned = {
        str(number): questions.kind_of(data["kind"]).clean(data, posted, f"q{number}")
        for number, data in enumerate(block.data["question"])
    }
    return {number: answer for number, answer in cleaned.items() if answer is not None}
