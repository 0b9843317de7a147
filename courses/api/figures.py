"""/api/v1/snapshots/: frozen figures, and of each the file that proves itself."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses import rules
from courses.api.fields import Moment
from courses.exports.snapshots import as_json
from courses.models import Snapshot
from courses.queries.snapshots.listed import snapshots
from lms.people.enums import TokenScope
from lms.web.api.views import ApiView, ListView


class PlaceItem(serializers.Serializer[Any]):
    text = serializers.CharField()
    recorded_at = Moment(help_text="UTC")


class SnapshotItem(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    note = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    moment = Moment(help_text="UTC; what was recorded before it is in the figure.")
    definition = serializers.DictField()
    digest = serializers.CharField()
    facts_digest = serializers.CharField()
    places = PlaceItem(many=True, help_text="Where it was published.")


class SnapshotFile(serializers.Serializer[Any]):
    """The file of the figure, as `manage.py verify_snapshot` reads it."""

    format = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    definition = serializers.DictField()
    moment = serializers.CharField()
    counts = serializers.ListField(child=serializers.DictField())
    entries = serializers.ListField()
    digest = serializers.CharField()
    facts = serializers.DictField()
    facts_digest = serializers.CharField()


class SnapshotsView(ListView):
    """Frozen figures, without the facts behind them."""

    allowed = staticmethod(rules.may_freeze_figures)
    scope = TokenScope.COUNTS
    item = SnapshotItem

    def rows(self) -> QuerySet[Snapshot]:
        return snapshots()


class SnapshotView(ApiView):
    """One frozen figure."""

    allowed = staticmethod(rules.may_freeze_figures)
    scope = TokenScope.COUNTS

    @extend_schema(responses=SnapshotFile)
    def get(self, request: Request, pk: int) -> Response:
        """The whole file of a frozen figure, with the facts that prove it."""
        return Response(as_json(get_object_or_404(Snapshot, pk=pk)))
