"""/api/v1/activities/: activities as they are known now."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from courses import rules
from courses.api.fields import YEARS, HotlineReference, Moment
from courses.enums import ActivityStatus
from courses.models import ActivityVersion
from courses.queries import readable
from lms.kit.clock import Span
from lms.people.enums import TokenScope
from lms.web.api.paging import PageQuery
from lms.web.api.views import DetailView, ListView


class ActivityItem(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="activity_id")
    register_id = serializers.CharField(source="activity.register_id", allow_null=True)
    version = serializers.IntegerField(source="number", help_text="Counts what was known of it, from 1.")
    kind = serializers.CharField(source="kind_id")
    title = serializers.CharField()
    status = serializers.ChoiceField(ActivityStatus.choices)
    starts_at = Moment(allow_null=True, help_text="UTC; null where it is self-paced.")
    ends_at = Moment(allow_null=True, help_text="UTC")
    timezone = serializers.CharField(help_text="The IANA zone of the place.")
    mode = serializers.CharField()
    place = serializers.CharField()
    country = serializers.CharField(source="country_id", allow_null=True)
    host = HotlineReference(allow_null=True)
    funder = serializers.SerializerMethodField(help_text="Null where there is none, and for managers.")
    topics = serializers.ListField(child=serializers.CharField())
    recorded_at = Moment(help_text="UTC")

    def get_funder(self, version: ActivityVersion) -> str | None:
        """Who paid is on no page of a manager's."""
        shown = version.funder is not None and readable.own_hotlines(self.context["view"].login) is None
        return version.funder.name if version.funder and shown else None


class ActivitiesQuery(PageQuery):
    kind = serializers.SlugField(required=False, max_length=40)
    status = serializers.ChoiceField(ActivityStatus.choices, required=False)
    year = serializers.IntegerField(
        required=False,
        min_value=YEARS.start,
        max_value=YEARS.stop - 1,
        help_text=_("Of its start, in the reporting zone."),
    )


class ActivitiesView(ListView):
    """Activities as they are known now; those that a manager's hotline hosts or was at."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = ActivityItem
    query = ActivitiesQuery
    # A version that comes between two pages leaves its activity in its place.
    key = "activity_id"

    def rows(self) -> QuerySet[ActivityVersion]:
        found = readable.versions(self.login)
        asked = self.asked
        if "kind" in asked:
            found = found.filter(kind=asked["kind"])
        if "status" in asked:
            found = found.filter(status=asked["status"])
        if "year" in asked:
            span = Span.of_year(asked["year"])
            found = found.filter(starts_at__gte=span.starts_at, starts_at__lt=span.ends_before)
        return found


class ActivityView(DetailView):
    """One activity."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = ActivityItem

    def found(self) -> ActivityVersion:
        return get_object_or_404(readable.versions(self.login), activity=self.kwargs["pk"])
