"""The register of one training session: a form for everybody, that a script makes quick by keyboard."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.actions.register.marking import (
    Word,
    is_over,
    mark_many,
    mark_rest,
    rest,
    session_version,
    undo_last,
)
from courses.enums import Presence
from courses.queries import registers
from courses.web.register.base import SessionPage, name
from courses.web.register.rows import changed, said_by, shown
from lms.kit.errors import Refused
from lms.web.search import asked
from lms.web.tables import Header, Table, pager, simple

# Three fields a row stay below what a form may have.
PAGE_SIZE = 250


class RegisterPage(SessionPage):
    """``look`` shows whom "all others absent" would mark; ``apply`` does it for those still unmarked."""

    template_name = "courses/register/page.html"

    def get_page_title(self) -> str:
        return _("Register: %(session)s") % {"session": name(self.session)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed: list[Word] = []
        try:
            if "look" in request.POST:
                return self.render(preview=self.preview())
            if "apply" in request.POST:
                self.absent()
            elif "undo" in request.POST:
                undone = undo_last(session=self.session, by=self.request.user)
                messages.success(request, _("Taken back. Now: %(said)s") % {"said": said_by(undone.mark)})
            else:
                typed = changed(request.POST, request.POST.get("reason", ""))
                self.save(typed)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            if typed:
                return self.render(typed=typed, reason=request.POST.get("reason", ""))
        return redirect(request.get_full_path())

    def save(self, typed: list[Word]) -> None:
        marked = mark_many(session=self.session, words=typed, by=self.request.user)
        text = ngettext("%(n)s mark is saved.", "%(n)s marks are saved.", len(marked)) % {"n": len(marked)}
        messages.success(self.request, text)
        mine = self.request.user.pk
        others = [one.before for one in marked if one.before and one.before.presence]
        over = sum(1 for one in others if one.recorded_by_id != mine)
        if over:
            text = ngettext(
                "%(n)s of them is over a mark of somebody else: both are shown.",
                "%(n)s of them are over marks of somebody else: both are shown.",
                over,
            )
            messages.warning(self.request, text % {"n": over})

    def absent(self) -> None:
        chosen = [
            int(one) for one in self.request.POST.getlist("chosen") if one.isdecimal() and len(one) < 19
        ]
        marked = mark_rest(session=self.session, chosen=chosen, by=self.request.user)
        text = ngettext("%(n)s person is marked absent.", "%(n)s people are marked absent.", len(marked))
        messages.success(self.request, text % {"n": len(marked)})

    def preview(self) -> Table:
        """Whom it would mark, with the field that says so."""
        due = rest(session=self.session, by=self.request.user)
        people = registers.on_register(self.session).filter(pk__in=due)
        self.chosen = [one.pk for one in people]
        rows = [[one.person.name if one.person else ""] for one in people]
        return simple(_("Who would be marked absent"), [Header(_("Who"))], rows)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "choices": [*Presence.choices],
            "over": is_over(session_version(self.session)),
            "counts": registers.counts(self.session),
            "q": asked(self.request),
            "left": "left" in self.request.GET,
        }

    def render(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        if "preview" in extra:
            return super().render(status=status, chosen=self.chosen, **extra)
        typed = {word.participation: word for word in extra.pop("typed", ())}
        page = Paginator(self.people(), PAGE_SIZE).get_page(self.request.GET.get("page"))
        found = registers.rows(self.session, page.object_list)  # type: ignore[arg-type]  # a slice of a query
        return super().render(
            status=status,
            rows=shown(found, typed),
            pager=pager(page, self.request.GET, "page") if page.has_other_pages() else None,
            who=marker(self.request.user.pk, self.session.pk),
            **extra,
        )

    def people(self) -> Any:
        """Everybody, those not marked yet, or those whose names begin as is asked."""
        left = "left" in self.request.GET
        known = registers.waiting(self.session) if left else registers.on_register(self.session)
        known = known.select_related("person__display_name", "activity__cohort__version")
        text = asked(self.request)
        if not text:
            return known
        return known.filter(pk__in=registers.named(known, text))


def marker(user: int | None, session: int) -> str:
    """Whose marks wait in a browser: somebody else who signs in there does not send them as theirs."""
    return salted_hmac("courses.register", f"{user}:{session}", algorithm="sha256").hexdigest()[:16]


def row_of(session: Any, numbers: list[int]) -> list[registers.Row]:
    chosen = registers.on_register(session).filter(pk__in=numbers)
    return registers.rows(session, chosen.select_related("person__display_name", "activity__cohort__version"))
