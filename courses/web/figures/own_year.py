"""/hotline/<pk>/year/<year>/: a manager looks at the hotline's year, and confirms or corrects it."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.hotline_years import ask_correction, confirm_year, reopen_year
from courses.kinds.figures import Key
from courses.kinds.figures.proof import Content
from courses.models import YearWord
from courses.queries.counts import Code
from courses.queries.counts.counting import settled_now
from courses.queries.snapshots.behind import read_counts
from courses.queries.snapshots.since import since
from courses.queries.snapshots.years import (
    content_of_year,
    corrections,
    definition_of_year,
    is_over,
    last_word,
    question_of_year,
    state_of,
    still_holds,
)
from courses.web import words
from courses.web.counts.facts import asked_code, opened
from courses.web.figures import changes
from courses.web.figures import words as figures
from courses.web.figures.of_year import OfYear
from courses.web.hotline_training import OfOwnHotline
from lms.web.tables import Cell, Header, Table, paged, simple
from lms.web.views import FormPage

PAGE_SIZE = 50


class OfOwnYear(OfYear, OfOwnHotline, abstract=True):
    """A page of one year of a hotline, for its managers."""

    @property
    def url(self) -> str:
        return reverse("own-year", args=[self.hotline.pk, self.year])


class OwnYearPage(OfOwnYear, FormPage):
    """Counted by the code of the network's counts; a constant number of queries."""

    template_name = "courses/figures/own_year.html"
    form_class = forms.Form
    submit_label = gettext_lazy("Confirm this year")
    success_message = gettext_lazy("Confirmed. Thank you.")

    def get_page_title(self) -> str:
        return _("%(hotline)s in %(year)s") % {"hotline": self.hotline.name, "year": self.year}

    @cached_property
    def content(self) -> Content:
        return content_of_year(self.hotline, self.year)

    @cached_property
    def word(self) -> YearWord | None:
        return last_word(self.hotline, self.year)

    def act(self, form: Any) -> None:
        seen = self.request.POST.get("seen", "")
        confirm_year(hotline=self.hotline, year=self.year, seen=seen, by=self.request.user)

    def get_success_url(self) -> str:
        return self.url

    def get_context(self) -> dict[str, Any]:
        word = self.word
        confirmed = word if word and word.confirms else None
        changed = confirmed is not None and not still_holds(confirmed, self.content)
        asked = self.request.GET
        return super().get_context() | {
            "hotline": self.hotline,
            "year": self.year,
            "year_chips": self.year_chips(lambda year: reverse("own-year", args=[self.hotline.pk, year])),
            "over": is_over(self.year),
            "seen": self.content.digest(None),
            "word": word,
            "confirmed": confirmed,
            "changed": changed,
            "confirmed_by": words.who(word.recorded_by) if word else "",
            "counts": self._counts(read_counts(confirmed.counts) if confirmed and changed else None),
            "changes": self._changes(confirmed) if confirmed and changed else None,
            "corrections": paged(
                corrections().filter(hotline=self.hotline, year=self.year),
                _corrections_table,
                asked,
                key="corrections",
                page_size=PAGE_SIZE,
            ),
        }

    def _counts(self, before: dict[Key, int] | None) -> Table:
        """The numbers, and beside them those that were confirmed where they differ."""
        now = read_counts(self.content.counts)
        keys = sorted({*now, *(before or {})})
        labels = figures.Labels(definition_of_year(self.hotline, self.year), keys)
        headers = [Header(_("Count"))]
        headers += [Header(_("Confirmed"), numeric=True)] if before is not None else []
        headers.append(Header(_("Now"), numeric=True))
        rows = []
        for key in keys:
            number = now.get(key, 0)
            confirmed = [before.get(key, 0)] if before is not None else []
            url = f"{self.url}facts/?count={key.code}" if number else ""
            rows.append([labels.of(key), *confirmed, Cell(number, url, True)])
        return simple(_("Counts of the year"), headers, rows)

    def _changes(self, confirmed: YearWord) -> Table:
        definition = definition_of_year(self.hotline, self.year)
        told = since(definition, confirmed.moment, settled_now())
        labels = figures.Labels(definition, sorted({*told.before, *told.now}))
        return paged(
            told.changes,
            lambda shown: changes.table(shown, labels, own=self.hotline),
            self.request.GET,
            key="since",
            page_size=PAGE_SIZE,
        )


def _corrections_table(shown: Any) -> Table:
    headers = [_("Asked"), _("What is not right"), _("State"), _("Answer")]
    rows = [[words.reader_time(one.recorded_at), one.text, state_of(one).label, one.answer] for one in shown]
    return simple(_("The latest first"), [Header(label) for label in headers], rows)


class OwnYearFactsPage(OfOwnYear):
    """The own people's facts behind one number of the year."""

    template_name = "courses/counts/facts.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.code: Code
        self.code, self.kind = asked_code(request.GET.get("count", ""))
        return self.render()

    def get_page_title(self) -> str:
        key = Key(1, str(self.code))
        return figures.Labels(definition_of_year(self.hotline, self.year), [key]).of(key)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (str(self.year), self.url)]

    def get_context(self) -> dict[str, Any]:
        found = opened(self.code, question_of_year(self.hotline, self.year), self.request.GET)
        rows = [changes.unlinked(row) for row in found["table"].rows]
        return found | {
            "about": [(_("Hotline"), self.hotline.name), (_("Year"), str(self.year))],
            "table": replace(found["table"], rows=rows),
        }


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is not right"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Which training, which date, how many people. No case details and no addresses belong here."
        ),
    )


class CorrectionPage(OfOwnYear, FormPage):
    page_title = gettext_lazy("Ask for a correction")
    form_class = CorrectionForm
    submit_label = gettext_lazy("Send it to INHOPE staff")
    success_message = gettext_lazy("Sent. The answer will be on this page.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (str(self.year), self.url)]

    def act(self, form: Any) -> None:
        text = form.cleaned_data["text"]
        ask_correction(hotline=self.hotline, year=self.year, text=text, by=self.request.user)

    def get_success_url(self) -> str:
        return self.url

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.url}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept beside the confirmation. No names and no case details."),
    )


class ReopenPage(OfOwnYear, FormPage):
    page_title = gettext_lazy("Open the year again")
    form_class = ReasonForm
    submit_label = gettext_lazy("Open it again")
    success_message = gettext_lazy("The year is open again. What was confirmed stays on record.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (str(self.year), self.url)]

    def act(self, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        reopen_year(hotline=self.hotline, year=self.year, reason=reason, by=self.request.user)

    def get_success_url(self) -> str:
        return self.url

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.url}
