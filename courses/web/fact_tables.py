"""Tables of facts: the same columns wherever facts are shown."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.enums import Stage
from courses.models import ActivityVersion
from courses.queries.facts import Fact
from courses.queries.standing import ParticipationStanding, YearOfHotline
from courses.web import words
from lms.web.tables import Cell, Header, Table, simple


def taken_part(participations: Sequence[ParticipationStanding], *, caption: str, linked: bool) -> Table:
    """What one person did: a row for each activity that stands."""
    headers = [_("Activity"), _("Kind"), _("Starts"), _("Enrolled"), _("Attended"), _("Completed"), _("As")]
    rows = [
        [
            _activity(one.version, linked),
            one.version.kind.name,
            words.starts(one.version),
            *_stages(one),
            words.organisation(one.entry),
        ]
        for one in participations
        if one.stands
    ]
    return simple(caption, [Header(label) for label in headers], rows)


def participants(participations: Sequence[ParticipationStanding], *, caption: str, linked: bool) -> Table:
    """Who took part in one activity, by name."""
    headers = [_("Name"), _("As"), _("Audience"), _("Enrolled"), _("Attended"), _("Completed")]
    rows = [
        [_person(one, linked), words.organisation(one.entry), one.entry.get_audience_display(), *_stages(one)]
        for one in participations
    ]
    return simple(caption, [Header(label) for label in headers], rows)


def by_hotline(participations: Sequence[ParticipationStanding], *, caption: str, linked: bool) -> Table:
    """What the people of one hotline did, head counts included."""
    headers = [_("Name"), _("Activity"), _("Starts"), _("Enrolled"), _("Attended"), _("Completed")]
    rows = [
        [
            _person(one, linked),
            _activity(one.version, linked),
            words.starts(one.version),
            *_stages(one),
        ]
        for one in participations
    ]
    return simple(caption, [Header(label) for label in headers], rows)


def head_counts(participations: Sequence[ParticipationStanding], *, caption: str) -> Table:
    headers = [
        Header(_("Organisation")),
        Header(_("Audience")),
        *(Header(label, numeric=True) for label in (_("Enrolled"), _("Attended"), _("Completed"))),
    ]
    rows = [
        [words.organisation(one.entry), one.entry.get_audience_display(), *_heads(one)]
        for one in participations
    ]
    return simple(caption, headers, rows)


def every_fact(facts: Sequence[Fact], *, caption: str, linked: bool) -> Table:
    """Each ledger entry with its source and the moment it was recorded; what was taken back is struck."""
    headers = [_("Activity"), _("Fact"), _("As"), _("Source"), _("Recorded"), _("Still holds")]
    rows = [_fact_row(fact, linked) for fact in facts]
    return simple(caption, [Header(label) for label in headers], rows)


def years(years: Sequence[YearOfHotline], *, caption: str) -> Table:
    names = [
        _("Enrolled"),
        _("Attended"),
        _("Completed"),
        _("Different people"),
        _("Without names"),
        _("Hosted"),
    ]
    headers = [Header(_("Year")), *(Header(name, numeric=True) for name in names)]
    rows = [
        [str(y.year), y.enrolled, y.attended, y.completed, y.people, y.unidentified, y.hosted] for y in years
    ]
    return simple(caption, headers, rows)


def _fact_row(fact: Fact, linked: bool) -> list[Any]:
    entry = fact.entry
    state = _("yes")
    if fact.reversal is not None:
        state = words.taken_back(entry, fact.reversal)
    elif fact.version.withdrawn:
        state = _("the activity was withdrawn")
    said = [_what(fact), words.organisation(entry), words.source(entry), words.reader_time(entry.recorded_at)]
    shown = said if fact.stands else [words.struck(text) for text in said]
    return [_activity(fact.version, linked), *shown, state]


def _what(fact: Fact) -> str:
    entry = fact.entry
    stage = _("was absent") if entry.absent else Stage(entry.stage).label
    dated = _("%(stage)s on %(day)s") % {"stage": stage, "day": words.day(entry.happened_on)}
    text = dated if entry.happened_on else str(stage)
    return text if entry.person_id else f"{text} · {entry.headcount}"


def _stages(one: ParticipationStanding) -> list[str]:
    return [_stage(one.enrolled), _stage(one.attended), _stage(one.completed)]


def _stage(fact: Fact | None) -> str:
    if fact is None:
        return "–"
    if fact.entry.stage == Stage.ATTENDED:
        return _("no") if fact.entry.absent else _("yes")
    return words.day(fact.entry.happened_on)


def _heads(one: ParticipationStanding) -> list[int | None]:
    return [
        fact.entry.headcount if fact and not fact.entry.absent else None
        for fact in (one.enrolled, one.attended, one.completed)
    ]


def _activity(version: ActivityVersion, linked: bool) -> Cell:
    url = reverse("staff-activity", args=[version.activity_id]) if linked else ""
    return Cell(words.title(version), url)


def _person(one: ParticipationStanding, linked: bool) -> Cell:
    if one.person is None:
        return Cell(_("%(number)s without names") % {"number": one.entry.headcount})
    return Cell(words.named(one.person), reverse("staff-person", args=[one.person.pk]) if linked else "")
