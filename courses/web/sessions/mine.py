"""/me/sessions/: the training sessions somebody takes part in, and those they lead."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from courses import rules
from courses.models import SessionVersion
from courses.queries import sessions
from courses.web.sessions import words
from lms.web.views import PageView

# As many as anybody plans by; the calendar has all of them.
MOST = 50


@dataclass(frozen=True)
class Shown:
    """A session as a card."""

    version: SessionVersion
    title: str
    at_place: str
    for_reader: str
    url: str


class MySessionsPage(PageView):
    allowed = staticmethod(rules.may_see_own_training)
    page_title = gettext_lazy("My sessions")
    template_name = "courses/sessions/mine.html"

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            "taken": shown(sessions.coming(user)),
            "led": shown(sessions.to_lead(user), linked=True) if rules.may_teach(user) else [],
            "most": MOST,
        }


def shown(versions: QuerySet[SessionVersion], *, linked: bool = False) -> list[Shown]:
    return [
        Shown(
            version=one,
            title=words.title(one),
            at_place=words.at_place(one),
            for_reader=words.for_reader(one),
            url=reverse("training-session", args=[one.session_id]) if linked else "",
        )
        for one in versions[:MOST]
    ]
