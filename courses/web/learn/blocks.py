"""Blocks as the player shows them, with what somebody chose in them before."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from courses.kinds.blocks import BlockKind, Scenario, Taken
from courses.kinds.blocks import kind_of as kind_of_block
from courses.kinds.questions import Answer, Line, Option, Public, kind_of
from courses.models import Block, Enrolment, Lesson, Media
from courses.queries.content import content_of
from courses.queries.media import named
from courses.queries.taking import Taking

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
BODIES = {
    BlockKind.SCENARIO: "courses/learn/blocks/scenario_body.html",
    BlockKind.CHECK: "courses/learn/blocks/check_body.html",
}
# Some kilobytes each.
BODIES_KEPT = 1024
LONGEST_KEPT = 32 * 1024
# A scenario may lead in circles; nobody goes round more often than this before beginning again.
ROUNDS = 4


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
    """A block with what was chosen in it; ``published_at`` says that it changes no more, and since when.

    ``html`` is a text with the words of the glossary marked; None where none was looked for.
    """

    block: Block
    answer: Any = None
    published_at: dt.datetime | None = None
    file: ShownFile | None = None
    captions: ShownFile | None = None
    html: SafeString | None = None

    @cached_property
    def path(self) -> list[Taken]:
        """The steps of a scenario so far."""
        chosen = self.answer["chosen"] if self.answer else STARTED_OVER
        return Scenario().path(self.block.data, chosen[: most_choices(self.block)])

    @property
    def is_over(self) -> bool:
        """Whether a scenario takes no further choice: it ended, or somebody went round in it long enough."""
        return not self.path[-1].step.get("choice") or len(self.path) > most_choices(self.block)

    @cached_property
    def asked(self) -> list[AskedQuestion]:
        """The questions of a knowledge check."""
        return list(asked(self.block, self.answer or {}))

    @property
    def body(self) -> SafeString:
        """What a scenario or a knowledge check shows inside its form.

        Of a published one it is kept, for whoever chose the same; never what somebody wrote in words.
        """
        if self.published_at is None or is_worded(self.answer):
            return self.draw()
        answer = json.dumps(self.answer, sort_keys=True)
        try:
            return kept(Drawn(self.block.pk, self.published_at, answer, get_language() or "", self))
        except TooLong as drawn:
            return drawn.body

    def draw(self) -> SafeString:
        return render_to_string(BODIES[BlockKind(self.block.kind)], {"shown": self})

    @property
    def chosen(self) -> list[int]:
        """The numbers of the choices made so far in a scenario."""
        return [list(taken.step["choice"]).index(taken.choice) for taken in self.path if taken.choice]

    @property
    def template(self) -> str:
        return TEMPLATES[BlockKind(self.block.kind)]


@dataclass(frozen=True)
class Drawn:
    """What a block's body depends on, and nothing of who asks for it."""

    block: int
    published_at: dt.datetime
    answer: str
    language: str
    shown: ShownBlock = field(compare=False)


class TooLong(Exception):  # read aloud: raise TooLong(body)
    """A body that is drawn each time: raised, it is not kept."""

    def __init__(self, body: SafeString) -> None:
        super().__init__()
        self.body = body


@lru_cache(maxsize=BODIES_KEPT)
def kept(drawn: Drawn) -> SafeString:
    """Raises TooLong with a body that would fill the memory."""
    body = drawn.shown.draw()
    if len(body) > LONGEST_KEPT:
        raise TooLong(body)
    return body


def is_worded(answer: Any) -> bool:
    """Whether there is something in an answer that was not chosen from what the block offers."""
    return any("text" in one for one in (answer or {}).values())


def shown(taking: Taking, lesson: Lesson, *, alternative: bool) -> list[ShownBlock]:
    """The lesson's blocks by one of its ways, with what was chosen there. One query where files are."""
    version = taking.enrolment.cohort.version
    blocks = content_of(version).blocks_of(lesson, alternative=alternative)
    files = learner_urls(taking.enrolment, named(version.course_id, blocks))
    return [show(block, taking.answered.get(block.pk), version.published_at, files) for block in blocks]


def learner_urls(enrolment: Enrolment, media: Mapping[str, Media]) -> Files:
    return {
        name: ShownFile(one, reverse("learn-media", args=[enrolment.pk, one.pk]))
        for name, one in media.items()
    }


def show(block: Block, answer: Any, published_at: dt.datetime | None, files: Files) -> ShownBlock:
    """``published_at`` of its version, or None for a draft."""
    # A file is missing only where somebody took its row away by hand; the words then still show.
    put = {slot: files.get(str(block.data.get(slot))) for slot in kind_of_block(block.kind).slots}
    return ShownBlock(block, answer, published_at, put.get("file"), put.get("captions"))


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
    path = Scenario().path(block.data, chosen[: most_choices(block)])
    return {"chosen": chosen[: len(path) - 1]}


def most_choices(block: Block) -> int:
    return ROUNDS * len(block.data.get("step", []))


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
