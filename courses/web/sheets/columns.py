"""What the columns of a sheet are. Of a source that is known only new ones are asked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.sheets.saying import say_columns
from courses.kinds.sheets import DATES, Plan, seems, suggested
from courses.models import Activity, ActivityVersion
from courses.queries import sheets as queries
from courses.queries.find.searching import activities_found
from courses.queries.sheets import Lines
from courses.tasks import work_on_sheets
from courses.web.sheets import words
from courses.web.sheets.base import OfSheet
from courses.web.sheets.forms import ColumnsForm
from lms.kit.tasks import nudge
from lms.web.htmx import see_other
from lms.web.search import first_words
from lms.web.views import FormPage

SEARCH = "search"


class ColumnsPage(OfSheet, FormPage):
    """The button beside the search shows activities and keeps what was chosen; the other one goes on."""

    allowed = staticmethod(rules.may_import_registers)
    page_title = gettext_lazy("What its columns are")
    template_name = "courses/sheets/columns.html"
    form_class = ColumnsForm
    submit_label = gettext_lazy("Go on to its people")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.elsewhere() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if elsewhere := self.elsewhere():
            return elsewhere
        if SEARCH in request.POST:
            return self.render(form=self.as_typed())
        return super().post(request, *args, **kwargs)

    def elsewhere(self) -> HttpResponse | None:
        """Where nothing of this can be said now."""
        if queries.may_change(self.sheet):
            return None
        messages.info(self.request, _("Its columns cannot be said now: this is where it stands."))
        return see_other(self.request, self.sheet_url)

    @cached_property
    def lines(self) -> Lines:
        return Lines.of(self.sheet)

    @cached_property
    def known(self) -> dict[str, str]:
        """What was said of columns of this name before: of this sheet, or of its source."""
        remembered = self.sheet.source.plan.get("columns", {}) if self.sheet.source else {}
        return {**remembered, **self.sheet.plan.get("columns", {})}

    @cached_property
    def plan(self) -> Plan:
        samples, found = self.lines.samples(), self.lines.labels()
        said = {label: self.known[label] for label in found if label in self.known}
        columns = {**suggested(found, samples), **said}
        remembered = self.sheet.plan or (self.sheet.source.plan if self.sheet.source else {})
        plan = Plan.of({**remembered, "columns": columns})
        if plan.order:
            return plan
        dates = [
            line[place].strip()
            for place, label in enumerate(found)
            for line in samples
            if columns[label] in DATES and place < len(line)
        ]
        return Plan.of({**plan.as_json(), "order": seems(dates)})

    @cached_property
    def chosen(self) -> int | None:
        """The activity that is chosen, by its key."""
        sent = self.request.POST.get("activity", "")
        return int(sent) if sent.isdecimal() and len(sent) < 18 else self.sheet.activity_id

    @cached_property
    def activities(self) -> list[ActivityVersion]:
        return activities_found(first_words(self.request.POST.get("asked", "")), also=self.chosen)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "initial": {**self.plan.as_json(), "activity": self.chosen},
            "plan": self.plan,
            "known": [label for label in self.known if label in self.plan.columns],
            "samples": self.lines.samples(),
            "activities": self.activities,
        }

    def as_typed(self) -> ColumnsForm:
        """What stands in the form, as the beginning of the same form: nothing of it is judged yet."""
        kwargs = self.get_form_kwargs()
        typed = {name: value for name, value in self.request.POST.items() if name != "csrfmiddlewaretoken"}
        form = ColumnsForm(**{**kwargs, "initial": {**typed, "everybody": "everybody" in typed}})
        for name in form.fields:
            if name.startswith("column-") and name in typed:
                form.fields[name].initial = typed[name]
        return form

    def act(self, form: ColumnsForm) -> None:
        chosen = form.cleaned_data.get("activity")
        say_columns(
            sheet=self.sheet,
            plan=form.plan(),
            activity=Activity.objects.get(pk=chosen) if chosen else None,
            by=self.request.user,
        )
        nudge(work_on_sheets)

    def get_success_url(self) -> str:
        return self.sheet_url

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "sheet": self.sheet,
            "header": self.lines.header,
            "told": words.unexplained(self.sheet.found.get("unexplained", {})),
            "asked": self.request.POST.get("asked", ""),
            "finds_none": SEARCH in self.request.POST
            and all(one.activity_id == self.chosen for one in self.activities),
            "cancel_url": self.sheet_url,
        }
