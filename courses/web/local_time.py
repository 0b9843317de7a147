"""Days and times on the wall of a place, as forms ask for them."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lms.kit import clock

# What lies outside is a slip of the keys; at the ends of the calendar nothing could be counted on or back.
FIRST_YEAR, LAST_YEAR = 1990, 2199


class LocalTimeField(forms.Field):
    """A day and a time without a zone, as a naive datetime; the form has the zone beside it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        try:
            found = dt.datetime.fromisoformat(str(value).strip()).replace(tzinfo=None)
        except ValueError:
            raise ValidationError(
                _("Give a date and a time, such as 2026-03-02T09:00."), code="invalid"
            ) from None
        of_our_time(found)
        return found

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat(timespec="minutes") if isinstance(value, dt.datetime) else value


def of_our_time(day: dt.date) -> None:
    """A validator: raises ValidationError for a year that cannot be meant."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Look at the year: %(year)s is not meant.") % {"year": day.year})


def wall(moment: dt.datetime | None, zone: str) -> dt.datetime | None:
    """A UTC instant as the clock on the wall of a zone has it, without an offset; for such a field.

    Where no zone is known ('') by the reporting zone.
    """
    return moment.astimezone(clock.zone_or_reporting(zone)).replace(tzinfo=None) if moment else None
