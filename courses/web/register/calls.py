"""The list of a call: read, held against the register, reviewed, recorded as marks. It is kept nowhere."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.actions.register.marking import Word, is_over, mark_many, session_version
from courses.enums import Presence, RegisterSource
from courses.kinds import calls
from courses.queries import registers
from courses.queries.call_lists import Found, How, matched
from courses.web.register.base import UnderRegister
from courses.web.register.rows import key_of, optional, said, whole
from lms.kit.errors import Refused
from lms.web.uploads import was_too_large
from lms.web.views import show_refusal

# Four fields a line stay below what a form may have.
MOST = 240
CHOICES = [(value, label) for value, label in Presence.choices if value in Presence.there()]


class ListForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("List of the call"),
        help_text=gettext_lazy("The CSV that Zoom or Teams gives after a call, in English. It is not kept."),
    )


@dataclass(frozen=True)
class Line:
    """One person of the list under review; ``name`` is as the list writes it."""

    name: str
    how: str
    person: int | None
    presence: str
    minutes: str
    key: str


class CallListPage(UnderRegister):
    page_title = gettext_lazy("List of a call")
    template_name = "courses/register/call.html"
    most_upload_bytes = calls.LARGEST + 64 * 1024

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "apply" in request.POST:
            return self.apply(request)
        form = ListForm(request.POST, request.FILES)
        try:
            if was_too_large(request, "file"):
                form.errors.pop("file", None)
                raise Refused(why(calls.Unreadable.TOO_LARGE), field="file")
            if form.is_valid():
                return self.render(lines=self.looked(form.cleaned_data["file"].read(calls.LARGEST + 1)))
        except Refused as refusal:
            show_refusal(form, refusal)
        return self.render(form=form)

    def looked(self, content: bytes) -> list[Line]:
        """Raises Refused, in words, for a list that is none."""
        try:
            came = calls.read(content)
        except calls.Unreadable as wrong:
            raise Refused(why(str(wrong)), field="file") from None
        if len(came) > MOST:
            raise Refused(_("This list has more than %(n)s people.") % {"n": MOST}, field="file")
        people = registers.on_register(self.session)
        return [line(found) for found in matched(people, came, session_version(self.session))]

    def apply(self, request: HttpRequest) -> HttpResponse:
        try:
            words = decided(request.POST)
            if not words:
                raise Refused(_("Choose who of the list is who on the register."))
            marked = mark_many(
                session=self.session, words=words, by=self.request.user, source=RegisterSource.CALL_LIST
            )
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return self.render(lines=given_back(request.POST), reason=request.POST.get("reason", ""))
        text = ngettext("%(n)s mark is saved.", "%(n)s marks are saved.", len(marked))
        messages.success(request, text % {"n": len(marked)})
        return redirect("teach-register", pk=self.session.pk)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"form": ListForm()}

    def render(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        if "lines" in extra:
            rows = registers.rows(self.session, self.known())
            chosen = {one.person for one in extra["lines"]}
            extra |= {
                "choices": CHOICES,
                "people": [(row.participation.pk, _called(row)) for row in rows],
                "missing": [_called(row) for row in rows if row.participation.pk not in chosen],
                "unsure": sum(1 for one in extra["lines"] if one.how != How.ADDRESS),
                "over": is_over(session_version(self.session)),
            }
        return super().render(status=status, **extra)

    def known(self) -> Any:
        return registers.on_register(self.session).select_related(
            "person__display_name", "activity__cohort__version"
        )


def _called(row: registers.Row) -> str:
    person = row.participation.person
    name = person.name if person else ""
    return f"{name} – {said(row)}" if row.mark else name


def line(found: Found) -> Line:
    name = " ".join(filter(None, [found.came.name, f"<{found.came.email}>" if found.came.email else ""]))
    return Line(
        name, found.how, found.participation, found.presence, str(found.came.minutes), str(uuid.uuid4())
    )


def sent_lines(sent: QueryDict) -> list[str]:
    numbers = (name.removeprefix("line-") for name in sent if name.startswith("line-"))
    return [one for one in numbers if one.isdecimal() and len(one) < 4][:MOST]


def decided(sent: QueryDict) -> list[Word]:
    """The lines for which somebody is chosen. Raises Refused where one is chosen twice."""
    found = []
    for nth in sent_lines(sent):
        who = str(sent.get(f"who-{nth}", ""))
        if who:
            minutes = optional(sent.get(f"minutes-{nth}", "").strip())
            found.append(
                Word(
                    whole(who),
                    sent.get(f"presence-{nth}", ""),
                    minutes,
                    sent.get("reason", ""),
                    key_of(parts(sent, nth)[0]),
                )
            )
    if len({word.participation for word in found}) != len(found):
        raise Refused(_("Somebody is chosen twice: leave one of the lines out, and add up the minutes."))
    if any(word.presence not in Presence.there() for word in found):
        raise Refused(_("Choose one of the words for being there."))
    return found


def parts(sent: QueryDict, nth: str) -> tuple[str, str, str]:
    """Key, how somebody was found, and the name of the list: what a review carries along."""
    key, _bar, rest = str(sent.get(f"line-{nth}", "")).partition("|")
    how, _bar, name = rest.partition("|")
    return key, how, name[: calls.LONGEST_CELL]


def given_back(sent: QueryDict) -> Sequence[Line]:
    """The review as it was sent: nothing chosen or typed is lost."""
    found = []
    for nth in sent_lines(sent):
        key, how, name = parts(sent, nth)
        who = str(sent.get(f"who-{nth}", ""))
        person = int(who) if who.isdecimal() and len(who) < 19 else None
        presence, minutes = str(sent.get(f"presence-{nth}", "")), str(sent.get(f"minutes-{nth}", ""))
        found.append(Line(name, how, person, presence, minutes, key))
    return found


def why(wrong: str) -> str:
    words = {
        calls.Unreadable.TOO_LARGE: _("This file is larger than the list of any call (2 MB)."),
        calls.Unreadable.NO_TEXT: _("This is no CSV: it is neither UTF-8 nor UTF-16 text."),
        calls.Unreadable.NO_COLUMNS: _(
            "No line of this file names the columns of a call's list: a name, and when somebody joined or for"
            " how long. Both programs write them in English where their language is set so."
        ),
        calls.Unreadable.TOO_LONG: _("This file has more than 5,000 lines."),
        calls.Unreadable.NOBODY: _("Nobody is on this list."),
    }
    return words[wrong]
