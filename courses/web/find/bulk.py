"""/staff/bulk/<number>/: rows that were chosen, from what is to be done to them to having it undone."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.bulk.choosing import choose, undo
from courses.actions.bulk.deciding import apply, drop, say
from courses.actions.bulk.working import work_now
from courses.enums import ListName
from courses.models import BulkAct, BulkAction, BulkState, Funder
from courses.queries.find import bulk as queries
from courses.queries.find.lists import LISTS
from courses.tasks import work_on_bulk_actions
from courses.web import words
from courses.web.find import bulk_tables as tables
from courses.web.find.forms import FORMS, ActForm, ReasonForm
from courses.web.find.saved import list_url
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.web.search import first_words
from lms.web.tables import Table, paged
from lms.web.views import PageView, show_refusal

PAGE = 50


class ChooseView(PageView):
    """Fixes the rows that a list's form has ticked, or all that fit its filters."""

    allowed = staticmethod(rules.may_act_in_bulk)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["listing"] not in ListName.values:
            raise Http404
        listing, said = ListName(kwargs["listing"]), request.POST
        one = LISTS[listing]
        values = one.known(said.dict(), one.options())[0]
        ticked = [int(pk) for pk in said.getlist("tick") if pk.isdecimal() and len(pk) < 19]
        try:
            action = choose(
                listing=listing,
                values=values,
                text=first_words(said.get("q", "")),
                ticked=None if said.get("which") == "all" else ticked,
                by=self.request.user,
            )
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return HttpResponseRedirect(f"{list_url(listing)}?{back_to(values)}")
        return redirect("staff-bulk", pk=action.pk)


def back_to(values: dict[str, str]) -> str:
    return urlencode(values) or "all=1"


class BulkPage(PageView):
    """The same address from the choice to the undoing, so that looking again is enough."""

    allowed = staticmethod(rules.may_act_in_bulk)
    page_title = gettext_lazy("Many rows at once")
    template_name = "courses/find/bulk.html"

    @cached_property
    def action(self) -> BulkAction:
        return get_object_or_404(queries.all_of_them(), pk=self.kwargs["pk"])

    @property
    def forms(self) -> dict[BulkAct, type[ActForm]]:
        return FORMS[ListName(self.action.listing)]

    @cached_property
    def act(self) -> BulkAct:
        """The one that the address or the form names, else the one that was said, else the first."""
        asked = self.request.POST.get("act") or self.request.GET.get("act") or self.action.act
        return BulkAct(asked) if asked in self.forms else next(iter(self.forms))

    def get_page_title(self) -> str:
        named = {"number": self.action.pk, "what": tables.what(self.action) or _("rows chosen")}
        return _("No. %(number)s: %(what)s") % named

    def get_crumbs(self) -> list[tuple[Any, str]]:
        listing = ListName(self.action.listing)
        done = (_("What was done at once"), reverse("staff-bulk-actions"))
        return [(listing.label, list_url(listing)), done]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "say" in request.POST:
            return self.say()
        if "undo" in request.POST:
            return self.undo()
        try:
            self.decide()
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect("staff-bulk", pk=self.action.pk)

    def say(self) -> HttpResponse:
        form = self.forms[self.act](self.request.POST)
        if form.is_valid():
            try:
                reason = form.cleaned_data["reason"]
                say(action=self.action, act=self.act, said=form.said(), reason=reason, by=self.request.user)
                return self.under_way(self.action)
            except Refused as refusal:
                show_refusal(form, refusal)
        return self.render(form=form)

    def undo(self) -> HttpResponse:
        form = ReasonForm(self.request.POST, auto_id="undo_%s")
        if form.is_valid():
            try:
                made = undo(action=self.action, reason=form.cleaned_data["reason"], by=self.request.user)
                return self.under_way(made)
            except Refused as refusal:
                show_refusal(form, refusal)
        return self.render(undo_form=form)

    def decide(self) -> None:
        said, by = self.request.POST, self.request.user
        if "apply" in said:
            without = said["apply"] == "without"
            digest = said.get("digest", "").replace("\0", "")
            apply(action=self.action, digest=digest, without_refused=without, by=by)
            self.under_way(self.action)
        elif "drop" in said:
            drop(action=self.action, by=by)

    def under_way(self, action: BulkAction) -> HttpResponse:
        """Few rows are worked on at once; a worker finds the others."""
        work_now(action)
        nudge(work_on_bulk_actions)
        return redirect("staff-bulk", pk=action.pk)

    def get_context(self) -> dict[str, Any]:
        action = self.action
        state = BulkState(action.state)
        may_say = state in BulkState.to_say() and action.undoes_id is None
        return {
            "action": action,
            "state": state.value,
            "listing": ListName(action.listing).label,
            "chosen": words.when_and_who(action.chosen_at, action.chosen_by),
            "decided": words.when_and_who(action.decided_at, action.decided_by),
            "under_way": state in BulkState.under_way(),
            "may_drop": state in BulkState.to_drop(),
            "able": action.total - action.refused,  # type: ignore[attr-defined]  # annotated
            "acts": [(act.value, act.label, act == self.act) for act in self.forms] if may_say else [],
            "form": self.blank() if may_say else None,
            "asks": "act" in self.request.GET or not action.digest,
            "funders": Funder.objects.values_list("name", flat=True) if may_say else [],
            "undo_form": ReasonForm(auto_id="undo_%s") if state == BulkState.APPLIED else None,
            "drifted": self.drifted() if may_say else None,
            **self.tables(),
        }

    def blank(self) -> ActForm:
        return self.forms[self.act]()

    def drifted(self) -> tuple[int, int] | None:
        """What the filters would choose otherwise by now; of words nothing is kept to ask again by."""
        action = self.action
        if not action.all_that_fit or action.searched:
            return None
        one = LISTS[ListName(action.listing)]
        values, gone = one.known(action.values, one.options())
        return None if gone else queries.drifted(action, values)

    def tables(self) -> dict[str, Table]:
        rows, asked = queries.rows_of(self.action), self.request.GET
        if not self.action.digest:
            made = paged(
                rows, lambda some: tables.chosen(some, caption=_("Rows")), asked, key="rows", page_size=PAGE
            )
            return {"rows": made}
        act = self.action.act
        return {
            "rows": paged(
                rows.filter(why_not=""),
                lambda some: tables.changes(act, some, caption=_("Before and after")),
                asked,
                key="rows",
                page_size=PAGE,
            ),
            "refused": paged(
                rows.exclude(why_not=""),
                lambda some: tables.refused(some, caption=_("Cannot be done")),
                asked,
                key="refused",
                page_size=PAGE,
            ),
        }
