"""What the pages about one training session share."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.queries.registers import kept_by
from courses.web import words
from lms.kit.clock import today
from lms.web.views import PageView


class SessionPage(PageView, abstract=True):
    """A page of a session whose register the reader keeps; another's is not found."""

    allowed = staticmethod(rules.may_keep_registers)

    @cached_property
    def session(self) -> Any:
        return get_object_or_404(kept_by(self.request.user), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Registers"), reverse("teach-registers"))]

    @property
    def closed(self) -> bool:
        return is_closed(self.session)

    def get_context(self) -> dict[str, Any]:
        about = {"session": self.session, "held": held(self.session), "closed": self.closed}
        return super().get_context() | about


class UnderRegister(SessionPage, abstract=True):
    """A page below the register."""

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = (name(self.session), reverse("teach-register", args=[self.session.pk]))
        return [*super().get_crumbs(), above]


def is_closed(session: Any) -> bool:
    return session.locked_on is not None and session.locked_on < today()


def name(session: Any) -> str:
    """What a session is called: its own title, else its course's."""
    return session.title or session.course or _("Training session")


def held(session: Any) -> str:
    """When it is, in the zone of its place and, where that is another, in the reader's."""
    there = words.times_in(session.zone, session.starts_at, session.ends_at)
    if timezone.get_current_timezone_name() == session.zone:
        return there
    return _("%(there)s, %(here)s for you") % {"there": there, "here": words.reader_time(session.starts_at)}
