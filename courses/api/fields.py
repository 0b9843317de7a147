"""What several resources show alike: references with the network's id and the register's, moments, days."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from lms.kit.clock import today


class Moment(serializers.DateTimeField):
    """An instant in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=dt.UTC, read_only=True, **kwargs)


class ActivityReference(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    register_id = serializers.CharField(allow_null=True)


class PersonReference(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    register_id = serializers.CharField(allow_null=True)


class HotlineReference(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class As(serializers.Serializer[Any]):
    """As whose person somebody took part, on the day of the fact."""

    audience = serializers.CharField()
    hotline = HotlineReference(allow_null=True)
    organisation = serializers.SerializerMethodField()
    country = serializers.CharField(source="country_id", allow_null=True)

    def get_organisation(self, entry: Any) -> str | None:
        """The agency or company, where it is no hotline."""
        return entry.agency.name if entry.agency else None


class Day(serializers.DateField):
    """A date within the years that the ledger may hold."""

    def to_internal_value(self, value: Any) -> dt.date:
        day: dt.date = super().to_internal_value(value)
        if day.year not in YEARS:
            raise serializers.ValidationError(_("This year is none that the ledger holds."))
        return day


class AsOf(Day):
    """A day of the reporting zone that has begun."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, help_text=AS_OF, **kwargs)

    def to_internal_value(self, value: Any) -> dt.date:
        day = super().to_internal_value(value)
        if day > today():
            raise serializers.ValidationError(_("This day is still to come."))
        return day


YEARS = range(1900, 9999)
AS_OF = "As known by the end of this day in the reporting zone; without it as known now."
