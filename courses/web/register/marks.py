"""What the script of a register sends and asks: marks that waited, and how the register stands now."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from courses.actions.register.marking import Word, mark
from courses.queries import registers
from courses.web.register.base import SessionPage
from courses.web.register.page import marker, row_of
from courses.web.register.rows import as_data, counts_as_data, key_of, said_by, whole
from lms.kit.errors import Refused

MOST = 50
LONGEST = 64 * 1024


class MarksView(SessionPage):
    """Each mark by itself, in the order in which they were made: one that is refused holds up none.

    Asked without marks it says how the whole register stands.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        known = registers.on_register(self.session).select_related(
            "person__display_name", "activity__cohort__version"
        )
        return self.answer(registers.rows(self.session, known))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            sent = read(request.body[: LONGEST + 1])
            if sent.get("who") != marker(self.request.user.pk, self.session.pk):
                raise Refused(_("These marks were made by somebody else who was signed in here."))
            marks = sent.get("marks")
            if not isinstance(marks, list) or len(marks) > MOST:
                raise Refused(_("Something in this form was not sent by its page. Please reload it."))
        except Refused as refusal:
            return JsonResponse({"refusal": refusal.sentence}, status=400)
        told = [self.one(item) for item in marks]
        return self.answer(row_of(self.session, [one["participation"] for one in told]), marks=told)

    def one(self, item: Any) -> dict[str, Any]:
        """What became of one: known by its key, refused with a sentence, or over somebody else's."""
        told: dict[str, Any] = {"key": "", "participation": 0}
        try:
            word = word_of(item)
            told = {"key": str(word.key), "participation": word.participation}
            marked = mark(session=self.session, word=word, by=self.request.user)
        except Refused as refusal:
            return told | {"refused": refusal.sentence, "field": refusal.field or ""}
        before, mine = marked.before, self.request.user.pk
        if before and before.presence and before.recorded_by_id != mine and not marked.repeated:
            told["over"] = said_by(before)
        return told

    def answer(self, rows: list[registers.Row], **more: Any) -> JsonResponse:
        counts = counts_as_data(registers.counts(self.session))
        return JsonResponse({"counts": counts, "rows": [as_data(row) for row in rows], **more})


def read(body: bytes) -> dict[str, Any]:
    """Raises Refused for what no page of ours sends."""
    try:
        sent = json.loads(body) if len(body) <= LONGEST else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Refused(_("Something in this form was not sent by its page. Please reload it."))
    return sent


def word_of(item: Any) -> Word:
    """One mark as it was sent. Raises Refused for what is none."""
    if not isinstance(item, dict):
        raise Refused(_("Something in this form was not sent by its page. Please reload it."))
    minutes = item.get("minutes")
    if minutes is not None and (not isinstance(minutes, int) or isinstance(minutes, bool)):
        raise Refused(_("Minutes are a number from 0 to 1440."), field="minutes")
    return Word(
        whole(str(item.get("participation", ""))),
        str(item.get("presence", "")),
        minutes,
        str(item.get("reason", "")),
        key_of(str(item.get("key", ""))),
    )
