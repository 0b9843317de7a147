"""Put somebody of another cohort on a register, who makes up a missed training session."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.register.making_up import make_up
from courses.models import Participation, SessionVersion
from courses.queries.making_up import guests_of, sessions_of_all
from courses.queries.registers import NAMES, named
from courses.web import words
from courses.web.register.base import UnderRegister
from courses.web.register.rows import key_of, whole
from lms.kit.errors import Refused
from lms.web.search import asked

# Nobody looks through more; the next letters of the name find the others.
MOST = 20
FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Guest:
    participation: Participation
    sessions: Sequence[tuple[int, str]]
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def name(self) -> str:
        person = self.participation.person
        return person.name if person else ""

    @property
    def course(self) -> str:
        return str(self.participation.activity.cohort.version.title)


class GuestsPage(UnderRegister):
    """Names are shown to whoever asks for them by their first letters: two at least."""

    page_title = gettext_lazy("Guest of another cohort")
    template_name = "courses/register/guests.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            guest = guests_of(self.session).filter(pk=whole(request.POST.get("guest", ""))).first()
            if guest is None:
                raise Refused(_("Only somebody enrolled in another cohort of this course can be a guest."))
            make_up(
                session=self.session,
                participation=guest,
                made_up_for=whole(request.POST.get("made_up_for", "")),
                by=self.request.user,
                key=key_of(request.POST.get("key", "")),
            )
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return redirect(request.get_full_path())
        name = guest.person.name if guest.person else ""
        messages.success(request, _("%(name)s is on this register as a guest, present.") % {"name": name})
        return redirect("teach-register", pk=self.session.pk)

    def get_context(self) -> dict[str, Any]:
        text = asked(self.request)
        found = self.found(text) if len(text.replace(" ", "")) >= FEWEST_LETTERS else []
        return super().get_context() | {
            "q": text,
            "found": found[:MOST],
            "more": len(found) > MOST,
        }

    def found(self, text: str) -> list[Guest]:
        known = guests_of(self.session).order_by(*NAMES)
        chosen = known.filter(pk__in=named(known, text))[: MOST + 1]
        meetings = sessions_of_all({one.activity_id for one in chosen})
        return [Guest(one, [_choice(version) for version in meetings[one.activity_id]]) for one in chosen]


def _choice(version: SessionVersion) -> tuple[int, str]:
    when = words.times_in(version.timezone, version.starts_at)
    return version.session_id, f"{version.title}, {when}" if version.title else when
