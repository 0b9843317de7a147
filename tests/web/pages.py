"""Pages, people and requests for the tests of lms.web; no database is needed."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path
from django_htmx.middleware import HtmxDetails

from lms.config import urls as roof
from lms.kit.errors import Refused
from lms.people.models import Country, Person, User
from lms.web import permissions, tables, views


def ana() -> User:
    """An analyst, unsaved."""
    return User(pk=1, email="ana@hotline.example", person=Person(pk=1, given_name="Ana", family_name="Ruiz"))


def request(
    address: str = "/", *, user: Any = None, data: dict[str, Any] | None = None, **more: Any
) -> HttpRequest:
    """A GET, or a POST where there is data, as the middleware hands it to a view."""
    make = RequestFactory()
    made = make.get(address, **more) if data is None else make.post(address, data, **more)
    made.user = AnonymousUser() if user is None else user
    made.session = {}
    made._messages = FallbackStorage(made)
    made.htmx = HtmxDetails(made)
    made.request_id = "0123456789abcdef"
    return made


def html(response: HttpResponse) -> str:
    return response.content.decode()


def staff_only(user: Any) -> bool:
    return bool(user.email.startswith("staff"))


class StaffPage(views.PageView):
    allowed = staticmethod(staff_only)
    page_title = "Counts"
    template_name = "home/home.html"


class CountryList(views.ListPage):
    allowed = staticmethod(permissions.signed_in)
    page_title = "Countries"
    default_sort = "name"
    page_size = 10
    columns = (
        tables.Column("name", "Country", order=("name",), link=lambda country: f"/countries/{country.code}/"),
        tables.Column("code", "Code", order=("-code",)),
        tables.Column("letters", "Letters", value=lambda country: len(country.name), numeric=True),
    )

    def get_rows(self) -> Any:
        return Country.objects.all()


class ActivityForm(forms.Form):
    title = forms.CharField(help_text="As it stands on the certificate.")
    notes = forms.CharField(required=False, widget=forms.Textarea)


class NewActivity(views.FormPage):
    allowed = staticmethod(permissions.signed_in)
    page_title = "New activity"
    form_class = ActivityForm
    success_message = "Saved."
    refusal: Exception | None = None

    def act(self, form: forms.Form) -> None:
        if self.refusal:
            raise self.refusal

    def get_success_url(self) -> str:
        return "/activities/1/"


class TakenTitle(NewActivity):
    refusal = Refused("That title is taken.", field="title")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("duplicate key (email)=(ana@hotline.example)")


urlpatterns = [
    path("staff/counts/", StaffPage.as_view(), name="staff-counts"),
    path("countries/", CountryList.as_view(), name="countries"),
    path("activities/new/", TakenTitle.as_view(), name="new-activity"),
    path("checkins/<int:number>/", StaffPage.as_view(), name="a-checkin"),
    path("broken/", broken, name="broken"),
    *roof.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    roof.handler400,
    roof.handler403,
    roof.handler404,
    roof.handler500,
)
