"""/staff/figures/freeze/: what would be frozen is shown first, and nothing else is frozen then."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.snapshots import freeze
from courses.kinds.figures import Definition
from courses.kinds.figures.proof import Content
from courses.models import Snapshot
from courses.queries.counts.statements import statements
from courses.queries.snapshots.behind import content, read_counts
from courses.queries.snapshots.definitions import of_question, of_statement
from courses.web.counts.asking import AskForm
from courses.web.counts.facts import asked_code
from courses.web.counts.refusing import refused
from courses.web.figures import words as figures
from lms.web.tables import Header, Table, paged, simple
from lms.web.views import FormPage

PAGE_SIZE = 100


class FreezeForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("As it is called where it is published. No names of people."),
    )
    place = forms.CharField(
        label=gettext_lazy("Where it is published"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("A report and its page, or an address. It can be added later."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What a later reader should know. No names of people."),
    )


class FreezePage(FormPage):
    """The address carries the question, as that of the counts page does, or names a statement."""

    allowed = staticmethod(rules.may_freeze_figures)
    page_title = gettext_lazy("Freeze this figure")
    template_name = "courses/figures/freeze.html"
    form_class = FreezeForm
    submit_label = gettext_lazy("Freeze it")
    success_message = gettext_lazy(
        "Frozen. It never changes from here on; what comes later is shown beside it."
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.asked = AskForm(request.GET)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.wrong() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.wrong() or super().post(request, *args, **kwargs)

    def wrong(self) -> HttpResponse | None:
        """400 for what is no question, and for one about an earlier day: a figure is frozen as it is now."""
        if "statement" in self.request.GET:
            return None
        if self.asked.is_valid() and self.asked.question().moment:
            self.asked.add_error(
                "as_of", _("A figure is frozen as it is known now, not as of an earlier day.")
            )
        return None if self.asked.is_valid() else refused(self.request, self.asked)

    @cached_property
    def definition(self) -> Definition:
        asked = self.request.GET.get("statement")
        if asked is not None:
            known = dict(enumerate(statements()))
            if not asked.isdecimal() or len(asked) > 4 or int(asked) not in known:
                raise Http404
            return of_statement(known[int(asked)])
        count = self.request.GET.get("count")
        question = self.asked.question().broken_down_by(self.asked.cleaned_data.get("by") or None)
        return of_question(question, asked_code(count)[0] if count else None)

    @cached_property
    def content(self) -> Content:
        return content(self.definition)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"title": self.definition.title}}

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        self.made: Snapshot = freeze(
            definition=self.definition,
            title=said["title"],
            note=said["note"],
            place=said["place"],
            seen=self.request.POST.get("seen", ""),
            by=self.request.user,
        )

    def get_success_url(self) -> str:
        return reverse("staff-figure", args=[self.made.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Published figures"), reverse("staff-figures"))]

    def get_context(self) -> dict[str, Any]:
        facts = self.content.facts
        return super().get_context() | {
            "about": figures.about(self.definition),
            "table": paged(
                self.content.counts, self._table, self.request.GET, key="numbers", page_size=PAGE_SIZE
            ),
            "entries": len(facts["entries"]),
            "activities": len(facts["activities"]),
            # After a refusal the page shows the numbers anew, and these are what was seen from then on.
            "seen": self.content.digest(None),
            "cancel_url": reverse("staff-counts"),
        }

    def _table(self, shown: Any) -> Table:
        numbers = read_counts(shown)
        labels = figures.Labels(self.definition, numbers)
        rows = [[labels.of(key), number] for key, number in numbers.items()]
        return simple(
            _("What would be frozen"), [Header(_("Count")), Header(_("Number"), numeric=True)], rows
        )
