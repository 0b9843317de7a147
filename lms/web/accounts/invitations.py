"""/admin/invitations/ for administrators, and the page behind an invitation's link."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.people.actions.invitations import accept_invitation, invite, withdraw_invitation
from lms.people.enums import Role
from lms.people.models import Invitation
from lms.people.queries.invitations import by_token, open_invitations
from lms.people.rules import may_enter_admin
from lms.web.accounts.confirm import ConfirmPage
from lms.web.accounts.forms import AcceptForm, InvitationForm
from lms.web.permissions import everyone
from lms.web.tables import Column
from lms.web.views import FormPage, ListPage


def _state(invitation: Invitation) -> str:
    if invitation.accepted_at:
        return _("accepted")
    if invitation.withdrawn_at:
        return _("withdrawn")
    return _("open") if invitation.expires_at > timezone.now() else _("expired")


def _mail(invitation: Invitation) -> str | None:
    """Invitations from before mails were kept have none."""
    return invitation.mail.get_state_display() if hasattr(invitation, "mail") else None


def _is_open(invitation: Invitation) -> bool:
    over = invitation.accepted_at or invitation.withdrawn_at
    return not over and invitation.expires_at > timezone.now()


def _withdraw(invitation: Invitation) -> SafeString | str:
    if not _is_open(invitation):
        return ""
    url = reverse("admin-withdraw-invitation", args=[invitation.pk])
    label = _("Withdraw the invitation to %(email)s") % {"email": invitation.email}
    return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, _("Withdraw"))


class InvitationsPage(ListPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Invitations")
    template_name = "people/invitations.html"
    empty_text = gettext_lazy("Nobody has been invited yet.")
    default_sort = "-invited_at"
    columns = [
        Column("email", gettext_lazy("E-mail"), order=["email"]),
        Column("role", gettext_lazy("Role"), value=lambda i: i.get_role_display(), order=["role"]),
        Column("hotline", gettext_lazy("Hotline"), value=lambda i: i.hotline.name if i.hotline else "–"),
        Column("state", gettext_lazy("State"), value=_state),
        Column("mail", gettext_lazy("Mail"), value=_mail),
        Column(
            "invited_at",
            gettext_lazy("Invited"),
            value=lambda i: date_format(timezone.localtime(i.invited_at), "SHORT_DATETIME_FORMAT"),
            order=["invited_at"],
        ),
        Column("invited_by", gettext_lazy("By"), value=lambda i: i.invited_by.email),
        Column("withdraw", gettext_lazy("Change"), value=_withdraw),
    ]

    def get_rows(self) -> QuerySet[Invitation]:
        return Invitation.objects.select_related("hotline", "invited_by", "mail")


class InvitePage(FormPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Invite somebody")
    form_class = InvitationForm
    submit_label = gettext_lazy("Send the invitation")
    success_message = gettext_lazy("The invitation is on its way.")

    def act(self, form: Any) -> Invitation:
        asked = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        invitation = invite(by=self.request.user, **asked)
        nudge(send_due)
        return invitation

    def get_success_url(self) -> str:
        return reverse("admin-invitations")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Invitations"), reverse("admin-invitations"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


class WithdrawInvitationPage(ConfirmPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Withdraw an invitation")
    submit_label = gettext_lazy("Withdraw the invitation")
    success_message = gettext_lazy("The invitation is withdrawn.")

    def sentence(self) -> str:
        invitation = get_object_or_404(open_invitations(), pk=self.kwargs["pk"])
        return _("The link that was sent to %(email)s stops working.") % {"email": invitation.email}

    def confirmed(self) -> None:
        invitation = get_object_or_404(Invitation, pk=self.kwargs["pk"])
        withdraw_invitation(invitation=invitation, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("admin-invitations")

    get_cancel_url = get_success_url


@method_decorator(login_not_required, name="dispatch")
class AcceptInvitationPage(FormPage):
    """Looking at the page uses nothing up: mail scanners follow links. Only a chosen password does."""

    allowed = staticmethod(everyone)
    page_title = gettext_lazy("Welcome to Hotline Learning")
    template_name = "people/accept_invitation.html"
    form_class = AcceptForm
    submit_label = gettext_lazy("Make my login")
    success_message = gettext_lazy("Your login is ready. Sign in with your e-mail and password.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.invitation = by_token(kwargs["token"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.invitation is None:
            return self.render(status=404)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.invitation is None:
            return self.render(status=404)
        return super().post(request, *args, **kwargs)

    def act(self, form: Any) -> Any:
        typed = form.cleaned_data
        return accept_invitation(
            token=self.kwargs["token"],
            given_name=typed.get("given_name", ""),
            family_name=typed.get("family_name", ""),
            password=typed["password"],
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"known": self.invitation.person if self.invitation else None}

    def get_success_url(self) -> str:
        return reverse("account_login")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"invitation": self.invitation}
