"""/me/calendar/ makes and ends the address of somebody's calendar; /calendar/<token>.ics is that address."""

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.calendar_feeds import make_feed, revoke_feed
from courses.actions.session_mails import event_of
from courses.kinds.calendars import feed
from courses.queries import sessions
from lms.people.mail import address
from lms.people.models import User
from lms.web.permissions import everyone
from lms.web.views import PageView

ICS = "text/calendar; charset=utf-8"


class CalendarPage(PageView):
    """The new address is in the answer to the press that made it, and nowhere afterwards."""

    allowed = staticmethod(rules.may_see_own_training)
    page_title = gettext_lazy("My calendar")
    template_name = "courses/sessions/calendar.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My sessions"), reverse("my-sessions"))]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "make":
            return self.render(made=address("calendar-feed", make_feed(by=self.request.user)))
        if revoke_feed(by=self.request.user):
            messages.success(request, _("The address opens nothing any more."))
        return redirect("my-calendar")

    def get_context(self) -> dict[str, Any]:
        return {"feed": sessions.open_feed(self.request.user)}


@method_decorator(login_not_required, name="dispatch")
class FeedView(PageView):
    """The link is the key: a calendar signs in nowhere."""

    allowed = staticmethod(everyone)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = sessions.feed_by_token(self.kwargs["token"])
        if found is None:
            raise Http404
        body = calendar_of(found.user)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        fresh = tag in request.headers.get("If-None-Match", "").replace("W/", "").split(", ")
        answer = HttpResponseNotModified() if fresh else HttpResponse(body, content_type=ICS)
        answer["ETag"] = tag
        # For whoever holds the address alone; asked anew each time, and then answered by the tag.
        answer["Cache-Control"] = "private, no-cache"
        return answer


def calendar_of(user: User) -> bytes:
    """Titles, times and places; a version's own moment stamps it, so that nothing new looks new."""
    events = [
        event_of(one, kept=one.kept, stamped_at=one.recorded_at)  # type: ignore[attr-defined]  # annotated
        for one in sessions.in_feed(user)
    ]
    return feed(events, name=_("Training sessions"))
