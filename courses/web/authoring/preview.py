"""A lesson as an analyst meets it, scenarios and checks included; nothing of it is recorded."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from courses.enums import Intensity
from courses.models import Block, Lesson
from courses.queries.media import Held, held_by, named
from courses.queries.readiness import reasons_against
from courses.web.authoring.lesson import LessonView
from courses.web.authoring.media import author_urls
from courses.web.learn import blocks
from courses.web.learn.blocks import Files, ShownBlock
from courses.web.learn.glossary import with_terms


@dataclass(frozen=True)
class Piece:
    """A block as the player shows it, or the reasons why it cannot be shown yet."""

    block: Block
    shown: ShownBlock | None
    reasons: list[str]


class PreviewPage(LessonView):
    """What is chosen in a block is answered on the page that comes back, and kept nowhere."""

    template_name = "courses/authoring/preview.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.preview({})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent = request.POST.get("block", "")
        wanted = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
        block = self.lesson.blocks.filter(pk=wanted).first()
        if block is None or reasons_against(block, held_by(self.version.course)):
            return self.preview({})
        return self.preview({block.pk: blocks.read_answer(block, request.POST)})

    def preview(self, answers: dict[int, Any]) -> HttpResponse:
        lesson, asked = self.lesson, {**self.request.GET, **self.request.POST}
        other_way = "other" in asked
        ready = "ready" in asked or other_way or bool(answers)
        written, held = of_way(lesson, other_way), held_by(self.version.course)
        files = author_urls(self.version.course, named(self.version.course, written))
        return self.render(
            lesson=lesson,
            other_way=other_way,
            notice=lesson.intensity == Intensity.INTENSE and not ready,
            **self.marked([piece(block, answers.get(block.pk), held, files) for block in written]),
        )

    def marked(self, pieces: list[Piece]) -> dict[str, Any]:
        """The pieces with the words of the glossary marked as the player marks them, and the words."""
        shown, words = with_terms(self.version, [one.shown for one in pieces if one.shown])
        by_block = {one.block.pk: one for one in shown}
        return {
            "words": words,
            "pieces": [replace(one, shown=by_block.get(one.block.pk)) for one in pieces],
        }

    def get_context(self) -> dict[str, Any]:
        beside = [(one.title, self.address("teach-preview", one.pk)) for one in self.version.lessons.all()]
        return {
            "version": self.version,
            "lessons": beside,
            "edit_url": self.address("teach-lesson", self.kwargs["pk"]) if self.is_draft else "",
        }


def of_way(lesson: Lesson, other_way: bool) -> list[Block]:
    return list(lesson.blocks.filter(alternative=other_way))


def piece(block: Block, answer: Any, held: Held, files: Files) -> Piece:
    reasons = reasons_against(block, held)
    return Piece(block, None if reasons else blocks.show(block, answer, None, files), reasons)
