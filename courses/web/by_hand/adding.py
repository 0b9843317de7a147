"""Adding to an activity's list: somebody looked up among all people, somebody new, or a head count."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.by_hand.facts import add_head_count, add_new_person, add_person
from courses.enums import ActivityStatus
from courses.models import FactChange
from courses.queries.gatherings import organisation_names
from courses.web.by_hand import undo
from courses.web.by_hand.base import OfActivity
from courses.web.by_hand.saying import NewHeadsForm, NewPersonForm, SaidForm
from courses.web.people import places
from lms.people.models import Person
from lms.people.queries.persons import found
from lms.web.search import asked
from lms.web.tables import Cell, Header, Table, address, simple
from lms.web.views import RefuseMixin

FORMS: dict[str, type[forms.Form]] = {"known": SaidForm, "new": NewPersonForm, "heads": NewHeadsForm}
MOST = 20


class AddPage(RefuseMixin, OfActivity):
    """``?q=`` looks people up, ``?person=`` chooses one by number; the button says which form was sent."""

    allowed = staticmethod(rules.may_record_by_hand)
    page_title = gettext_lazy("Add to the list")
    template_name = "courses/by_hand/add.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (_("Who took part, by hand"), self.people_url)]

    @cached_property
    def person(self) -> Person | None:
        number = self.request.GET.get("person", "")
        known = number.isdecimal() and len(number) < 19
        return Person.objects.filter(pk=int(number)).first() if known else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        way = request.POST.get("way", "")
        if way not in FORMS or (way == "known" and self.person is None):
            return redirect(request.path)
        form, made = self.form(way, request.POST), list[FactChange]()
        acts: dict[str, Callable[[Any], FactChange]] = {
            "known": self.add_known,
            "new": self.add_new,
            "heads": self.add_heads,
        }
        if not (form.is_valid() and self.attempt(form, lambda: made.append(acts[way](form)))):
            shown: dict[str, Any] = {way: form}
            return self.render(**shown)
        told = _("Recorded. The next one can follow.")
        undo.tell(request, told, reverse("staff-undo-facts", args=[made[0].pk]))
        return redirect(request.path)

    def form(self, way: str, data: Any = None) -> forms.Form:
        attended = "yes" if self.version.status == ActivityStatus.HELD and self.version.starts_at else ""
        return FORMS[way](data, prefix=way, initial={"attended": attended})

    def add_known(self, form: SaidForm) -> FactChange:
        if self.person is None:
            raise ValueError("Nobody is chosen.")
        return add_person(person=self.person, **self.common(form))

    def add_new(self, form: NewPersonForm) -> FactChange:
        return add_new_person(names=form.names(), **self.common(form))

    def add_heads(self, form: NewHeadsForm) -> FactChange:
        return add_head_count(**self.common(form))

    def common(self, form: Any) -> dict[str, Any]:
        reason = form.cleaned_data["reason"]
        return {"activity": self.activity, "said": form.said(), "reason": reason, "by": self.request.user}

    def get_context(self) -> dict[str, Any]:
        text = asked(self.request)
        return {
            **{way: self.form(way) for way in FORMS},
            "asked": text,
            "person": self.person,
            "found": self.found(text) if text else None,
            "organisations": organisation_names(),
            "people_url": self.people_url,
        }

    def found(self, text: str) -> Table:
        query = self.request.GET.copy()
        people = found(text).order_by("family_name", "given_name", "pk")[:MOST]
        rows = [
            [Cell(one.name, address(query, person=one.pk, q=None)), one.register_id, places(one)]
            for one in people
        ]
        headers = [Header(label) for label in (_("Name"), _("Register id"), _("Today at"))]
        return simple(_("Choose who it is; the first twenty are shown"), headers, rows)
