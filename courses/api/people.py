"""/api/v1/people/: persons with their dated affiliations."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses import rules
from courses.api.fields import HotlineReference, PersonReference
from courses.queries import readable
from lms.people.enums import TokenScope
from lms.people.models import Person
from lms.web.api.views import DetailView, ListView


class Tie(serializers.Serializer[Any]):
    audience = serializers.CharField()
    hotline = HotlineReference(allow_null=True)
    organisation = serializers.CharField(source="agency.name", default=None, allow_null=True)
    country = serializers.CharField(source="country_id", allow_null=True)
    from_on = serializers.DateField(allow_null=True)
    until_on = serializers.DateField(allow_null=True)


class PersonItem(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    register_id = serializers.CharField(allow_null=True)
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    code = serializers.CharField(
        source="pseudonym.code", default=None, allow_null=True, help_text="Stands in for a name."
    )
    email = serializers.SerializerMethodField(help_text="For staff; null for everybody else.")
    read_as = serializers.SerializerMethodField(
        help_text="The record that this one is merged into, for staff; null where there is none."
    )
    affiliations = Tie(many=True)

    def get_email(self, person: Person) -> str | None:
        return person.email if rules.may_open_persons(self.context["view"].login) else None

    @extend_schema_field(PersonReference(allow_null=True))
    def get_read_as(self, person: Any) -> Any:
        merges = person.merged_into.all()
        return PersonReference(merges[0].survivor).data if merges else None


class PeopleView(ListView):
    """People, each with the dated affiliations that may be read."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = PersonItem

    def rows(self) -> QuerySet[Person]:
        return readable.persons(self.login)


class PersonView(DetailView):
    """One person."""

    allowed = staticmethod(rules.may_list_training)
    scope = TokenScope.READ
    item = PersonItem

    def found(self) -> Person:
        return get_object_or_404(readable.persons(self.login), pk=self.kwargs["pk"])
