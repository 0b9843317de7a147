"""/support/: what was addressed to oneself. Every login has the page; for nearly all of them it is empty."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from lms.kit.errors import Refused
from lms.people.models import User
from lms.people.queries.own_keys import has_words
from lms.web.notices import Kind, Notice
from lms.web.views import PageView, show_refusal
from welfare import rules
from welfare.actions.contact import mark_answered, mark_seen
from welfare.actions.sharing import KEPT_DAYS, erase_shared, open_shared
from welfare.actions.supporters import choose_mail, turn_mail_off
from welfare.enums import StepState
from welfare.models import SharedItem
from welfare.queries.contact import addressed_to, own_words_as_supporter, shared_with, whose_mail
from welfare.queries.messages import count_messages
from welfare.web.support_forms import OpenForm


class SupportPage(PageView):
    allowed = staticmethod(rules.may_enter_support)
    page_title = gettext_lazy("Messages to me")
    template_name = "welfare/support.html"

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        shared = shared_with(user)
        return {
            "requests": addressed_to(user),
            "shared": shared,
            "as_supporter": own_words_as_supporter(user),
            "has_words": has_words(user),
            "keeps_people": rules.may_keep_people(user),
        }


class StepView(PageView, abstract=True):
    """A press of a button about one request; one that is over, or another's, stays as it is."""

    http_method_names = ["post"]
    act: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # It was withdrawn or answered meanwhile, which the page says; of another's it says nothing.
        with suppress(Refused):
            type(self).act(request=kwargs["asked"], by=self.request.user)
        return redirect("support")


class SeenView(StepView):
    allowed = staticmethod(rules.may_enter_support)
    act = staticmethod(mark_seen)


class AnsweredView(StepView):
    allowed = staticmethod(rules.may_enter_support)
    act = staticmethod(mark_answered)


class MailView(PageView):
    """Whether somebody who can be asked is told by mail too."""

    allowed = staticmethod(rules.may_enter_support)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        choose_mail(by=self.request.user, wanted=request.POST.get("on") == "yes")
        return redirect("support")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SharedPage(PageView):
    """One thing that was handed to oneself: opened with six words each time, and kept nowhere in clear."""

    allowed = staticmethod(rules.may_enter_support)
    page_title = gettext_lazy("A message")
    template_name = "welfare/support_shared.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Messages to me"), reverse("support"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=OpenForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = OpenForm(request.POST)
        if form.is_valid():
            try:
                words = form.cleaned_data["words"]
                return self.render(opened=open_shared(item=kwargs["item"], words=words, by=self.request.user))
            except Refused as refused:
                show_refusal(form, refused)
        return self.render(form=form)

    def get_context(self) -> dict[str, Any]:
        item = next((one for one in shared_with(self.request.user) if one.pk == self.kwargs["item"]), None)
        if item is None:
            raise Http404
        return {"item": item, "has_words": has_words(self.request.user)}


class EraseSharedView(PageView):
    allowed = staticmethod(rules.may_enter_support)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        erase_shared(item=kwargs["item"], by=self.request.user)
        return redirect("support")


class MessageNotices:
    """Messages of lms.web.notices.Source, in words that say nothing of what they are about."""

    name = "messages"

    def unread(self, user: User) -> int:
        return count_messages(user)

    def notices(self, user: User) -> Sequence[Notice]:
        asked = [
            notice(one.step.sent_at, one.step.state == StepState.SENT)
            for one in addressed_to(user)
            if not one.is_over
        ]
        handed = [notice(handed_on(one), not one.opened) for one in shared_with(user)]
        return [*asked, *handed]

    def kinds(self, user: User) -> Sequence[Kind]:
        """None to be switched there: who can be asked chooses the mail on the page itself."""
        return ()

    def mark_read(self, user: User) -> None:
        """Nothing: it is read when whoever it is for says so, and that is told to the one who asked."""

    def switch(self, user: User, kind: str, on: bool) -> None:
        raise ValueError("There is no kind to switch.")

    def knows(self, token: str) -> bool:
        return whose_mail(token) is not None

    def turn_off(self, token: str) -> None:
        turn_mail_off(token=token)


def handed_on(item: SharedItem) -> dt.datetime:
    """The day on which it came: the row knows its last one alone."""
    return dt.datetime.combine(item.until - dt.timedelta(days=KEPT_DAYS), dt.time(), dt.UTC)


def notice(at: Any, unread: bool) -> Notice:
    return Notice(
        at=at,
        title=_("A message for you"),
        text=_("It waits on a page of its own."),
        url=reverse("support"),
        action=_("Open"),
        fact=_("Somebody addressed it to you."),
        rule=_("It stays new until you open it there and say that you have seen it."),
        mail=_("A mail may have said that there is a message, and no more than that."),
        kind=None,
        unread=unread,
    )
