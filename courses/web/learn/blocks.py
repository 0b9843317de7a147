"""Blocks as the player shows them, with what somebody chose in them before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from courses.kinds.blocks import BlockKind, Scenario, Taken
from courses.kinds.blocks import kind_of as kind_of_block
from courses.kinds.questions import Answer, Line, Option, Public, kind_of
from courses.models import Block, CheckAnswer, Enrolment, Lesson, Media
from courses.queries.media import named

STARTED_OVER: list[int] = []
TEMPLATES = {
    BlockKind.TEXT: "courses/learn/blocks/text.html",
    BlockKind.SCENARIO: "courses/learn/blocks/scenario.html",
    BlockKind.CHECK: "courses/learn/blocks/check.html",
    BlockKind.REFLECTION: "courses/learn/blocks/reflection.html",
    BlockKind.IMAGE: "courses/learn/blocks/image.html",
    BlockKind.VIDEO: "courses/learn/blocks/video.html",
    BlockKind.FILE: "courses/learn/blocks/file.html",
}


@dataclass(frozen=True)
class ShownFile:
    """A file of the course with the address at which this reader gets it."""

    media: Media
    url: str


Files = Mapping[str, ShownFile]
"""By the name that blocks say."""


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a knowledge check as it may be shown; ``lines`` of feedback once it was answered."""

    number: int
    public: Public
    answer: Answer | None
    lines: Sequence[Line]
    explanation: str

    @property
    def name(self) -> str:
        """What its form fields are called, or begin with where there is one for each slot."""
        return f"q{self.number}"

    @property
    def chosen(self) -> list[str]:
        return list((self.answer or {}).get("chosen", []))

    @property
    def text(self) -> str:
        return str((self.answer or {}).get("text", ""))

    @property
    def slots(self) -> list[tuple[Option, str]]:
        """Each slot with the token of what was put there."""
        placed = (self.answer or {}).get("placed", {})
        return [(slot, placed.get(slot.token, "")) for slot in self.public.slots]


@dataclass(frozen=True)
class ShownBlock:
    block: Block
    path: list[Taken] = field(default_factory=list)
    asked: list[AskedQuestion] = field(default_factory=list)
    file: ShownFile | None = None
    captions: ShownFile | None = None

    @property
    def chosen(self) -> list[int]:
        """The numbers of the choices made so far in a scenario."""
        return [list(taken.step["choice"]).index(taken.choice) for taken in self.path if taken.choice]

    @property
    def template(self) -> str:
        return TEMPLATES[BlockKind(self.block.kind)]


def shown(enrolment: Enrolment, lesson: Lesson, *, alternative: bool) -> list[ShownBlock]:
    """The lesson's blocks by one of its ways. Two queries, however many blocks, and one where files are."""
    answers = dict(
        CheckAnswer.objects.filter(enrolment=enrolment, block__lesson=lesson).values_list("block_id", "data")
    )
    blocks = list(lesson.blocks.filter(alternative=alternative))
    files = learner_urls(enrolment, named(enrolment.cohort.version.course_id, blocks))
    return [show(block, answers.get(block.pk), files) for block in blocks]


def learner_urls(enrolment: Enrolment, media: Mapping[str, Media]) -> Files:
    return {
        name: ShownFile(one, reverse("learn-media", args=[enrolment.pk, one.pk]))
        for name, one in media.items()
    }


def show(block: Block, answer: Any, files: Files) -> ShownBlock:
    if block.kind == BlockKind.SCENARIO:
        chosen = answer["chosen"] if answer else STARTED_OVER
        return ShownBlock(block, path=Scenario().path(block.data, chosen))
    if block.kind == BlockKind.CHECK:
        return ShownBlock(block, asked=list(asked(block, answer or {})))
    # A file is missing only where somebody took its row away by hand; the words then still show.
    put = {slot: files.get(str(block.data.get(slot))) for slot in kind_of_block(block.kind).slots}
    return ShownBlock(block, file=put.get("file"), captions=put.get("captions"))


def asked(block: Block, answers: dict[str, Any]) -> Iterator[AskedQuestion]:
    for number, data in enumerate(block.data["question"]):
        kind, answer = kind_of(data["kind"]), answers.get(str(number))
        lines = kind.feedback(data, answer) if answer is not None else []
        public = kind.public(data, seed=block.pk)
        yield AskedQuestion(number, public, answer, lines, data.get("explanation", ""))


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
        str(number): kind_of(data["kind"]).clean(data, sent_for(posted, f"q{number}"))
        for number, data in enumerate(block.data["question"])
    }
    return {number: answer for number, answer in cleaned.items() if answer is not None}


def sent_for(posted: QueryDict, name: str) -> dict[str, list[str]]:
    """What was sent for one question: under '' its own field, else under the token of each slot."""
    return {
        key.removeprefix(name).removeprefix("-"): values
        for key, values in posted.lists()
        if key == name or key.startswith(f"{name}-")
    }
