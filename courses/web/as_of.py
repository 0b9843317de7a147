"""The date field that shows a page as it was known at the end of an earlier day."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.queries.counts import nothing_known_before
from courses.web import words
from lms.kit import clock


def not_to_come(day: dt.date) -> None:
    """The one rule of every date field for an earlier day: what is still to come nobody knows."""
    if day > clock.today():
        raise ValidationError(_("This day is still to come."))


class AsOfForm(forms.Form):
    as_of = forms.DateField(
        label=gettext_lazy("As known at the end of"),
        validators=[not_to_come],
        required=False,
        help_text=gettext_lazy("Leave empty for everything recorded until now."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @classmethod
    def asked(cls, query: QueryDict) -> "AsOfForm":
        """A form that is bound only when a date was asked for, so that no field starts out wrong."""
        form = cls(query if "as_of" in query else None)
        form.is_valid()
        return form

    @property
    def day(self) -> dt.date | None:
        """The day asked for; None for now, for today, and for what is no date that was."""
        day: dt.date | None = self.cleaned_data.get("as_of") if self.is_bound else None
        return day if day and day < clock.today() else None

    @property
    def moment(self) -> dt.datetime | None:
        return clock.known_by(self.day)

    def context(self) -> dict[str, Any]:
        """``as_of`` and, where an earlier day is shown, ``as_of_note`` that says what it means."""
        return {"as_of": self, "as_of_note": self._note()}

    def _note(self) -> str:
        if self.day is None:
            return ""
        shown = {"day": words.day(self.day)}
        if nothing_known_before(clock.end_of(self.day)):
            return _("Nothing was recorded yet on %(day)s: the ledger begins later.") % shown
        return (
            _("This had been recorded by the end of %(day)s. Imported history is known from its import on.")
            % shown
        )
