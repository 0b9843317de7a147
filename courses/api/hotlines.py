"""/api/v1/hotlines/: hotlines with their dated memberships."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from courses import rules
from courses.queries import readable
from lms.people.enums import TokenScope
from lms.people.models import Hotline
from lms.web.api.views import DetailView, ListView


class Membership(serializers.Serializer[Any]):
    status = serializers.CharField()
    from_on = serializers.DateField(allow_null=True)
    until_on = serializers.DateField(allow_null=True)


class HotlineItem(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="What registers call it.")
    organisation = serializers.CharField()
    country = serializers.CharField(source="country_id")
    region = serializers.CharField(source="country.region")
    joined_year = serializers.IntegerField(allow_null=True)
    confidence = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # no attribute: the metaclass takes it
    memberships = Membership(many=True)


class HotlinesView(ListView):
    """Hotlines, each with its dated memberships."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = HotlineItem

    def rows(self) -> QuerySet[Hotline]:
        return readable.hotlines(self.login)


class HotlineView(DetailView):
    """One hotline."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = HotlineItem

    def found(self) -> Hotline:
        return get_object_or_404(readable.hotlines(self.login), pk=self.kwargs["pk"])
