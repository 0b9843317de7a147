"""How much there is to look at, and what was mended lately."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.mends import undo
from courses.enums import Finding
from courses.models import Mend
from courses.queries import quality
from courses.web import words
from courses.web.quality.pressed import PressPage
from lms.kit import clock
from lms.web.tables import Header, Table, paged, simple

PAGE = 20


class QualityPage(PressPage):
    """A constant number of queries. The year of the hotlines is the last one that is over."""

    allowed = staticmethod(rules.may_mend_data)
    page_title = gettext_lazy("Data quality")
    template_name = "courses/quality/page.html"

    def press(self, request: HttpRequest) -> str:
        mend = get_object_or_404(Mend, pk=self.pressed("undo"))
        undo(mend=mend, by=self.request.user)
        return _("Taken back.")

    def get_context(self) -> dict[str, Any]:
        year = clock.today().year - 1
        found = [
            (label_of(kind, year), quality.number_of(kind, year), address_of(kind, year)) for kind in Finding
        ]
        return super().get_context() | {
            "found": found,
            "nothing": not any(number for _label, number, _url in found),
            "mends": paged(quality.mends(), mends, self.request.GET, key="mends", page_size=PAGE),
        }


def label_of(finding: Finding, year: int) -> str:
    if finding == Finding.UNTRAINED:
        return _("Hotlines without any training in %(year)s") % {"year": year}
    return str(finding.label)


def address_of(finding: Finding, year: int) -> str:
    if finding == Finding.UNTRAINED:
        return reverse("staff-untrained", args=[year])
    return reverse(f"staff-quality-{finding.value}")


def mends(shown: Any) -> Table:
    headers = [Header(label) for label in (_("Found"), _("Mended"), _("When"), _("By"), _("Change"))]
    rows = [
        [
            Finding(one.finding).label,
            said(one),
            words.reader_time(one.made_at),
            words.who(one.made_by),
            _taken_back(one, one.undone_at) if one.undone_at else button(one),
        ]
        for one in shown
    ]
    return simple(_("Mended, the latest first"), headers, rows)


def _taken_back(one: Mend, at: dt.datetime) -> str:
    about = {"when": words.reader_time(at), "who": words.who(one.undone_by)}
    return _("taken back %(when)s by %(who)s") % about


def button(one: Mend) -> SafeString:
    return format_html(
        '<button class="btn small" type="submit" name="undo" value="{}" aria-label="{}">{}</button>',
        one.pk,
        _("Take back: %(what)s") % {"what": said(one)},
        _("Take back"),
    )


def said(one: Mend) -> str:
    """What a mend did, in words."""
    match Finding(one.finding):
        case Finding.AFFILIATION if one.person_change:
            return _("%(name)s affiliated") % {"name": one.person_change.person.name}
        case Finding.ZONE if one.version:
            return _("“%(title)s” read by %(zone)s") % _of(one)
        case Finding.PAST if one.version:
            return _("“%(title)s” held") % _of(one)
        case Finding.DUPLICATES if one.person and one.other:
            names = {"first": one.person.name, "second": one.other.name}
            return _("%(first)s and %(second)s are two people") % names
        case Finding.DATES if one.fact_change:
            return _("An enrolment dated like its completion")
        case Finding.UNTRAINED if one.hotline:
            about = {"name": one.hotline.name, "year": str(one.year)}
            return _("Managers of %(name)s asked about %(year)s") % about
    raise ValueError("This mend stands on nothing.")


def _of(one: Mend) -> dict[str, str]:
    version = one.version
    return {"title": words.title(version), "zone": version.timezone} if version else {}
