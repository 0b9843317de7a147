"""The check before and after a gathering: its questions, what is open, what it showed, and the links."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rules
from courses.actions.checks import Written, add_question, remove_question, set_phase, take_questions
from courses.actions.links import make_links, renew_link, renew_unreadable
from courses.enums import CheckPhase
from courses.exports.qr import svg
from courses.kinds.questions import kind_of
from courses.models import Check, PersonalLink
from courses.queries.checks import Results, questions_for, results_of
from courses.queries.links import links_of, token_of
from courses.web import words
from courses.web.gatherings.base import KeptPage, times
from lms.kit.errors import Refused
from lms.people.mail import address
from lms.web.charts import Plot, Series, columns
from lms.web.tables import Header, Pager, Table, simple
from lms.web.tables import address as address_with
from lms.web.views import RefuseMixin

RIGHT = "*"
# Each has a picture that is drawn when it is asked for.
LINKS_ON_A_PAGE = 60


class QuestionForm(forms.Form):
    prompt = forms.CharField(
        label=gettext_lazy("What is asked"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    options = forms.CharField(
        label=gettext_lazy("Options"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("A line each. Begin those that are right with an asterisk (*)."),
    )

    def written(self) -> Written:
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        options = [(line.removeprefix(RIGHT).strip(), line.startswith(RIGHT)) for line in lines]
        return Written(self.cleaned_data["prompt"].strip(), options)


class CheckPage(RefuseMixin, KeptPage):
    """``phase`` opens and closes; ``add``, ``take`` and ``remove`` are about the questions."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Check before and after")
    template_name = "courses/gatherings/check.html"

    @cached_property
    def check(self) -> Check | None:
        return Check.objects.filter(activity=self.activity).first()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "add" in request.POST:
            form = QuestionForm(request.POST)
            if not (form.is_valid() and self.attempt(form, lambda: self.add(form))):
                return self.render(form=form)
            return redirect(f"{request.path}#questions")
        try:
            self.change(request)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect(request.path)

    def add(self, form: QuestionForm) -> None:
        add_question(activity=self.activity, written=form.written(), by=self.request.user)

    def change(self, request: HttpRequest) -> None:
        sent, by = request.POST, self.request.user
        if "phase" in sent:
            phase = sent["phase"] if sent["phase"] in CheckPhase.values else ""
            set_phase(activity=self.activity, phase=phase, by=by)
        elif "take" in sent:
            chosen = [int(pk) for pk in sent.getlist("chosen") if pk.isdecimal() and len(pk) < 19]
            take_questions(activity=self.activity, chosen=chosen, by=by)
        elif sent.get("remove", "").isdecimal():
            remove_question(activity=self.activity, question=int(sent["remove"][:18]), by=by)

    def get_context(self) -> dict[str, Any]:
        check = self.check
        results = results_of(check) if check else Results(0, 0, [])
        answered = results.before + results.after
        asked = list(check.questions.all()) if check else []
        return {
            "check": check,
            "asked": [(one, options_of(one.kind, one.data)) for one in asked],
            "is_fixed": answered > 0,
            "results": results,
            "chart": chart(results) if results.is_shown else None,
            "answered": answered_table(results),
            "pool": [] if answered else list(questions_for(self.request.user)[:200]),
            "form": QuestionForm(),
            "phases": [("", _("Close both")), *((one.value, opens(one)) for one in CheckPhase)],
            "links_url": reverse("gathering-links", args=[self.version.activity_id]),
        }


def opens(phase: CheckPhase) -> str:
    return _("Open the check before") if phase == CheckPhase.BEFORE else _("Open the check after")


def options_of(kind: str, data: dict[str, Any]) -> list[tuple[str, bool]]:
    """Each option with whether it is right."""
    return [(line.text, line.right) for line in kind_of(kind).feedback(data, None)]


def answered_table(results: Results) -> Table:
    headers = [Header(_("Check")), Header(_("Answered by"), numeric=True)]
    rows = [[_("before"), results.before], [_("after"), results.after]]
    return simple(_("How many have answered"), headers, rows)


def chart(results: Results) -> Plot:
    """Means before and after, question by question; the table beneath has the same figures."""
    names = [_("Question %(n)s") % {"n": one.question.position} for one in results.asked]
    series = [
        Series(_("before (%(n)s answers)") % {"n": results.before}, [one.before for one in results.asked]),
        Series(_("after (%(n)s answers)") % {"n": results.after}, [one.after for one in results.asked]),
    ]
    summary = _("Mean share of the points, in per cent. Not the same people have to have answered both.")
    return columns(_("Before and after, by question"), names, series, summary=summary)


class LinksPage(KeptPage):
    """A sheet to print and cut up, or to send from: a link for each person on the list."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Links of those who take part")
    template_name = "courses/gatherings/links.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.change(request)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect(request.path)

    def change(self, request: HttpRequest) -> None:
        by = self.request.user
        if request.POST.get("renew", "").isdecimal():
            found = PersonalLink.objects.filter(participation__activity=self.activity)
            link = get_object_or_404(found, pk=int(request.POST["renew"][:18]))
            renew_link(link=link, by=by)
            messages.success(request, _("There is a new link; the old one opens nothing any more."))
            return
        made = make_links(activity=self.activity, by=by) + renew_unreadable(activity=self.activity, by=by)
        text = ngettext("%(n)s link was made.", "%(n)s links were made.", made)
        messages.success(request, text % {"n": made})

    def get_context(self) -> dict[str, Any]:
        page = Paginator(links_of(self.activity), LINKS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        links = [(link, token) for link in page if (token := token_of(link))]
        return {
            "times": times(self.version)[:1],
            "slips": [slip(link, token) for link, token in links],
            "pager": pager_of(page, self.request.GET) if page.has_other_pages() else None,
            "cancel_url": self.room_url,
        }


def pager_of(page: Page[PersonalLink], asked: QueryDict) -> Pager:
    before = address_with(asked, page=page.previous_page_number()) if page.has_previous() else ""
    after = address_with(asked, page=page.next_page_number()) if page.has_next() else ""
    return Pager(page.start_index(), page.end_index(), page.paginator.count, before, after)


def slip(link: PersonalLink, token: str) -> dict[str, Any]:
    person = link.participation.person
    url = address("check-by-link", token)
    return {
        "pk": link.pk,
        "who": words.named(person) if person else "",
        "url": url,
        "expires_at": link.expires_at,
        "qr": svg(url),
    }
