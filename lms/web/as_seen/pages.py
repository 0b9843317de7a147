"""/me/as-others-see-me/: the pages that others get about oneself, and each of them as it is."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.text import Text
from lms.people.enums import Role
from lms.people.queries.merges import records_of
from lms.people.rules import is_known
from lms.web.as_seen import ONLOOKERS, Look, Said, about
from lms.web.as_seen.inert import content_of
from lms.web.as_seen.standing_in import page_of
from lms.web.views import PageView

NAMES = {
    Role.HOTLINE_MANAGER: gettext_lazy("The manager of your hotline"),
    Role.TRAINER: gettext_lazy("A trainer of your cohorts"),
    Role.STAFF: gettext_lazy("INHOPE staff"),
    Role.WELFARE_OFFICER: gettext_lazy("A welfare officer"),
    Role.ADMINISTRATOR: gettext_lazy("An administrator of this site"),
}
NOTHING = {
    Role.HOTLINE_MANAGER: gettext_lazy("A manager has no page about you."),
    Role.TRAINER: gettext_lazy("A trainer has no page about you."),
    Role.STAFF: gettext_lazy("INHOPE staff have no page about you."),
    Role.WELFARE_OFFICER: gettext_lazy("A welfare officer has no page about you."),
    Role.ADMINISTRATOR: gettext_lazy("An administrator has no page about you."),
}


class OwnLooks(PageView, abstract=True):
    """Pages about the reader alone: what is not among their own looks does not exist."""

    allowed = staticmethod(is_known)

    @cached_property
    def seen(self) -> list[Look | Said]:
        person = self.request.user.person
        return [] if person is None else list(about(person))


class AsOthersSeeMePage(OwnLooks):
    page_title = gettext_lazy("As others see me")
    template_name = "as_seen/list.html"

    def get_context(self) -> dict[str, Any]:
        known = self.request.user.person is not None
        return {"known": known, "sections": [self.section(role) for role in ONLOOKERS]}

    def section(self, role: Role) -> dict[str, Any]:
        looks = [one for one in self.seen if isinstance(one, Look) and one.role == role]
        return {
            "name": NAMES[role],
            "pages": [(one.title, url_of(one)) for one in looks],
            "said": [one.text for one in self.seen if isinstance(one, Said) and one.role == role],
            "nothing": NOTHING[role],
        }


class SeenPage(OwnLooks):
    """One of them: the true page, made by its own view. It is looked at; there is nothing to press."""

    page_title = gettext_lazy("As others see me")
    template_name = "as_seen/page.html"

    @cached_property
    def look(self) -> Look:
        asked = (self.kwargs["role"], self.kwargs["page"], self.kwargs.get("pk"))
        for one in self.seen:
            if isinstance(one, Look) and (one.role, one.route, one.pk) == asked:
                return one
        raise Http404

    def get_context(self) -> dict[str, Any]:
        person = self.request.user.person
        if person is None:
            raise Http404
        made = page_of(self.look, records_of(person.pk), self.request)
        content, body_class = content_of(made.content.decode())
        return {"content": content, "body_class": body_class, "whose": NAMES[self.look.role]}

    def get_crumbs(self) -> list[tuple[Text, str]]:
        return [(_("As others see me"), reverse("as-others-see-me"))]


def url_of(look: Look) -> str:
    return reverse("as-others-see-my", args=[look.role, look.route, *look.args])
