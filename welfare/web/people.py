"""/support/people/: who can be asked to get in touch, kept by welfare officers and seen by nobody else."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.people.models import Hotline, User
from lms.web.views import FormPage, PageView
from welfare import rules
from welfare.actions.supporters import change_supporter, name_supporter, remove_supporter
from welfare.models import Supporter
from welfare.models.wall import as_officer
from welfare.queries.contact import name_of, people
from welfare.web.support_forms import NewSupporterForm, SupporterForm


class PeoplePage(PageView):
    allowed = staticmethod(rules.may_keep_people)
    page_title = gettext_lazy("People to ask")
    template_name = "welfare/support_people.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Messages to me"), reverse("support"))]

    def get_context(self) -> dict[str, Any]:
        with as_officer(self.request.user.pk):
            rows = people()
        known = Hotline.objects.filter(pk__in={row.hotline_id for row, _user in rows})
        hotlines = dict(known.values_list("pk", "name"))
        return {
            "listed": [self.line(row, user, hotlines.get(row.hotline_id or 0, "–")) for row, user in rows]
        }

    def line(self, row: Supporter, user: User | None, hotline: str) -> dict[str, Any]:
        mine = rules.may_keep_people_of(self.request.user, row.hotline_id)
        return {"row": row, "user": user, "name": name_of(user), "hotline": hotline, "mine": mine}


class NewPersonPage(FormPage):
    allowed = staticmethod(rules.may_keep_people)
    page_title = gettext_lazy("Name a person")
    form_class: ClassVar[type[SupporterForm]] = NewSupporterForm

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("People to ask"), reverse("support-people"))]

    def act(self, form: SupporterForm) -> None:
        name_supporter(by=self.request.user, **form.words())

    def get_success_url(self) -> str:
        return reverse("support-people")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


class PersonPage(NewPersonPage):
    """Change what analysts read about somebody, or take the person off the list."""

    allowed = staticmethod(rules.may_keep_people)
    page_title = gettext_lazy("A person to ask")
    template_name = "welfare/support_person.html"
    form_class = SupporterForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"row": self.row}

    @property
    def row(self) -> Supporter:
        with as_officer(self.request.user.pk):
            row = Supporter.objects.filter(pk=self.kwargs["person"]).first()
        if row is None or not rules.may_keep_people_of(self.request.user, row.hotline_id):
            raise Http404
        return row

    def act(self, form: SupporterForm) -> None:
        change_supporter(supporter=self.kwargs["person"], by=self.request.user, **form.words())

    def get_context(self) -> dict[str, Any]:
        user = User.objects.select_related("person").filter(pk=self.kwargs["person"]).first()
        return super().get_context() | {"name": name_of(user), "person": self.kwargs["person"]}


class RemovePersonView(PageView):
    allowed = staticmethod(rules.may_keep_people)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remove_supporter(supporter=kwargs["person"], by=self.request.user)
        return redirect("support-people")
