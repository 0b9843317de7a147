"""What is asked of the server: each page and each save as the bytes that a browser would send."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from courses.models import Attempt, Block
from courses.queries.attempts import puts
from courses.web.assessments.asked import was
from tests.benchmarks.player.school import Analyst, measured_block, right_check
from tests.benchmarks.player.urls import BARE

TOKEN = "b" * 32
Sent = dict[str, str | list[str]]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Asked:
    """One kind of request. ``requests`` is drawn from for as long as it lasts: a submission ends an attempt."""

    name: str
    requests: Iterator[bytes]
    status: int = 200
    most: int | None = None
    """So many in one round, where they can run out."""
    path: str = ""
    """An address of a page, to count its queries and weigh its first load."""
    analyst: Analyst | None = None
    posted: Sent = field(default_factory=dict)
    json: bool = False


def everything(analysts: Sequence[Analyst], rounds: int) -> list[Asked]:
    """What is measured, the bare page first; ``rounds`` is how often submissions are asked for."""
    block = measured_block()
    course = block.version.course.slug
    lesson = f"/learn/{{}}/{block.lesson.key}/"
    bare = f"/{BARE}?course={course}"
    return [
        Asked("bare page, one query", cycle([get(bare)]), path=bare),
        pages("bare page, signed in", analysts, lambda one: bare),
        pages("home", analysts, lambda one: "/"),
        pages("catalogue", analysts, lambda one: "/courses/"),
        pages("course page", analysts, lambda one: f"/courses/{course}/"),
        pages("lesson page", analysts, lambda one: lesson.format(one.enrolments[1])),
        checks(analysts, block, lesson),
        autosaves(analysts),
        submissions(analysts, rounds),
    ]


def pages(name: str, analysts: Sequence[Analyst], address: Callable[[Analyst], str]) -> Asked:
    requests = [get(address(one), one) for one in analysts]
    return Asked(name, cycle(requests), path=address(analysts[0]), analyst=analysts[0])


def checks(analysts: Sequence[Analyst], block: Block, lesson: str) -> Asked:
    """A knowledge check answered; the page without JavaScript, which is sent on to itself."""
    sent: Sent = {"block": str(block.pk)}
    for number, answer in right_check(block).items():
        sent |= fields(f"q{number}", answer)
    requests = [post(lesson.format(one.enrolments[1]), sent, one) for one in analysts]
    first = analysts[0]
    path = lesson.format(first.enrolments[1])
    return Asked("answer to a check", cycle(requests), 302, path=path, analyst=first, posted=sent)


def autosaves(analysts: Sequence[Analyst]) -> Asked:
    """The whole form of an attempt, as its script sends it with one answer changed."""
    found = attempts_of(analysts, course=1)
    sent = {one.email: answers(found[one.enrolments[1]], changed=1) for one in analysts}
    requests = [post(address(one.enrolments[1]), sent[one.email], one, json=True) for one in analysts]
    first = analysts[0]
    return Asked(
        "answer autosaved",
        cycle(requests),
        path=address(first.enrolments[1]),
        analyst=first,
        posted=sent[first.email],
        json=True,
    )


def submissions(analysts: Sequence[Analyst], rounds: int) -> Asked:
    """An attempt ends once, so every request is another one; the last is kept to count its queries."""
    made = []
    for course in (0, 2):
        found = attempts_of(analysts, course)
        for one in analysts:
            sent = answers(found[one.enrolments[course]], changed=0) | {"submit": "1", "sure": "1"}
            made.append((one, address(one.enrolments[course]), sent))
    last, path, sent = made.pop()
    requests = [post(path, sent, one) for one, path, sent in made]
    most = len(requests) // rounds
    return Asked("submit", iter(requests), 302, most=most, path=path, analyst=last, posted=sent)


def attempts_of(analysts: Sequence[Analyst], course: int) -> dict[int, Attempt]:
    attempts = Attempt.objects.filter(enrolment__in=[one.enrolments[course] for one in analysts])
    return {attempt.enrolment_id: attempt for attempt in attempts}


def address(enrolment: int) -> str:
    return f"/learn/{enrolment}/assessment/1/"


def answers(attempt: Attempt, changed: int) -> Sent:
    """Every question of the attempt as its page holds it, the first ``changed`` of them changed there."""
    sent: Sent = {}
    for put in puts(attempt):
        answer = put.kind.right(put.data) if put.number <= changed else put.answer
        kept = "changed" if put.number <= changed else was(put.answer)
        sent |= fields(f"q{put.question.pk}", answer or {}) | {f"was-q{put.question.pk}": kept}
    return sent


def fields(name: str, answer: dict[str, Any]) -> Sent:
    """An answer as the fields of a form."""
    if "placed" in answer:
        return {f"{name}-{slot}": token for slot, token in answer["placed"].items()}
    return {name: list(answer["chosen"]) if "chosen" in answer else str(answer.get("text", ""))}


def get(path: str, one: Analyst | None = None, *more: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", *heads(one), *more, "", ""]).encode()


def post(path: str, sent: Sent, one: Analyst, *, json: bool = False) -> bytes:
    body = urlencode(sent, doseq=True).encode()
    accept = ["Accept: application/json"] if json else []
    own = [f"X-CSRFToken: {TOKEN}", f"Content-Type: {FORM}", f"Content-Length: {len(body)}", *accept]
    return "\r\n".join([f"POST {path} HTTP/1.1", *heads(one), *own, "", ""]).encode() + body


def heads(one: Analyst | None) -> list[str]:
    """What every request of a browser carries here."""
    host = f"Host: {settings.ALLOWED_HOSTS[0]}"
    if one is None:
        return [host]
    return [host, f"Cookie: {settings.SESSION_COOKIE_NAME}={one.session}; csrftoken={TOKEN}"]
