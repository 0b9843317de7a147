"""What the address of a counts page asks for, checked field by field."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import CountStage, Dimension, Unit
from courses.queries.counts import FILTERS, Question
from courses.queries.counts.definitions import UNITS_OF_STAGE
from courses.queries.counts.question import choices
from courses.web.as_of import not_to_come
from lms.kit.clock import Span, today

NOBODY = "–"


class AskForm(forms.Form):
    """The filters of the page. Anything that is not one is said at its field, and nothing is counted.

    An address may name one dimension several times, which means and; the page itself sets one of each.
    """

    first = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    as_of = forms.DateField(
        label=gettext_lazy("As known at the end of"),
        validators=[not_to_come],
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Leave empty for everything recorded until now."),
    )
    # In the address but not on screen: links set them.
    year = forms.IntegerField(required=False, min_value=1900, max_value=9998, widget=forms.HiddenInput)
    stage = forms.ChoiceField(choices=CountStage, required=False, widget=forms.HiddenInput)
    unit = forms.ChoiceField(choices=Unit, required=False, widget=forms.HiddenInput)
    by = forms.ChoiceField(choices=Dimension, required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.query = query
        for dimension in FILTERS:
            options = [("", _("all")), (NOBODY, _("none given")), *choices(dimension)]
            self.fields[dimension.value] = forms.ChoiceField(
                label=dimension.label.capitalize(), choices=options, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This is before the first day."))
        if bool(first) != bool(last) and not {"first", "last"} & set(self.errors):
            self.add_error("last" if first else "first", _("A span needs both its days."))
        for dimension in FILTERS:
            self._check_all(dimension)
        return cleaned

    def _check_all(self, dimension: Dimension) -> None:
        """The field looks at the last value in the address alone."""
        field = self.fields[dimension.value]
        for value in self.query.getlist(dimension.value)[:-1]:
            try:
                field.clean(value)
            except forms.ValidationError as wrong:
                self.add_error(dimension.value, wrong)

    def sentences(self) -> list[str]:
        """What is wrong with the question, each with the name of its field."""
        return [
            f"{self[name].label}: {message}" for name, messages in self.errors.items() for message in messages
        ]

    def filters(self) -> list[forms.BoundField]:
        return [self[dimension.value] for dimension in FILTERS]

    def where(self) -> tuple[tuple[str, str], ...]:
        """The filters that are set; a dash asks for what has none."""
        asked = [(d.value, value) for d in FILTERS for value in self.query.getlist(d.value) if value]
        return tuple(dict.fromkeys((name, "" if value == NOBODY else value) for name, value in asked))

    def span(self, default_year: int) -> Span:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last:
            return Span(first, last)
        return Span.of_year(self.cleaned_data.get("year") or default_year)

    def question(self, default_year: int | None = None) -> Question:
        """Only of a valid form."""
        return Question(self.span(default_year or today().year), self.cleaned_data.get("as_of"), self.where())

    @property
    def stage_asked(self) -> str:
        return self.cleaned_data.get("stage") or CountStage.ATTENDED

    @property
    def unit_asked(self) -> str:
        """The unit asked for, or the first one of the stage where it has no such unit."""
        units = UNITS_OF_STAGE[CountStage(self.stage_asked)]
        unit = self.cleaned_data.get("unit")
        return unit if unit in units else units[0]

    @property
    def by_asked(self) -> str:
        return self.cleaned_data.get("by") or Dimension.HOTLINE
