"""/checkins/history/: the check-ins somebody kept. Words are asked for each time and kept nowhere."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from lms.kit.errors import Refused
from lms.people.actions.own_keys import open_keys
from lms.people.queries.own_keys import are_lost, has_words
from lms.web.accounts.words import WordsField
from lms.web.bands import Bands, Question, bands
from lms.web.views import PageView, show_refusal
from welfare import exports, rules
from welfare.actions.sealed import erase_all, erase_week
from welfare.kinds import pulse
from welfare.kinds.kept import CheckIn, weeks_between
from welfare.kinds.periods import in_words
from welfare.queries.sealed import kept_by, opened, weeks_of

# What the words' own form may ask for beside the page: how it is made, and its kind.
FILES: dict[str, tuple[Callable[[Sequence[CheckIn]], str], str]] = {
    "csv": (exports.csv_of, "text/csv; charset=utf-8"),
    "json": (exports.json_of, "application/json"),
}


class ReadForm(forms.Form):
    words = WordsField(label=gettext_lazy("Your six words"))


class OwnHistory(PageView, abstract=True):
    """Nothing typed here is repeated in an error's report."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Looking back")

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]


class HistoryPage(OwnHistory):
    """Which weeks are kept, for their owner's login; what was answered, for who enters the words too."""

    template_name = "welfare/history.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.closed(ReadForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ReadForm(request.POST)
        if not form.is_valid():
            return self.closed(form)
        try:
            private = open_keys(words=form.cleaned_data["words"], by=self.request.user)
        except Refused as refused:
            show_refusal(form, refused)
            return self.closed(form)
        kept = [(one.week, opened(one, private)) for one in kept_by(self.request.user)]
        checkins = [checkin for _week, checkin in kept if checkin]
        if (wanted := request.POST.get("export")) in FILES:
            return file_of(checkins, wanted)
        lost = [week for week, checkin in kept if checkin is None]
        return self.opened([week for week, _checkin in kept], checkins, lost)

    def closed(self, form: ReadForm) -> HttpResponse:
        return self.render(form=form, weeks=named([one.week for one in kept_by(self.request.user)]))

    def opened(self, weeks: list[str], checkins: list[CheckIn], lost: list[str]) -> HttpResponse:
        chart = over_weeks(checkins) if checkins else None
        items = [item_of(checkin) for checkin in checkins]
        return self.render(open=True, chart=chart, items=items, weeks=named(weeks), lost_weeks=named(lost))

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        return {"may_keep": rules.may_keep(user), "in_use": has_words(user), "lost": are_lost(user)}


class ErasePage(OwnHistory):
    """Removes one week or all of them, once that was asked for twice and without words: forgetting must
    never depend on remembering.
    """

    http_method_names = ["post"]
    template_name = "welfare/history_erase.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        week = request.POST.get("week", "")
        if not week and "all" not in request.POST:
            raise Http404
        if week and week not in weeks_of(self.request.user):
            raise Http404
        if "sure" not in request.POST:
            return self.render(week=week, name=in_words(week) if week else "")
        if week:
            erase_week(week=week, by=self.request.user)
        else:
            erase_all(by=self.request.user)
        return redirect("checkin-history")


def over_weeks(checkins: Sequence[CheckIn]) -> Bands:
    """The newest first, one at least: a band for each item, in its own words."""
    weeks = weeks_between(checkins[-1].monday, checkins[0].monday)
    answers = {one.week: one.answers for one in checkins}
    questions = [
        Question(item.sentence, item.words, [place_of(answers.get(week, {}).get(item.key)) for week in weeks])
        for item in pulse.ITEMS
    ]
    names = [capfirst(in_words(week)) for week in weeks]
    summary = _("Each line is one sentence, in your own answers. A gap is a week without one.")
    return bands(_("What you answered"), _("Week"), names, questions, summary=summary)


def place_of(answer: str | None) -> int | None:
    return None if answer is None else pulse.PLACES.index(answer)


def item_of(checkin: CheckIn) -> tuple[str, str]:
    """A week's name, and its answers as the text that can be handed on."""
    name = capfirst(in_words(checkin.week))
    return name, "\n".join([name, *pulse.sentences(checkin.answers)])


def named(weeks: Sequence[str]) -> list[tuple[str, str]]:
    """Each week's key with its name in words."""
    return [(week, capfirst(in_words(week))) for week in weeks]


def file_of(checkins: Sequence[CheckIn], kind: str) -> HttpResponse:
    make, content_type = FILES[kind]
    headers = {"Content-Disposition": f'attachment; filename="looking-back.{kind}"'}
    return HttpResponse(make(checkins), content_type=content_type, headers=headers)
