"""/api/v1/counts/ and /api/v1/reconcile/: what the commands give, from the same code."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses import rules
from courses.api.fields import YEARS, AsOf, Day
from courses.enums import Dimension
from courses.exports import counts, reconciliation
from courses.queries.counts import Question, UnknownValue
from courses.queries.counts.reconciling import BadDefinition, Definition, reconcile
from courses.queries.readable import hotlines, own_hotlines
from lms.kit.clock import Span
from lms.people.enums import TokenScope
from lms.people.models import User
from lms.web.api.problems import BadQuestion, Unprocessable
from lms.web.api.views import ApiView

MOST_LINES, MOST_FILTERS = 200, 20


class Filter(serializers.CharField):
    """``dimension=value``; a value that is empty asks for none."""

    def to_internal_value(self, data: Any) -> tuple[str, str]:  # type: ignore[override]  # a pair inside
        dimension, separator, value = super().to_internal_value(data).partition("=")
        if not separator:
            raise serializers.ValidationError(_("Write it as dimension=value, as in audience=hotline."))
        return dimension.strip(), value.strip()


class CountsQuery(serializers.Serializer[Any]):
    """The parameters of `manage.py export_training_counts`."""

    year = serializers.IntegerField(required=False, min_value=YEARS.start, max_value=YEARS.stop - 1)
    as_of = AsOf()
    by = serializers.ChoiceField(Dimension.choices, required=False)
    where = serializers.ListField(
        child=Filter(),
        required=False,
        default=list,
        max_length=MOST_FILTERS,
        help_text="dimension=value; several mean and.",
    )

    def get_fields(self) -> dict[str, Any]:
        # “from” is no name in Python.
        days = {name: Day(required=False, help_text="Instead of a year.") for name in ("from", "to")}
        return super().get_fields() | days

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        first, last = asked.get("from"), asked.get("to")
        if ("year" in asked) == bool(first or last) or bool(first) != bool(last):
            raise serializers.ValidationError({"year": _("Give either year, or both from and to.")})
        if first and last and last < first:
            raise serializers.ValidationError({"to": _("This is before the first day.")})
        return asked


class CountItem(serializers.Serializer[Any]):
    """With `by` there is a further key of that name: a hotline's name, a country's code, 2023-05.

    Its value is null for what has none.
    """

    code = serializers.CharField(help_text="kind.stage.unit, as in basic.completed.people")
    value = serializers.IntegerField()


class FilterItem(serializers.Serializer[Any]):
    dimension = serializers.CharField()
    value = serializers.CharField()


class CountsItem(serializers.Serializer[Any]):
    year = serializers.IntegerField(allow_null=True)
    to = serializers.DateField()
    as_of = serializers.DateField()
    timezone = serializers.CharField(help_text="The reporting zone.")
    where = FilterItem(many=True)
    by = serializers.CharField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    definitions = serializers.DictField(child=serializers.CharField())
    counts = CountItem(many=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.DateField()}


WHO_PAID = {Dimension.FUNDER, Dimension.GRANT, Dimension.WORK_PACKAGE}


class CountsView(ApiView):
    """Training counts."""

    allowed = staticmethod(rules.may_ask_counts)
    scope = TokenScope.COUNTS
    query = CountsQuery

    @extend_schema(responses=CountsItem)
    def get(self, request: Request) -> Response:
        """Every count of a year or span that is not zero; a manager's are those of the own hotline's year."""
        try:
            return Response(counts.as_json(counts.state(bounded(question(self.asked), self.login))))
        except UnknownValue as unknown:
            raise BadQuestion([{"field": "where", "detail": str(unknown)}]) from None


def question(asked: dict[str, Any]) -> Question:
    span = Span.of_year(asked["year"]) if "year" in asked else Span(asked["from"], asked["to"])
    return Question(span, asked.get("as_of"), tuple(asked["where"]), asked.get("by"))


def bounded(asked: Question, user: User) -> Question:
    """As whoever asks may have it: a manager's is filtered by the own hotline, as the hotline's year is.

    Raises UnknownValue for another hotline, as for one that there is not, where it is not said which of
    several is meant, and for who paid: that is no manager's page's to tell, whatever the value.
    """
    if own_hotlines(user) is None:
        return asked
    if (asked.filtered_by | {asked.by}) & WHO_PAID:
        raise UnknownValue(_("Who paid is INHOPE staff's to ask."))
    names = {hotline.name for hotline in hotlines(user)}
    named = [value for dimension, value in asked.where if dimension == Dimension.HOTLINE]
    for value in named:
        if value not in names:
            raise UnknownValue(_("No hotline “%(value)s” is known here.") % {"value": value})
    if not named and len(names) > 1:
        raise UnknownValue(_("You manage several hotlines: say which, as in where=hotline=NAME."))
    return asked.for_own_hotline(*(named or names))


class StatedItem(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # no attribute: the metaclass takes it
    count = serializers.CharField()
    where = serializers.DictField(child=serializers.CharField(), required=False)
    published = serializers.IntegerField()


class DefinitionItem(serializers.Serializer[Any]):
    """A published statement, as `manage.py reconcile_counts` reads it."""

    title = serializers.CharField(required=False)
    source = serializers.CharField(required=False)  # type: ignore[assignment]  # no attribute either
    year = serializers.IntegerField(min_value=YEARS.start, max_value=YEARS.stop - 1)
    published = serializers.IntegerField()
    lines = StatedItem(many=True)


class ReconciledLineItem(StatedItem):
    value = serializers.IntegerField()
    people = serializers.IntegerField(allow_null=True)
    unidentified = serializers.IntegerField(allow_null=True)


class ReconciliationItem(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    published = serializers.IntegerField()
    itemised = serializers.IntegerField()
    not_itemised = serializers.IntegerField()
    people = serializers.IntegerField()
    unidentified = serializers.IntegerField()
    lines = ReconciledLineItem(many=True)


class ReconcileView(ApiView):
    """A published statement held against the ledger; nothing is written."""

    allowed = staticmethod(rules.may_read_counts)
    scope = TokenScope.COUNTS

    @extend_schema(request=DefinitionItem, responses={200: ReconciliationItem})
    def post(self, request: Request) -> Response:
        """Hold a published statement against the ledger, line by line. It writes nothing."""
        try:
            definition = Definition.parse(request.data)
            if len(definition.lines) > MOST_LINES:
                raise BadDefinition(_("A statement has %(most)s lines at most.") % {"most": MOST_LINES})
            return Response(reconciliation.as_json(reconcile(definition)))
        except (BadDefinition, UnknownValue) as error:
            raise Unprocessable(str(error), [{"field": "", "detail": str(error)}]) from None
