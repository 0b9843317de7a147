"""Kinds of blocks: what each holds, what must not be missing, and how it is answered.

A kind is a class behind this small interface; packaged content can become one more without the player
knowing. Nothing here reads a database or renders a page.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.fields import AREA, FEEDBACK, KEY, PICK, STEP, Field, Part, Rows
from courses.kinds.media import CAPTIONS, FILES, IMAGES, VIDEOS, MediaType
from courses.kinds.questions import in_checks
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

    ``fields`` makes the kind's form and says what its text may hold; a kind without is written as it is.
    ``slots`` are the keys under which a block names files of its course, with the types each may be.
    """

    kind: ClassVar[BlockKind]
    answered: ClassVar[bool] = False
    fields: ClassVar[Sequence[Part]] = ()
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
    fields = (Field("prompt", gettext_lazy("What to think about"), AREA, needed=True),)

    def missing(self, data: Data) -> Iterator[str]:
        if not str(data.get("prompt", "")).strip():
            yield _("The reflection asks nothing.")


def ungraded(parts: Sequence[Part]) -> list[Part]:
    """The fields of a question where nobody asks for its points."""
    return [replace(part, seldom=True) if part.name == "points" else part for part in parts]  # type: ignore[arg-type]


class Check(Kind):
    """A few questions with feedback, not graded."""

    kind = BlockKind.CHECK
    answered = True
    fields = (
        Rows(
            "question",
            gettext_lazy("Question"),
            gettext_lazy("Add a question"),
            least=0,
            kinds={name: ungraded(one.parts) for name, one in in_checks().items()},
        ),
    )

    def missing(self, data: Data) -> Iterator[str]:
        if not data.get("question"):
            yield _("The knowledge check has no question.")
        for number, question in enumerate(data.get("question", []), start=1):
            for reason in kind_of_question(question["kind"]).missing(question):
                yield _("Question %(number)s: %(reason)s") % {"number": number, "reason": reason}


CHOICES = Rows(
    "choice",
    gettext_lazy("Choice"),
    gettext_lazy("Add a choice"),
    [
        Field("label", gettext_lazy("One can"), needed=True),
        Field("feedback", FEEDBACK, AREA),
        Field("next", gettext_lazy("It leads to"), STEP, needed=True),
    ],
    least=0,
)
OUTCOMES = [
    ("", gettext_lazy("not said")),
    ("good", gettext_lazy("it went well")),
    ("mixed", gettext_lazy("some of both")),
    ("poor", gettext_lazy("it went badly")),
]
STEPS = Rows(
    "step",
    gettext_lazy("Step"),
    gettext_lazy("Add a step"),
    [
        Field("key", gettext_lazy("Short name"), KEY, needed=True),
        Field("text", gettext_lazy("What happens"), AREA, needed=True),
        CHOICES,
        Field("outcome", gettext_lazy("If it ends here"), PICK, choices=OUTCOMES),
    ],
)


@dataclass(frozen=True)
class Taken:
    """One step of a scenario as somebody went through it; ``choice`` is None where they are now."""

    step: Data
    choice: Data | None


class Scenario(Kind):
    """A branching case: steps with choices, each with feedback and the step it leads to."""

    kind = BlockKind.SCENARIO
    answered = True
    fields = (
        Field("title", gettext_lazy("Title of the case"), needed=True),
        Field("intro", gettext_lazy("What one should know first"), AREA),
        Field("start", gettext_lazy("It begins with"), STEP, needed=True),
        STEPS,
    )

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
        for key in self.unreachable(data):
            yield _("No choice leads to step “%(step)s”.") % {"step": key}
        for key in self.endless(data):
            yield _("From step “%(step)s” no ending can be reached.") % {"step": key}

    def begun(self) -> dict[str, Any]:
        """A new case: one step with two choices, and two ways in which it ends."""
        choices = [{"label": "", "next": "b"}, {"label": "", "next": "c"}]
        first = {"key": "a", "text": "", "choice": choices}
        return {"title": "", "start": "a", "step": [first, *({"key": key, "text": ""} for key in "bc")]}

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

    def unreachable(self, data: Data) -> list[str]:
        """Steps that nobody can come to, in the author's order."""
        found = self.reachable(data)
        return [key for key in self.steps(data) if key not in found]

    def endless(self, data: Data) -> list[str]:
        """Steps from which every choice leads round in a circle; one that leads nowhere is told as such."""
        steps = self.steps(data)
        leads = {
            key: {choice.get("next") for choice in step.get("choice", [])} for key, step in steps.items()
        }
        closed = {key for key, ahead in leads.items() if not ahead or ahead - set(steps)}
        while more := {key for key, ahead in leads.items() if key not in closed and ahead & closed}:
            closed |= more
        return [key for key in steps if key not in closed]

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
