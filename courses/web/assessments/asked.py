"""The questions of an attempt as a form, and what such a form sends back."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from courses.kinds.questions import Answer
from courses.models import Attempt
from courses.queries.attempts import Put
from courses.web.learn.blocks import AskedQuestion, sent_for


@dataclass(frozen=True)
class Asked:
    """One question of an attempt on its page; ``next`` is the id of what comes after it."""

    put: Put
    one: AskedQuestion
    next: str

    @property
    def was(self) -> str:
        return was(self.put.answer)

    @property
    def was_name(self) -> str:
        return f"was-{self.one.name}"


def ask(put: Put, answer: Answer | None, *, seed: int, shuffle: bool) -> AskedQuestion:
    """A question with its fields named after its id; nothing in it tells the right answer."""
    public = put.kind.public(put.data, seed=seed, shuffle=shuffle)
    return AskedQuestion(put.question.pk, public, answer, [], "")


def ask_all(attempt: Attempt, puts: list[Put], *, shuffle: bool) -> list[Asked]:
    followers = [f"question-{put.number}" for put in puts[1:]] + ["submit"]
    return [
        Asked(put, ask(put, put.answer, seed=attempt.seed, shuffle=shuffle), following)
        for put, following in zip(puts, followers, strict=True)
    ]


def was(answer: Answer | None) -> str:
    """What the page keeps of the answer it shows, to tell afterwards whether it was changed on this page."""
    if answer is None:
        return ""
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()[:16]


def changed(posted: QueryDict, puts: Iterable[Put]) -> dict[int, Answer | None]:
    """The answers that were changed on the page that sent this, by question id.

    A page sends all its fields. What was not touched on it is left out, so that an older window does not
    put back what a newer one changed.
    """
    found = {}
    for put in puts:
        name = f"q{put.question.pk}"
        answer = put.kind.clean(put.data, sent_for(posted, name))
        if posted.get(f"was-{name}", was(answer)) != was(answer):
            found[put.question.pk] = answer
    return found
