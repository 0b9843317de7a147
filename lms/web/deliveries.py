"""/admin/deliveries/: mails that were not delivered, for administrators. No mail's words are shown here."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.tasks import nudge
from lms.outbox.queries import Held, addresses, held, held_by_uuid, oldest_due_seconds
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
        table = paged(held(), held_table, self.request.GET, key="page")
        return {
            "table": table if table.rows else None,
            "late_minutes": int(late // 60) if late > LATE_SECONDS else None,
        }


def held_table(rows: Sequence[Held]) -> Table:
    """All of them in one: what a notice is about is nothing that an administrator is to learn from a list."""
    labels = [_("To"), _("Mail"), _("State"), _("Reason"), _("Tries"), _("Written"), _("Change")]
    made = [_cells(row, to) for row, to in zip(rows, addresses(rows), strict=True)]
    return simple(_("Not delivered"), [Header(label) for label in labels], made)


def _cells(row: Held, to: str) -> list[Any]:
    mail = row.message
    # The day alone: the hour would tell a notice that comes every half hour from others.
    day = date_format(timezone.localtime(mail.created_at), "SHORT_DATE_FORMAT")
    tries = mail.failures
    return [to, row.channel.label, State(mail.state).label, mail.fault, tries, day, _changes(row, to)]


def _changes(row: Held, email: str) -> SafeString:
    to = {"email": email}
    return format_html(
        '<a href="{}" aria-label="{}">{}</a> · <a href="{}" aria-label="{}">{}</a>',
        reverse("admin-retry-delivery", args=[row.uuid]),
        _("Try the mail to %(email)s again") % to,
        _("Try again"),
        reverse("admin-give-up-delivery", args=[row.uuid]),
        _("Give up the mail to %(email)s") % to,
        _("Give up"),
    )


class HeldPage(ConfirmPage, abstract=True):
    """One mail that waits for an administrator; any other is not found."""

    kwargs: dict[str, Any]

    @cached_property
    def held(self) -> Held:
        found = held_by_uuid(self.kwargs["mail"])
        if found is None:
            raise Http404
        return found

    def to(self) -> dict[str, str]:
        return {"email": addresses([self.held])[0]}

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
        if self.held.message.state == State.UNCERTAIN:
            return _("%(email)s may have this mail already: it may come twice.") % self.to()
        return _("The mail to %(email)s is tried once more.") % self.to()

    def confirmed(self) -> None:
        retry_delivery(message=self.held.message, by=self.request.user)
        nudge(send_due)


class GiveUpPage(HeldPage):
    allowed = staticmethod(may_enter_admin)
    page_title = gettext_lazy("Give up a mail")
    submit_label = gettext_lazy("Give up")
    success_message = gettext_lazy("The mail is given up.")

    def sentence(self) -> str:
        return _("The mail to %(email)s is never sent. A notice on the site stays.") % self.to()

    def confirmed(self) -> None:
        give_up_delivery(message=self.held.message, by=self.request.user)
