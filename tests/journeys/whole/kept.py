"""What must have been kept: a naive memory of what the pages acknowledged, and of what was under way."""

import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Response

from tests.journeys.whole.answering import Shown

Where = tuple[str, str]
# A form's field as a browser sends it.
BLOCK = 'name="block"'


@dataclass
class Sent:
    """One request that moves the place, from when it was sent to when it was answered."""

    where: Where
    begun: float
    ended: float | None = None


@dataclass
class Places:
    """Where somebody may be: what was acknowledged last, and what was under way beside it or never answered."""

    requests: list[Sent] = field(default_factory=list)

    def possible(self) -> set[Where]:
        answered = [sent for sent in self.requests if sent.ended]
        last = max(answered, key=lambda sent: sent.ended or 0, default=None)
        since = last.begun if last else 0
        return {sent.where for sent in self.requests if sent.ended is None or sent.ended >= since}

    def settle(self, where: Where) -> None:
        now = time.monotonic()
        self.requests = [Sent(where, now, now)]

    def watch(self, page: Page, following: dict[str, str]) -> None:
        """Note what this page sends; ``following`` is the lesson after each."""
        under_way: dict[Request, Sent] = {}

        def begun(request: Request) -> None:
            where = place_of(request, following)
            if where:
                under_way[request] = Sent(where, time.monotonic())
                self.requests.append(under_way[request])

        def ended(response: Response) -> None:
            sent = under_way.get(response.request)
            if sent and response.status < 400:
                sent.ended = time.monotonic()

        page.on("request", begun)
        page.on("response", ended)


def place_of(request: Request, following: dict[str, str]) -> Where | None:
    """Lesson and block that this request means as the place; None for all that mean none."""
    words = urlsplit(request.url).path.strip("/").split("/")
    if request.method != "POST" or words[0] != "learn" or len(words) != 3 or words[2] == "assessment":
        return None
    said = (request.post_data_buffer or b"").decode(errors="replace")
    if "place=" in said:
        return words[2], "block-" + parse_qs(said)["block"][0]
    if BLOCK in said:
        return words[2], "block-" + said.split(BLOCK)[1].split()[0]
    return (following[words[2]], "") if words[2] in following else None


@dataclass
class Kept:
    """By the id of a block or question: what the page acknowledged, and the states that are under way.

    ``finishing`` is the lesson whose end is under way.
    """

    acknowledged: dict[str, Shown] = field(default_factory=dict)
    under_way: dict[str, list[Shown]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    finishing: set[str] = field(default_factory=set)
    places: Places = field(default_factory=Places)

    def acknowledge(self) -> None:
        """All that was under way has arrived."""
        self.acknowledged |= {part: states[-1] for part, states in self.under_way.items()}
        self.under_way.clear()
        self.done |= self.finishing
        self.finishing = set()

    def compare(self, seen: dict[str, Shown], parts: list[str]) -> list[str]:
        """What these parts of a page show otherwise than it must be; what was under way may be either."""
        wrong = []
        for part in parts:
            allowed = [self.acknowledged.get(part, []), *self.under_way.pop(part, [])]
            now = seen.get(part, [])
            if now not in allowed:
                wrong.append(f"{part} shows {now}, and it should be {' or '.join(map(str, allowed))}")
            else:
                self.acknowledged[part] = now
        return wrong
