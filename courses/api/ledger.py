"""/api/v1/ledger/: the entries of the training ledger, with what took them back."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses import rules
from courses.api.fields import ActivityReference, As, AsOf, Moment, PersonReference
from courses.enums import Stage
from courses.models import Entry, Reversal
from courses.models.ledger import EntryQuerySet
from courses.queries import readable
from courses.queries.counts.counting import settle
from lms.kit.clock import known_by
from lms.people.enums import TokenScope
from lms.web.api.paging import PageQuery
from lms.web.api.views import DetailView, ListView


class ReversalItem(serializers.Serializer[Any]):
    recorded_at = Moment(help_text="UTC")
    source_import = serializers.IntegerField(source="source_id", allow_null=True)


class EntryItem(As):
    id = serializers.IntegerField()
    participation = serializers.IntegerField(source="participation_id")
    activity = ActivityReference()
    person = PersonReference(allow_null=True, help_text="Null for a head count.")
    stage = serializers.ChoiceField(Stage.choices)
    ordinal = serializers.IntegerField(help_text="Counts the entries for this stage of the participation.")
    absent = serializers.BooleanField(help_text="An attendance register's “no”, which is never counted.")
    happened_on = serializers.DateField(allow_null=True, help_text="Null for an attendance.")
    headcount = serializers.IntegerField()
    recorded_at = Moment(help_text="UTC")
    source_import = serializers.IntegerField(source="source_id", allow_null=True)
    source_line = serializers.IntegerField(allow_null=True)
    stands = serializers.SerializerMethodField(help_text="Whether nothing has taken it back by then.")
    reversal = serializers.SerializerMethodField()

    def get_stands(self, entry: Entry) -> bool:
        return self._taken_back(entry) is None

    @extend_schema_field(ReversalItem(allow_null=True))
    def get_reversal(self, entry: Entry) -> Any:
        reversal = self._taken_back(entry)
        return ReversalItem(reversal).data if reversal else None

    def _taken_back(self, entry: Entry) -> Reversal | None:
        """What was recorded by then only, as everything else here."""
        moment = known_by(self.context["view"].asked.get("as_of"))
        found: Reversal | None = getattr(entry, "reversal", None)
        return None if found and moment and found.recorded_at >= moment else found


class AsOfQuery(serializers.Serializer[Any]):
    as_of = AsOf()


class LedgerQuery(AsOfQuery, PageQuery):
    activity = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="Its id.")
    person = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="Its id.")
    stage = serializers.ChoiceField(Stage.choices, required=False)


class LedgerView(ListView):
    """Entries in the order in which they were made, those taken back included."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = EntryItem
    query = LedgerQuery

    def rows(self) -> EntryQuerySet:
        wanted = {name: self.asked[name] for name in ("activity", "person", "stage") if name in self.asked}
        return known(self).filter(**wanted)


class EntryView(DetailView):
    """One entry."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = EntryItem
    query = AsOfQuery

    def found(self) -> Entry:
        return get_object_or_404(known(self), pk=self.kwargs["pk"])


def known(view: Any) -> EntryQuerySet:
    """What was known by then; nothing older can appear any more."""
    moment = known_by(view.asked.get("as_of"))
    if moment:
        settle(moment)
    return readable.entries(view.login, moment).select_related(*readable.ENTRY_JOINS)
