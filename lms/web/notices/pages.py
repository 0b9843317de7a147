"""/me/notices/, and the page behind the link in a mail that turns its kind off."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from lms.people.rules import is_known
from lms.web import htmx, notices
from lms.web.notices import Notice, Source
from lms.web.permissions import everyone
from lms.web.tables import Pager, address
from lms.web.views import PageView

PAGE_SIZE = 20


class NoticesPage(PageView):
    """Every notice somebody got, why, and how to turn its kind off. Looking at it marks nothing as read."""

    allowed = staticmethod(is_known)
    page_title = gettext_lazy("Notices")
    template_name = "notices/page.html"

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        found = [(one.name, notice) for one in notices.sources() for notice in one.notices(user)]
        found.sort(key=lambda pair: pair[1].at, reverse=True)
        page = Paginator(found, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return {
            "notices": page.object_list,
            "pager": self._pager(page) if page.has_other_pages() else None,
            "any_unread": any(notice.unread for _source, notice in found),
            "kinds": [(one.name, kind) for one in notices.sources() for kind in one.kinds(user)],
        }

    def _pager(self, page: Page[tuple[str, Notice]]) -> Pager:
        asked = self.request.GET
        before = address(asked, page=page.previous_page_number()) if page.has_previous() else ""
        after = address(asked, page=page.next_page_number()) if page.has_next() else ""
        return Pager(page.start_index(), page.end_index(), page.paginator.count, before, after)


class ReadView(PageView):
    """A press of the button: everything is read."""

    http_method_names = ["post"]
    allowed = staticmethod(is_known)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        for one in notices.sources():
            one.mark_read(self.request.user)
        return htmx.see_other(request, reverse("notices"))


class KindView(PageView):
    """A press of a button: a kind of notice on or off."""

    http_method_names = ["post"]
    allowed = staticmethod(is_known)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        source = notices.source(kwargs["source"])
        kinds = source.kinds(self.request.user) if source else []
        kind = next((one for one in kinds if one.key == kwargs["kind"]), None)
        if source is None or kind is None:
            raise Http404
        on = request.POST.get("on") == "yes"
        source.switch(self.request.user, kind.key, on)
        said = (
            _("“%(kind)s” is on.") if on else _("“%(kind)s” is off: no more notices and mails of this kind.")
        )
        messages.success(request, said % {"kind": kind.label})
        return htmx.see_other(request, reverse("notices"))


@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class OffPage(PageView):
    """Where the link of a mail leads, without signing in; the token is the key.

    A look at it changes nothing, since mail scanners follow links. A post ends the mails: the page's own
    button, or the one click of a mail program (RFC 8058), which has no cookie and no page to take a token
    against forgery from. Its words are the same for every kind: others may see the mailbox.
    """

    allowed = staticmethod(everyone)
    page_title = gettext_lazy("No more of these messages")
    template_name = "notices/off.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._say() if self._source() else self._not_valid()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        source = self._source()
        if source is None:
            return self._not_valid()
        source.turn_off(self.kwargs["token"])
        return self._say(done=True, page_title=_("Done"))

    def _say(self, **words: Any) -> HttpResponse:
        return self.render(valid=True, **words)

    def _not_valid(self) -> HttpResponse:
        return self.render(status=404, page_title=_("This link is not valid, or no longer"))

    def _source(self) -> Source | None:
        return next((one for one in notices.sources() if one.knows(self.kwargs["token"])), None)
