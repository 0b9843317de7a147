"""/teach/law-enforcement/: the sessions that somebody leads, or all of them for staff."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.models import ActivityVersion
from courses.queries.gatherings import LAW_ENFORCEMENT, kept_by
from courses.web import words
from lms.web.tables import Column, address
from lms.web.templatetags.ui import Chip
from lms.web.views import ListPage

OTHERS = "others"


class SessionsPage(ListPage):
    """``?kind=others`` lists the other activities that the reader leads, for a trainer of a webinar."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Law-enforcement sessions")
    template_name = "courses/gatherings/list.html"
    empty_text = gettext_lazy("There is none yet that you lead.")
    default_sort = "-starts"
    columns = [
        Column(
            "title",
            gettext_lazy("Title"),
            value=words.title,
            link=lambda version: reverse("gathering", args=[version.activity_id]),
            order=["title"],
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda v: v.kind.name, order=["kind__position"]),
        Column("starts", gettext_lazy("Starts"), value=words.starts, order=["starts_at"]),
        Column("country", gettext_lazy("Country"), value=lambda v: v.country.name if v.country else "–"),
        Column("topics", gettext_lazy("Topics"), value=lambda v: ", ".join(v.topics) or "–"),
        Column("status", gettext_lazy("Status"), value=lambda v: v.get_status_display(), order=["status"]),
    ]

    def get_rows(self) -> QuerySet[ActivityVersion]:
        kept = kept_by(self.request.user).select_related("kind", "country")
        if self.others:
            return kept.exclude(kind=LAW_ENFORCEMENT)
        return kept.filter(kind=LAW_ENFORCEMENT)

    @property
    def others(self) -> bool:
        return self.request.GET.get("kind") == OTHERS

    def get_context(self) -> dict[str, Any]:
        asked = self.request.GET
        chips = [
            Chip(_("Law enforcement"), address(asked, kind=None, page=None), not self.others),
            Chip(_("Other activities"), address(asked, kind=OTHERS, page=None), self.others),
        ]
        return super().get_context() | {"chips": chips}
