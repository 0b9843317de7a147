"""/api/v1/participations/: what stands of persons and head counts at activities, to read and to write."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from courses import rules
from courses.actions.participation_lines import Sent, bring_participations
from courses.api.fields import ActivityReference, As
from courses.api.lines import LineBody, Lines, SentItem, refused, sent_item
from courses.enums import Stage
from courses.models import Entry, Participation
from courses.queries import readable
from lms.people.enums import TokenScope
from lms.web.api.paging import PageQuery
from lms.web.api.views import ApiView, DetailView, ListView


class Who(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    register_id = serializers.CharField(allow_null=True)
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    code = serializers.CharField(source="pseudonym.code", default=None, allow_null=True)


class ParticipationItem(serializers.Serializer[Any]):
    """Audience, hotline, organisation and country are those of the last stage."""

    id = serializers.IntegerField()
    activity = ActivityReference()
    person = Who(allow_null=True, help_text="Null for a head count.")
    counted_as = serializers.SerializerMethodField()
    headcount = serializers.SerializerMethodField()
    enrolled_on = serializers.SerializerMethodField()
    attended = serializers.SerializerMethodField(help_text="Null where nobody said yes or no.")
    completed_on = serializers.SerializerMethodField()

    @extend_schema_field(As)
    def get_counted_as(self, one: Participation) -> Any:
        return As(last(one)).data

    def get_headcount(self, one: Participation) -> int:
        return last(one).headcount

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_enrolled_on(self, one: Participation) -> Any:
        return day(at(one, Stage.ENROLLED))

    def get_attended(self, one: Participation) -> bool | None:
        entry = at(one, Stage.ATTENDED)
        return None if entry is None else not entry.absent

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_completed_on(self, one: Participation) -> Any:
        return day(at(one, Stage.COMPLETED))


def at(one: Any, stage: Stage) -> Entry | None:
    """What stands at a stage."""
    return next((entry for entry in one.facts if entry.stage == stage), None)


def stands(one: Any) -> bool:
    """Whether anything still does: all of it may be taken back between two reads."""
    return bool(one.facts)


def last(one: Participation) -> Entry:
    found = at(one, Stage.COMPLETED) or at(one, Stage.ATTENDED) or at(one, Stage.ENROLLED)
    if found is None:
        raise ValueError("Nothing stands of this participation.")
    return found


def day(entry: Entry | None) -> str | None:
    return entry.happened_on.isoformat() if entry and entry.happened_on else None


class ParticipationsQuery(PageQuery):
    activity = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="Its id.")
    person = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="Its id.")


class ParticipationsView(ListView):
    """What stands of each person, and of each head count, at each activity."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = ParticipationItem
    query = ParticipationsQuery

    def rows(self) -> QuerySet[Participation]:
        wanted = {name: self.asked[name] for name in ("activity", "person") if name in self.asked}
        return readable.participations(self.login).filter(**wanted)

    def shown(self, found: list[Participation]) -> list[Participation]:
        return [one for one in found if stands(one)]


class ParticipationView(DetailView):
    """One participation by its id."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = ParticipationItem

    def found(self) -> Participation:
        one = get_object_or_404(readable.participations(self.login), pk=self.kwargs["pk"])
        if not stands(one):
            raise Http404
        return one


class Writing(ApiView, abstract=True):
    """Writes are an import of a register: whoever may bring one in."""

    allowed = staticmethod(rules.may_import_registers)
    scope = TokenScope.WRITE

    def bring(self, lines: list[dict[str, str]]) -> Sent:
        """Raises Unprocessable with the import's own reasons, and nothing is changed."""
        sent = bring_participations(lines=lines, by=self.login, token=self.token)
        if sent.outcome.rejections:
            raise refused(sent)
        return sent


class LineView(Writing):
    """One participation by the register's ids, as a line of participations.csv has it."""

    @extend_schema(request=LineBody, responses={200: SentItem, 201: SentItem})
    def put(self, request: Request, activity: str, person: str) -> Response:
        """Say all of one participation: what the line leaves blank, no line says any more."""
        body = LineBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = self.bring([body.cells | {"activity_id": activity, "person_id": person}])
        made = sent.outcome.tallies["participations.csv"].created
        return Response(sent_item(sent), status=status.HTTP_201_CREATED if made else status.HTTP_200_OK)


class UpsertView(Writing):
    """Up to a thousand lines, all of them or none."""

    @extend_schema(request=Lines, responses={200: SentItem})
    def post(self, request: Request) -> Response:
        """Bring up to a thousand participations and head counts in line, all of them or none."""
        body = Lines(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(sent_item(self.bring(body.cells)))
