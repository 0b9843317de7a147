"""Kinds of blocks: what each holds, what must not be missing, and how it is answered.

A kind is a class behind this small interface; packaged content can become one more without the player
knowing. Nothing here reads a database or renders a page.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.media import CAPTIONS, FILES, IMAGES, VIDEOS, MediaType
from courses.kinds.questions import kind_of as kind_of_question

Data = Mapping[str, Any]
PICTURE = re.compile(r"!\[[^\]]*\]\(")


class BlockKind(models.TextChoices):
    TEXT = "text", gettext_lazy("text")
    SCENARIO = "scenario", gettext_lazy("scenario")
    CHECK = "check", gettext_lazy("knowledge check")
    REFLECTION = "reflection", gettext_lazy("reflection")
    IMAGE = "image", gettext_lazy("picture")
    VIDEO = "video", gettext_lazy("video")
    FILE = "file", gettext_lazy("file")


class Kind(ABC):
    """``answered`` kinds keep what was chosen; the others are only read.

    ``slots`` are the keys under which a block names files of its course, with the types each may be.
    """

    kind: ClassVar[BlockKind]
    answered: ClassVar[bool] = False
    slots: ClassVar[Mapping[str, frozenset[MediaType]]] = {}

    @abstractmethod
    def missing(self, data: Data) -> Iterator[str]:
        """What hinders publication, in sentences."""


class Text(Kind):
    kind = BlockKind.TEXT

    def missing(self, data: Data) -> Iterator[str]:
        if not str(data.get("markdown", "")).strip():
            yield _("The text is empty.")
        if PICTURE.search(str(data.get("markdown", ""))):
            yield _("It holds a picture: add a block of its own for that, between two texts.")


class Reflection(Kind):
    """Thought about on the page, and never sent anywhere."""

    kind = BlockKind.REFLECTION

    def missing(self, data: Data) -> Iterator[str]:
        if not str(data.get("prompt", "")).strip():
            yield _("The reflection asks nothing.")


class Check(Kind):
    """A few questions with feedback, not graded."""

    kind = BlockKind.CHECK
    answered = True

    def missing(self, data: Data) -> Iterator[str]:
        if not data.get("question"):
            yield _("The knowledge check has no question.")
        for number, question in enumerate(data.get("question", []), start=1):
            for reason in kind_of_question(question["kind"]).missing(question):
                yield _("Question %(number)s: %(reason)s") % {"number": number, "reason": reason}


@dataclass(frozen=True)
class Taken:
    """One step of a scenario as somebody went through it; ``choice`` is None where they are now."""

    step: Data
    choice: Data | None


class Scenario(Kind):
    """A branching case: steps with choices, each with feedback and the step it leads to."""

    kind = BlockKind.SCENARIO
    answered = True

    def missing(self, data: Data) -> Iterator[str]:
        steps = self.steps(data)
        if data.get("start") not in steps:
            yield _("The scenario has no first step.")
            return
        if len(steps) < len(data["step"]):
            yield _("Two steps have the same key.")
        for key, step in steps.items():
            for choice in step.get("choice", []):
                if choice.get("next") not in steps:
                    yield _("In step “%(step)s” a choice leads nowhere.") % {"step": key}
                if not choice.get("feedback"):
                    yield _("In step “%(step)s” a choice has no feedback.") % {"step": key}
        for key in set(steps) - self.reachable(data):
            yield _("No choice leads to step “%(step)s”.") % {"step": key}

    def steps(self, data: Data) -> dict[str, Data]:
        return {step["key"]: step for step in data.get("step", [])}

    def reachable(self, data: Data) -> set[str]:
        steps, found, ahead = self.steps(data), set(), [data["start"]]
        while ahead:
            key = ahead.pop()
            if key in found or key not in steps:
                continue
            found.add(key)
            ahead += [choice.get("next", "") for choice in steps[key].get("choice", [])]
        return found

    def path(self, data: Data, chosen: list[int]) -> list[Taken]:
        """The steps gone through with these choices; what does not fit the case any more is left out."""
        steps = self.steps(data)
        step, path = steps[data["start"]], []
        for number in chosen:
            choices = step.get("choice", [])
            if not 0 <= number < len(choices):
                break
            path.append(Taken(step, choices[number]))
            step = steps[choices[number]["next"]]
        return [*path, Taken(step, None)]


class Image(Kind):
    """A picture with words for who does not see it; a decorative one says nothing that these could say."""

    kind = BlockKind.IMAGE
    slots = {"file": IMAGES}

    def missing(self, data: Data) -> Iterator[str]:
        if not data.get("file"):
            yield _("There is no picture in it yet.")
        described = str(data.get("alt", "")).strip()
        if not described and not data.get("decorative"):
            yield _("The picture has no alternative text: say in “alt” what it shows, or mark it decorative.")
        if described and data.get("decorative"):
            yield _("It is marked decorative and has an alternative text: take one of them out.")


class Video(Kind):
    """A video with captions for who does not hear it, and a transcript for who does not watch it."""

    kind = BlockKind.VIDEO
    slots = {"file": VIDEOS, "captions": CAPTIONS}

    def missing(self, data: Data) -> Iterator[str]:
        if not data.get("file"):
            yield _("There is no video in it yet.")
        if not str(data.get("title", "")).strip():
            yield _("The video has no title.")
        if not data.get("captions"):
            yield _("The video has no captions: put a WebVTT file in.")
        if not str(data.get("transcript", "")).strip():
            yield _("The video has no transcript: say in “transcript” what is heard and seen.")


class File(Kind):
    """Something to take along."""

    kind = BlockKind.FILE
    slots = {"file": FILES}

    def missing(self, data: Data) -> Iterator[str]:
        if not data.get("file"):
            yield _("There is no file in it yet.")
        if not str(data.get("title", "")).strip():
            yield _("The file has no title.")


KINDS: dict[str, Kind] = {
    one.kind: one for one in (Text(), Image(), Video(), File(), Scenario(), Check(), Reflection())
}


def kind_of(name: str) -> Kind:
    """The class behind a block's kind."""
    return KINDS[name]
