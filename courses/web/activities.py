"""/staff/activities/: everything the network counts, and what is known of each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.enums import ListName
from courses.models import Activity, ActivityVersion
from courses.queries import standing
from courses.queries.by_hand import changes_of_activity
from courses.web import fact_tables, versions, words
from courses.web.as_of import AsOfForm
from courses.web.by_hand import tables
from courses.web.by_hand.base import elsewhere
from courses.web.find.listing import NarrowedPage, tick
from courses.web.grants.shown import paid_by
from lms.web.tables import Column, Table, paged
from lms.web.views import PageView


class ActivitiesPage(NarrowedPage):
    allowed = staticmethod(rules.may_browse_network)
    page_title = gettext_lazy("Activities")
    template_name = "courses/activities/list.html"
    listing = ListName.ACTIVITIES
    search_label = gettext_lazy("Title, place, topic, year or register id")
    empty_text = gettext_lazy("No activity fits these filters.")
    default_sort = "-starts"
    columns = [
        Column(
            "title",
            gettext_lazy("Title"),
            value=words.title,
            link=lambda version: reverse("staff-activity", args=[version.activity_id]),
            order=["title"],
        ),
        tick("activity_id", words.title),
        Column("kind", gettext_lazy("Kind"), value=lambda v: v.kind.name, order=["kind__position", "title"]),
        Column("starts", gettext_lazy("Starts"), value=words.starts, order=["starts_at"]),
        Column("status", gettext_lazy("Status"), value=lambda v: v.get_status_display(), order=["status"]),
        Column("host", gettext_lazy("Host"), value=lambda v: v.host.name if v.host else "–"),
        Column("participations", gettext_lazy("Attended"), numeric=True),
    ]


class ActivityPage(PageView):
    """One activity: what is known of it, who took part, and how it came to be known."""

    allowed = staticmethod(rules.may_browse_network)
    template_name = "courses/activities/detail.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.activity = get_object_or_404(Activity.objects.select_related("cohort", "exchange"), pk=pk)
        self.asked = AsOfForm.asked(request.GET)
        self.stood = standing.of_activity(self.activity, self.asked.moment)
        return self.render()

    def get_page_title(self) -> str:
        version = self.stood.version
        return words.title(version) if version else _("An activity not known yet")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Activities"), reverse("staff-activities"))]

    def get_context(self) -> dict[str, Any]:
        stood, asked = self.stood, self.request.GET
        behind, alone = elsewhere(self.activity), not hasattr(self.activity, "cohort")
        by_hand = behind is None and rules.may_record_by_hand(self.request.user)
        return {
            "behind": behind,
            "by_hand": by_hand and stood.version is not None and not stood.version.withdrawn,
            "has_funder": bool(stood.version and stood.version.funder_id),
            "changed": self._changed(linked=by_hand),
            "stood": stood,
            "sessions_url": reverse("staff-sessions", args=[self.activity.pk]) if alone else "",
            "activity_id": self.activity.pk,
            "may_keep_grants": rules.may_keep_grants(self.request.user),
            "may_keep": rules.may_keep_gathering(self.request.user, self.activity),
            "about": self._about(stood.version) if stood.version else [],
            "hosts": _hosts(stood),
            "participants": paged(
                stood.participants,
                lambda shown: fact_tables.participants(shown, caption=_("By family name"), linked=True),
                asked,
                key="people",
            ),
            "head_counts": paged(
                stood.head_counts,
                lambda shown: fact_tables.head_counts(shown, caption=_("By organisation")),
                asked,
                key="heads",
            ),
            "history": versions.table(stood.versions, linked=by_hand and not self.asked.moment),
            "struck": paged(
                stood.struck,
                lambda shown: fact_tables.every_fact(
                    shown, caption=_("Facts that no longer hold"), linked=True
                ),
                asked,
                key="struck",
            ),
            **self.asked.context(),
        }

    def _about(self, version: ActivityVersion) -> list[tuple[str, Any]]:
        return [*_about(self.activity, version), *paid_by(self.activity, self.asked.moment)]

    def _changed(self, *, linked: bool) -> Table | None:
        """What was said by hand; not of an earlier day's knowledge."""
        if self.asked.moment:
            return None
        about = _("Changes by hand, the newest first")
        return tables.paged_changes(
            changes_of_activity(self.activity), self.request.GET, about=about, linked=linked
        )


def _about(activity: Activity, version: ActivityVersion) -> list[tuple[str, Any]]:
    reader = timezone.get_current_timezone_name()
    pairs: list[tuple[str, Any]] = [
        (_("Register id"), activity.register_id),
        (_("Kind"), version.kind.name),
        (_("Status"), _("withdrawn") if version.withdrawn else version.get_status_display()),
    ]
    pairs += _times(version, version.timezone, _("Time at the place"))
    if version.starts_at and reader != version.timezone:
        pairs += _times(version, reader, _("Your time"))
    return [
        *pairs,
        (_("How"), version.get_mode_display()),
        (_("Place"), version.place),
        (_("Country"), version.country.name if version.country else None),
        (_("Funder"), version.funder.name if version.funder else None),
        (_("Topics"), ", ".join(version.topics)),
    ]


def _times(version: ActivityVersion, zone: str, label: str) -> list[tuple[str, str]]:
    if version.starts_at is None:
        return [(label, _("self-paced"))]
    ends = [version.ends_at] if version.ends_at else []
    return [(label, words.times_in(zone, version.starts_at, *ends))]


def _hosts(stood: standing.ActivityStanding) -> list[tuple[str, Any]]:
    """Who hosted, and which hotlines came: a hotline visits by somebody of it who attended."""
    host = stood.version.host.name if stood.version and stood.version.host else None
    return [
        (_("Host"), host),
        (_("Hotlines that came"), ", ".join(name for name in stood.visitors if name != host)),
    ]
