"""One person on a register, as the page and its script show it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from courses.actions.register.marking import Word
from courses.enums import Presence, RegisterSource
from courses.models import RegisterMark
from courses.queries.registers import Counts, Row, called
from courses.web import words
from lms.kit.errors import Refused


@dataclass(frozen=True)
class Shown:
    """``presence`` and ``minutes`` stand in the fields, also where only typed; ``was`` is on record."""

    row: Row
    presence: str
    minutes: str
    key: str

    @property
    def pk(self) -> int:
        return self.row.participation.pk

    @property
    def name(self) -> str:
        person = self.row.participation.person
        return person.name if person else ""

    @property
    def called(self) -> str:
        person = self.row.participation.person
        return called(person) if person else ""

    @property
    def was(self) -> str:
        return f"{self.key}|{self.row.presence}|{_number(self.row.minutes)}"

    @property
    def said(self) -> str:
        return said(self.row)

    @property
    def beside(self) -> list[str]:
        return beside(self.row)


def shown(rows: Sequence[Row], typed: Mapping[int, Word]) -> list[Shown]:
    found = []
    for row in rows:
        word = typed.get(row.participation.pk)
        if word is None:
            found.append(Shown(row, row.presence, _number(row.minutes), str(uuid.uuid4())))
        else:
            found.append(Shown(row, word.presence, _number(word.minutes), str(word.key)))
    return found


def _number(minutes: int | None) -> str:
    return "" if minutes is None else str(minutes)


def changed(sent: QueryDict, reason: str) -> list[Word]:
    """The rows of a form that say something else than when they were shown. Raises Refused for no number."""
    found = []
    for field, was in sent.items():
        if not field.startswith("row-") or not isinstance(was, str):
            continue
        number = whole(field.removeprefix("row-"))
        key, _bar, before = was.partition("|")
        presence, minutes = sent.get(f"presence-{number}", ""), sent.get(f"minutes-{number}", "").strip()
        if presence not in Presence.there():
            minutes = ""
        if f"{presence}|{minutes}" != before:
            found.append(Word(number, presence, optional(minutes), reason, key_of(key)))
    return found


def whole(text: str) -> int:
    """A number of the database's own. Raises Refused for anything else."""
    if not text.isdecimal() or len(text) > 18:
        raise Refused(_("Something in this form was not sent by its page. Please reload it."))
    return int(text)


def optional(text: str) -> int | None:
    if text == "":
        return None
    if not text.isdecimal() or len(text) > 6:
        raise Refused(_("Minutes are a number from 0 to 1440."), field="minutes")
    return int(text)


def key_of(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(_("Something in this form was not sent by its page. Please reload it.")) from None


def said(row: Row) -> str:
    """Who said it and when."""
    return said_by(row.mark) if row.mark else ""


def said_by(mark: RegisterMark) -> str:
    about = {
        "presence": mark.get_presence_display() or _("not marked"),
        "who": words.who(mark.recorded_by),
        "when": words.reader_time(mark.recorded_at),
    }
    if mark.source == RegisterSource.SELF:
        return _("%(presence)s: by the attendance code, %(when)s") % about
    if mark.source == RegisterSource.CALL_LIST:
        return _("%(presence)s: from the list of a call, %(who)s, %(when)s") % about
    return _("%(presence)s: %(who)s, %(when)s") % about


def beside(row: Row) -> list[str]:
    """What a trainer should know besides: another's word before, a session made up, an imported register."""
    found = []
    if row.mark and row.mark.reason:
        found.append(_("Reason: %(reason)s") % {"reason": row.mark.reason})
    if row.before:
        found.append(_("Before: %(said)s") % {"said": said_by(row.before)})
    if row.elsewhere:
        found.append(_("Made up in another cohort, %(when)s") % {"when": made_up(row.elsewhere)})
    if row.imported:
        text = (
            _("An imported register says: was not there")
            if row.imported.absent
            else _("An imported register says: was there")
        )
        found.append(text)
    if row.guest:
        title = row.participation.activity.cohort.version.title
        found.append(
            _("Guest of another cohort: makes up a training session of %(course)s") % {"course": title}
        )
    return found


def made_up(mark: Any) -> str:
    return words.reader_time(mark.starts_at)


def as_data(row: Row) -> dict[str, Any]:
    """For the page's own script: numbers and words, no name of anybody but trainers."""
    return {
        "participation": row.participation.pk,
        "presence": row.presence,
        "minutes": row.minutes,
        "number": row.mark.number if row.mark else 0,
        "said": said(row),
        "beside": beside(row),
        "waits": row.waits,
    }


def counts_as_data(counts: Counts) -> dict[str, int]:
    return {"people": counts.people, "there": counts.there, "away": counts.away, "waiting": counts.waiting}
