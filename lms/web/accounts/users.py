"""/admin/users/: logins and the roles granted to them."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.people.actions.roles import close_login, grant_role, open_login, revoke_role
from lms.people.enums import Role
from lms.people.models import RoleGrant, User
from lms.people.queries.invitations import open_invitations
from lms.people.queries.users import found
from lms.people.rules import is_in_force, may_enter_admin
from lms.web.accounts.confirm import ConfirmPage
from lms.web.accounts.forms import GrantForm
from lms.web.search import asked
from lms.web.tables import Column, Header, Table, simple
from lms.web.views import FormPage, ListPage, PageView


def user_url(user: User) -> str:
    return reverse("admin-user", args=[user.pk])


def _name(user: User) -> str:
    return user.person.name if user.person else "–"


def _roles_today(user: User) -> str:
    today = clock.today()
    return ", ".join(grant.get_role_display() for grant in user.grants.all() if is_in_force(grant, today))


class AdminPage(PageView):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Administration")
    template_name = "people/admin.html"

    def get_context(self) -> dict[str, Any]:
        return {"users": User.objects.count(), "invitations": open_invitations().count()}


class UsersPage(ListPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Users")
    template_name = "people/users.html"
    empty_text = gettext_lazy("No login by that name or address.")
    default_sort = "email"
    columns = [
        Column("email", gettext_lazy("E-mail"), link=user_url, order=["email"]),
        Column(
            "name",
            gettext_lazy("Name"),
            value=_name,
            order=["person__family_name", "person__given_name"],
        ),
        Column("roles", gettext_lazy("Roles today"), value=lambda user: _roles_today(user) or "–"),
        Column(
            "state",
            gettext_lazy("Login"),
            value=lambda user: _("open") if user.is_active else _("closed"),
            order=["is_active"],
        ),
        Column(
            "date_joined",
            gettext_lazy("Since"),
            value=lambda user: _day(user.date_joined),
            order=["date_joined"],
        ),
    ]

    def get_rows(self) -> QuerySet[User]:
        return found(asked(self.request))

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"asked": asked(self.request)}


class AboutUser:
    """What the pages about one login share: the login of the address, and the way back to it."""

    kwargs: dict[str, Any]

    @property
    def subject(self) -> User:
        if not hasattr(self, "_subject"):
            self._subject = get_object_or_404(found(), pk=self.kwargs["pk"])
        return self._subject

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Users"), reverse("admin-users")), (self.subject.email, user_url(self.subject))]

    def get_success_url(self) -> str:
        return user_url(self.subject)


class UserPage(AboutUser, PageView):
    allowed = staticmethod(may_enter_admin)
    template_name = "people/user.html"

    def get_page_title(self) -> str:
        return self.subject.email

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:1]

    def get_context(self) -> dict[str, Any]:
        about = [
            (_("Name"), _name(self.subject)),
            (_("Login"), _("open") if self.subject.is_active else _("closed")),
            (_("Since"), _day(self.subject.date_joined)),
        ]
        return {"subject": self.subject, "about": about, "grants": _grant_table(self.subject)}


def _grant_table(user: User) -> Table:
    headers = [_("Role"), _("Hotline"), _("From"), _("Last day"), _("Today"), _("Change")]
    rows = [
        [
            grant.get_role_display(),
            grant.hotline.name if grant.hotline else None,
            _day(grant.from_on),
            _day(grant.until_on),
            _state(grant),
            _revoke_link(grant),
        ]
        for grant in user.grants.all()
    ]
    return simple(_("Granted roles; ended ones stay on record"), [Header(label) for label in headers], rows)


def _day(value: dt.date | None) -> str:
    return date_format(value, "SHORT_DATE_FORMAT") if value else "–"


def _state(grant: RoleGrant) -> str:
    if grant.revoked_at:
        when = date_format(timezone.localtime(grant.revoked_at), "SHORT_DATETIME_FORMAT")
        return _("revoked %(when)s") % {"when": when}
    return _("holds") if is_in_force(grant, clock.today()) else _("does not hold")


def _revoke_link(grant: RoleGrant) -> str:
    if grant.revoked_at:
        return ""
    label = _("Revoke the role %(role)s") % {"role": grant.get_role_display()}
    url = reverse("admin-revoke", args=[grant.pk])
    return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, _("Revoke"))


class GrantPage(AboutUser, FormPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Grant a role")
    form_class = GrantForm
    submit_label = gettext_lazy("Grant the role")
    success_message = gettext_lazy("The role is granted.")

    def act(self, form: Any) -> RoleGrant:
        asked = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        return grant_role(user=self.subject, by=self.request.user, **asked)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.subject  # noqa: B018 -- an unknown login is a 404 before a form is shown
        return super().get(request, *args, **kwargs)


class RevokePage(ConfirmPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Revoke a role")
    submit_label = gettext_lazy("Revoke the role")
    success_message = gettext_lazy("The role is revoked.")

    @property
    def grant(self) -> RoleGrant:
        grants = RoleGrant.objects.select_related("user", "hotline").filter(revoked_at=None)
        return get_object_or_404(grants, pk=self.kwargs["pk"])

    def sentence(self) -> str:
        grant = self.grant
        words = {"role": grant.get_role_display(), "email": grant.user.email}
        return _("%(email)s loses the role “%(role)s” at once. That it was held stays on record.") % words

    def confirmed(self) -> Any:
        grant = self.grant
        self.back = user_url(grant.user)
        return revoke_role(grant=grant, by=self.request.user)

    def get_success_url(self) -> str:
        return self.back

    def get_cancel_url(self) -> str:
        return user_url(self.grant.user)


class LoginStatePage(AboutUser, ConfirmPage, abstract=True):
    def get_cancel_url(self) -> str:
        return user_url(self.subject)


class CloseLoginPage(LoginStatePage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Close a login")
    submit_label = gettext_lazy("Close the login")
    success_message = gettext_lazy("The login is closed.")

    def sentence(self) -> str:
        return _("%(email)s can no longer sign in. Nothing that was recorded is lost.") % {
            "email": self.subject.email
        }

    def confirmed(self) -> None:
        close_login(user=self.subject, by=self.request.user)


class OpenLoginPage(LoginStatePage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Open a login")
    submit_label = gettext_lazy("Open the login")
    success_message = gettext_lazy("The login is open.")

    def sentence(self) -> str:
        return _("%(email)s can sign in again, with the roles that still hold.") % {
            "email": self.subject.email
        }

    def confirmed(self) -> None:
        open_login(user=self.subject, by=self.request.user)
