"""/me/words/: the six words that open what somebody keeps for own eyes."""

from typing import Any, Self

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from lms.kit.errors import Refused
from lms.people.actions.own_keys import Offer, offer_of, offer_words, take_words
from lms.people.models import User
from lms.people.queries.own_keys import are_lost, has_words
from lms.people.rules import is_known
from lms.web.views import PageView, show_refusal


class WordsField(forms.CharField):
    """Six words, typed where others may see them: no browser keeps, corrects or sends them anywhere."""

    def __init__(self, **options: Any) -> None:
        kept_out = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(max_length=200, widget=forms.TextInput(attrs=kept_out), **options)


class TakeWordsForm(forms.Form):
    """The words on offer, typed once more, and the former ones where there are any."""

    ticket = forms.CharField(widget=forms.HiddenInput)
    typed = WordsField(
        label=gettext_lazy("Type the six words"),
        help_text=gettext_lazy("From your note, so that you know it can be read."),
    )
    old_words = WordsField(
        label=gettext_lazy("Your former six words"),
        error_messages={"required": gettext_lazy("Enter them, or confirm first that it is you.")},
        help_text=gettext_lazy("With them, what you kept stays readable. Without them nobody can open it."),
    )

    def __init__(self, *args: Any, former: bool = False, confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_words"].required = not confirmed
        if not former:
            del self.fields["old_words"]

    def with_ticket(self, ticket: str) -> Self:
        """The form as it is shown, beside the words of this ticket."""
        self.initial["ticket"] = ticket
        if self.is_bound:
            self.data = {name: self.data[name] for name in self.data} | {"ticket": ticket}
        return self


def offered(form: TakeWordsForm, user: User) -> Offer:
    """The words to show beside a form: those it was sent with, or new ones where these cannot be taken."""
    if form.is_bound:
        try:
            return offer_of(form.data.get("ticket", ""), by=user)
        except Refused:
            pass
    return offer_words(by=user)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether whoever is here proved just now to be the login's owner, as for what concerns second factors.

    allauth would keep what was posted in the session, the words too; so it is only asked.
    """
    try:
        reauthentication_required(lambda asked: HttpResponse())(request)
    except ReauthenticationRequired:
        return False
    return True


@method_decorator(sensitive_post_parameters(), name="dispatch")
class WordsPage(PageView):
    """Shows words when asked to, and takes them once they were typed; nothing is kept in between."""

    allowed = staticmethod(is_known)
    page_title = gettext_lazy("My six words")
    template_name = "people/words.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(in_use=has_words(self.request.user))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user, former, confirmed = self.request.user, has_words(self.request.user), is_confirmed(request)
        if "ticket" not in request.POST:
            return self.offer(TakeWordsForm(former=former, confirmed=confirmed), former)
        form = TakeWordsForm(request.POST, former=former, confirmed=confirmed)
        if not form.is_valid():
            return self.offer(form, former)
        try:
            take_words(by=user, confirmed=confirmed, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
            return self.offer(form, former)
        return self.render(in_use=True, taken=True)

    def get_context(self) -> dict[str, Any]:
        return {"lost": are_lost(self.request.user)}

    def offer(self, form: TakeWordsForm, former: bool) -> HttpResponse:
        offer = offered(form, self.request.user)
        form = form.with_ticket(offer.ticket(self.request.user))
        return self.render(
            form=form, words=offer.words.split(), in_use=former, confirmed=is_confirmed(self.request)
        )
