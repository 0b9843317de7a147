"""/register/<slug>/: a place at an activity, without a login; and the link that takes it back."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.registrations import Registrant, register, withdraw
from courses.models import Registration
from courses.queries.registrations import DeskStanding, by_slug, by_token, standing_of
from courses.web import words
from courses.web.gatherings.base import CountryField, listed, times
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.people.enums import Audience
from lms.people.models import Hotline
from lms.web.permissions import everyone
from lms.web.views import FormPage, PageView


class RegisterForm(forms.Form):
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=200)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    audience = forms.ChoiceField(
        label=gettext_lazy("I take part for"), choices=[("", gettext_lazy("choose")), *Audience.choices]
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=200,
        required=False,
        widget=listed("hotlines"),
        help_text=gettext_lazy("Whoever works at a hotline of INHOPE chooses it from the list."),
    )
    country = CountryField()
    agreed = forms.BooleanField(label=gettext_lazy("I agree to this."))

    def registrant(self) -> Registrant:
        said = self.cleaned_data
        return Registrant(
            said["given_name"].strip(),
            said["family_name"].strip(),
            said["email"],
            Audience(said["audience"]),
            said["organisation"].strip(),
            said["country"],
        )


@method_decorator(login_not_required, name="dispatch")
class RegisterPage(FormPage):
    """Says the same whether or not the address was registered before."""

    allowed = staticmethod(everyone)
    template_name = "courses/gatherings/register.html"
    form_class = RegisterForm
    submit_label = gettext_lazy("Register")
    success_message = gettext_lazy(
        "Thank you. A mail with all you need is on its way; if this address was registered before, nothing"
        " has changed."
    )

    @cached_property
    def standing(self) -> DeskStanding:
        found = by_slug(self.kwargs["slug"])
        if found is None:
            raise Http404
        return found

    def act(self, form: RegisterForm) -> None:
        # Nobody sees this field, and only a program fills it in: it reads what everybody reads.
        if self.request.POST.get("website"):
            return
        asking = get_adapter().get_client_ip(self.request)
        made = register(desk=self.standing.desk, who=form.registrant(), address=asking, by=None)
        if made is not None:
            nudge(send_due)

    def get_success_url(self) -> str:
        return reverse("register", args=[self.standing.desk.slug])

    def get_page_title(self) -> str:
        return words.title(self.standing.version)

    def get_context(self) -> dict[str, Any]:
        standing = self.standing
        version = standing.version
        about = [
            (_("Kind"), version.kind.name),
            *times(version, anybody=True),
            (_("How"), version.get_mode_display()),
            (_("Place"), version.place),
            (_("Topics"), ", ".join(version.topics)),
        ]
        hotlines = Hotline.objects.order_by("name").values_list("name", flat=True)
        return super().get_context() | {
            "standing": standing,
            "about": [pair for pair in about if pair[1]],
            "hotlines": list(hotlines),
        }


@method_decorator(login_not_required, name="dispatch")
class WithdrawPage(PageView):
    """Looking changes nothing: mail scanners follow links."""

    allowed = staticmethod(everyone)
    page_title = gettext_lazy("Take my registration back")
    template_name = "courses/gatherings/withdraw.html"

    @cached_property
    def registration(self) -> Registration | None:
        return by_token(self.kwargs["token"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(status=200 if self.registration else 404)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            withdraw(token=self.kwargs["token"])
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return self.render(status=200 if self.registration else 404)
        return self.render(done=True)

    def get_context(self) -> dict[str, Any]:
        one = self.registration
        standing = standing_of(one.desk) if one else None
        return {
            "registration": one,
            "title": words.title(standing.version) if standing else "",
            "times": times(standing.version, anybody=True) if standing else [],
        }
