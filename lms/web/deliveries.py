"""/admin/deliveries/: mails that were not delivered, for administrators. No mail's words are shown here."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.tasks import nudge
from lms.outbox.channels import Channel, by_key, channels
from lms.outbox.models import Message
from lms.outbox.queries import held, oldest_due_seconds
from lms.outbox.states import State
from lms.outbox.tasks import send_due
from lms.people.actions.deliveries import give_up_delivery, retry_delivery
from lms.people.rules import may_enter_admin
from lms.web.accounts.confirm import ConfirmPage
from lms.web.tables import Header, Table, paged, simple
from lms.web.views import PageView

# A mail that is later than this waits for something that does not come.
LATE_SECONDS = 300


class DeliveriesPage(PageView):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Deliveries")
    template_name = "people/deliveries.html"

    def get_context(self) -> dict[str, Any]:
        late = oldest_due_seconds()
        tables = [self._table(channel) for channel in channels()]
        return {
            "tables": [table for table in tables if table.rows],
            "late_minutes": int(late // 60) if late > LATE_SECONDS else None,
        }

    def _table(self, channel: Channel) -> Table:
        return paged(
            held(channel),
            lambda rows: held_table(channel, rows),
            self.request.GET,
            key=channel.key,
        )


def held_table(channel: Channel, rows: Any) -> Table:
    labels = [_("To"), _("State"), _("Reason"), _("Tries"), _("Written"), _("Change")]
    made = [
        [
            channel.address(row),
            State(row.state).label,
            row.fault,
            row.tries,
            date_format(timezone.localtime(row.created_at), "SHORT_DATETIME_FORMAT"),
            _changes(channel, row),
        ]
        for row in rows
    ]
    caption = _("Not delivered: %(kind)s") % {"kind": channel.label}
    return simple(caption, [Header(label) for label in labels], made)


def _changes(channel: Channel, row: Message) -> SafeString:
    to = {"email": channel.address(row)}
    return format_html(
        '<a href="{}" aria-label="{}">{}</a> · <a href="{}" aria-label="{}">{}</a>',
        reverse("admin-retry-delivery", args=[channel.key, row.pk]),
        _("Try the mail to %(email)s again") % to,
        _("Try again"),
        reverse("admin-give-up-delivery", args=[channel.key, row.pk]),
        _("Give up the mail to %(email)s") % to,
        _("Give up"),
    )


class HeldPage(ConfirmPage, abstract=True):
    """One mail that waits for an administrator; any other is not found."""

    kwargs: dict[str, Any]

    @property
    def channel(self) -> Channel:
        found = by_key(self.kwargs["channel"])
        if found is None:
            raise Http404
        return found

    @property
    def message(self) -> Any:
        return get_object_or_404(held(self.channel), pk=self.kwargs["pk"])

    def to(self) -> dict[str, str]:
        return {"email": self.channel.address(self.message)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Deliveries"), reverse("admin-deliveries"))]

    def get_success_url(self) -> str:
        return reverse("admin-deliveries")

    get_cancel_url = get_success_url


class RetryPage(HeldPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Try a mail again")
    submit_label = gettext_lazy("Try again")
    success_message = gettext_lazy("The mail is tried once more.")

    def sentence(self) -> str:
        if self.message.state == State.UNCERTAIN:
            return _("%(email)s may have this mail already: it may come twice.") % self.to()
        return _("The mail to %(email)s is tried once more.") % self.to()

    def confirmed(self) -> None:
        retry_delivery(message=self.message, by=self.request.user)
        nudge(send_due)


class GiveUpPage(HeldPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Give up a mail")
    submit_label = gettext_lazy("Give up")
    success_message = gettext_lazy("The mail is given up.")

    def sentence(self) -> str:
        return _("The mail to %(email)s is never sent. A notice on the site stays.") % self.to()

    def confirmed(self) -> None:
        give_up_delivery(message=self.message, by=self.request.user)
