"""/me/tokens/ for the tokens of one's own programs, /admin/tokens/ for administrators to end any."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.people.actions.tokens import DEFAULT_DAYS, make_token, revoke_token
from lms.people.enums import TokenScope
from lms.people.models import ApiToken
from lms.people.queries.tokens import all_tokens, tokens_of
from lms.people.rules import is_known, may_make_tokens, may_see_all_tokens, token_scopes
from lms.web.accounts.confirm import ConfirmPage
from lms.web.tables import Column
from lms.web.views import FormPage, ListPage


def last_day(token: ApiToken) -> dt.date:
    """The last day (reporting zone) on which it works."""
    return (token.expires_at.astimezone(clock.reporting_zone()) - dt.timedelta(microseconds=1)).date()


def is_open(token: ApiToken) -> bool:
    """As ``usable`` asks it of the database."""
    return token.revoked_at is None and token.expires_at > timezone.now() and token.user.is_active


def _state(token: ApiToken) -> str:
    if token.revoked_at:
        return _("ended")
    if not token.user.is_active:
        return _("its login is closed")
    return _("works") if is_open(token) else _("expired")


def _day(day: dt.date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"


def _scopes(token: ApiToken) -> str:
    return "; ".join(str(TokenScope(scope).label) for scope in token.scopes)


def _end(address: str) -> Callable[[ApiToken], SafeString | str]:
    def link(token: ApiToken) -> SafeString | str:
        if not is_open(token):
            return ""
        label = _("End the token %(name)s") % {"name": token.name}
        url = reverse(address, args=[token.pk])
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, _("End it"))

    return link


ABOUT_IT = [
    Column("name", gettext_lazy("Name"), order=["name"]),
    Column("scopes", gettext_lazy("It may"), value=_scopes),
    Column(
        "made_at",
        gettext_lazy("Made"),
        value=lambda token: _day(timezone.localtime(token.made_at).date()),
        order=["made_at"],
    ),
    Column(
        "expires_at",
        gettext_lazy("Last day"),
        value=lambda token: _day(last_day(token)),
        order=["expires_at"],
    ),
    Column(
        "last_used_on",
        gettext_lazy("Last used"),
        value=lambda token: _day(token.last_used_on),
        order=["last_used_on"],
    ),
    Column("state", gettext_lazy("State"), value=_state),
]


class TokensPage(ListPage):
    allowed = staticmethod(is_known)
    page_title = gettext_lazy("API tokens")
    template_name = "people/tokens.html"
    empty_text = gettext_lazy("You have no tokens. A program needs one to ask in your name.")
    default_sort = "-made_at"
    columns = [*ABOUT_IT, Column("end", gettext_lazy("Change"), value=_end("own-token-end"))]

    def get_rows(self) -> QuerySet[ApiToken]:
        return tokens_of(self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"may_make": may_make_tokens(self.request.user)}


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("Which program uses it, so that you know later which one to end."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=TokenScope,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Never more than you may yourself, on the day it is used."),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("A year from now at the latest."),
    )

    def __init__(self, *args: Any, scopes: list[TokenScope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scopes"]
        field.choices = [(scope.value, scope.label) for scope in scopes]


class NewTokenPage(FormPage):
    """Whoever finds an open session gets no token with it: the owner shows once more that it is them."""

    allowed = staticmethod(may_make_tokens)
    page_title = gettext_lazy("A new API token")
    template_name = "people/token_new.html"
    form_class = TokenForm
    submit_label = gettext_lazy("Make the token")
    secret: str

    @method_decorator(reauthentication_required)
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs)

    @method_decorator(reauthentication_required)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Shown in the answer itself: no session and no message keeps it."""
        form = self.get_form()
        if not (form.is_valid() and self.attempt(form, lambda: self.act(form))):
            return self.render(form=form)
        return self.render(token=self.made, secret=self.secret, last_day=last_day(self.made))

    def act(self, form: Any) -> None:
        self.made, self.secret = make_token(by=self.request.user, **form.cleaned_data)

    def get_form_kwargs(self) -> dict[str, Any]:
        until = clock.today() + dt.timedelta(days=DEFAULT_DAYS)
        return {"scopes": token_scopes(self.request.user), "initial": {"until": until}}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("API tokens"), reverse("own-tokens"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": reverse("own-tokens")}


class EndTokenPage(ConfirmPage):
    """One's own; another's is not found."""

    allowed = staticmethod(is_known)
    page_title = gettext_lazy("End an API token")
    submit_label = gettext_lazy("End it")
    success_message = gettext_lazy("The token is ended.")
    back = "own-tokens"

    def found(self) -> QuerySet[ApiToken]:
        return tokens_of(self.request.user)

    @cached_property
    def token(self) -> ApiToken:
        return get_object_or_404(self.found(), pk=self.kwargs["pk"])

    def sentence(self) -> str:
        return _("Programs that use the token “%(name)s” are let in no more, from now on.") % {
            "name": self.token.name
        }

    def confirmed(self) -> None:
        revoke_token(token=self.token, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse(self.back)

    get_cancel_url = get_success_url


class AllTokensPage(ListPage):
    allowed = staticmethod(may_see_all_tokens)
    page_title = gettext_lazy("API tokens of all logins")
    empty_text = gettext_lazy("Nobody has made a token yet.")
    default_sort = "-made_at"
    columns = [
        Column("login", gettext_lazy("Login"), value=lambda token: token.user.email, order=["user__email"]),
        *ABOUT_IT,
        Column("end", gettext_lazy("Change"), value=_end("admin-token-end")),
    ]

    def get_rows(self) -> QuerySet[ApiToken]:
        return all_tokens()


class EndAnyTokenPage(EndTokenPage):
    allowed = staticmethod(may_see_all_tokens)
    back = "admin-tokens"

    def found(self) -> QuerySet[ApiToken]:
        return all_tokens()
