"""The findings of each kind, with a button that does what it says."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions import mends
from courses.enums import Finding
from courses.kinds.zones import zone_of
from courses.models import Activity, ActivityVersion, Entry
from courses.queries import quality
from courses.web import words
from courses.web.figures.of_year import OfYear
from courses.web.quality.pressed import PressPage
from lms.kit.text import Text
from lms.people.models import Country, Hotline, Person
from lms.people.queries.alike import Pair
from lms.web.tables import Cell, Header, Table, paged, simple

PAGE = 50


class FindingsPage(PressPage, abstract=True):
    """A subclass gives ``found`` and its ``table``; the key in a button is that of its row."""

    allowed = staticmethod(rules.may_mend_data)
    template_name = "courses/quality/findings.html"
    finding: ClassVar[Finding]
    lead: ClassVar[Text]

    def get_page_title(self) -> Text:
        return self.finding.label

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Data quality"), reverse("staff-quality"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "lead": self.lead,
            "table": paged(self.found(), self.table, self.request.GET, key="page", page_size=PAGE),
        }

    def found(self) -> Any:
        raise NotImplementedError

    def table(self, shown: Any) -> Table:
        raise NotImplementedError


class AffiliationPage(FindingsPage):
    finding = Finding.AFFILIATION
    lead = gettext_lazy("They took part in something, and belong to no hotline and no agency on any day.")

    def found(self) -> Any:
        return quality.without_affiliation()

    def table(self, shown: Sequence[Person]) -> Table:
        places = quality.known_places([one.pk for one in shown])
        headers = [_("Person"), _("Register id"), _("Last took part for"), _("Mend")]
        rows = [
            [
                Cell(words.named(one), reverse("staff-person", args=[one.pk])),
                one.register_id,
                words.organisation(places[one.pk]) if one.pk in places else None,
                _affiliate(one, places.get(one.pk)),
            ]
            for one in shown
        ]
        return _table(_("By family name"), headers, rows)

    def press(self, request: HttpRequest) -> str:
        person = get_object_or_404(Person, pk=self.pressed("mend"))
        mends.affiliate_as_recorded(person=person, by=self.request.user)
        return _("%(name)s is affiliated.") % {"name": person.name}


def _affiliate(person: Person, entry: Entry | None) -> SafeString | Cell:
    if entry is None:
        return Cell(_("Open the person"), reverse("staff-person", args=[person.pk]))
    place = words.organisation(entry)
    return button(person.pk, _("Affiliate with %(place)s") % {"place": place}, person.name)


class ZonePage(FindingsPage):
    finding = Finding.ZONE
    lead = gettext_lazy(
        "They have a time and no zone to read it by. The moment stays; the clock of the place is shown with"
        " it."
    )

    def found(self) -> Any:
        return quality.without_zone()

    def table(self, shown: Sequence[ActivityVersion]) -> Table:
        headers = [_("Activity"), _("Kind"), _("Starts"), _("Country"), _("Mend")]
        rows = [
            [
                _activity(one),
                one.kind.name,
                words.reader_time(one.starts_at) if one.starts_at else None,
                country.name if (country := _country(one)) else None,
                _read_by(one),
            ]
            for one in shown
        ]
        return _table(_("The earliest first"), headers, rows)

    def press(self, request: HttpRequest) -> str:
        activity = get_object_or_404(Activity, pk=self.pressed("mend"))
        version = get_object_or_404(ActivityVersion.objects.in_force(), activity=activity)
        zone = _zone(version)
        mends.set_zone(activity=activity, zone=zone, by=self.request.user)
        return _("Its times are read by %(zone)s.") % {"zone": zone}


def _country(version: ActivityVersion) -> Country | None:
    return version.country or (version.host.country if version.host else None)


def _zone(version: ActivityVersion) -> str:
    country = _country(version)
    return zone_of(country.pk) if country else ""


def _read_by(version: ActivityVersion) -> SafeString | Cell:
    zone = _zone(version)
    if not zone:
        return _open(version.activity_id)
    local = words.time_in(version.starts_at, zone)
    said = _("Read it by %(zone)s: %(time)s") % {"zone": zone, "time": local}
    return button(version.activity_id, said, words.title(version))


class DuplicatesPage(FindingsPage):
    finding = Finding.DUPLICATES
    lead = gettext_lazy(
        "The same address or the same name, which proves nothing. Look at what a merge would do, or say that"
        " they are two people: then they are not shown again."
    )

    def found(self) -> Any:
        return quality.alike()

    def table(self, shown: Sequence[Pair]) -> Table:
        people = Person.objects.in_bulk({key for pair in shown for key in (pair.first, pair.second)})
        headers = [_("Record"), _("Other record"), _("Same"), _("Merge"), _("Or")]
        rows = [_pair(pair, people[pair.first], people[pair.second]) for pair in shown]
        return _table(_("The likeliest first"), headers, rows)

    def press(self, request: HttpRequest) -> str:
        first, second = (get_object_or_404(Person, pk=key) for key in self.pressed_both("mend"))
        mends.tell_apart(first=first, second=second, by=self.request.user)
        return _("They are two people: this pair is not shown again.")


def _pair(pair: Pair, first: Person, second: Person) -> list[Any]:
    same = [word for word, is_so in ((_("address"), pair.same_mail), (_("name"), pair.same_name)) if is_so]
    other = second.register_id or f"#{second.pk}"
    merge = f"{reverse('staff-merge', args=[first.pk])}?{urlencode({'other': other})}"
    return [
        Cell(_known_as(first), reverse("staff-person", args=[first.pk])),
        Cell(_known_as(second), reverse("staff-person", args=[second.pk])),
        ", ".join(same),
        Cell(_("Look at a merge"), merge),
        button(f"{first.pk} {second.pk}", _("They are two people"), f"{first.name}, {second.name}"),
    ]


def _known_as(person: Person) -> str:
    return f"{person.name} ({person.register_id})" if person.register_id else person.name


class DatesPage(FindingsPage):
    finding = Finding.DATES
    lead = gettext_lazy(
        "The completion is dated before the enrolment. Where the enrolment is the wrong one, one press dates"
        " it like the completion; the old fact stays beside the new one."
    )

    def found(self) -> Any:
        return quality.completed_before_enrolled()

    def table(self, shown: Sequence[Any]) -> Table:
        activities = [one.activity_id for one in shown]
        versions = ActivityVersion.objects.in_force().filter(activity__in=activities)
        titles = {version.activity_id: version for version in versions}
        headers = [_("Person"), _("Activity"), _("Completed"), _("Enrolled"), _("Mend")]
        rows = [
            [
                Cell(one.person.name, reverse("staff-person", args=[one.person_id])),
                _activity(titles[one.activity_id]) if one.activity_id in titles else None,
                words.day(one.happened_on),
                words.day(one.enrolled_on),
                _date(one),
            ]
            for one in shown
        ]
        return _table(_("The earliest completion first"), headers, rows)

    def press(self, request: HttpRequest) -> str:
        completion = get_object_or_404(Entry, pk=self.pressed("mend"))
        mends.date_enrolment(completion=completion, by=self.request.user)
        return _("The enrolment is dated like the completion.")


def _date(one: Any) -> SafeString | Cell:
    """A cohort's enrolment, and an exchange's, is put right there."""
    if one.owned:
        return _open(one.activity_id)
    says = _("Date the enrolment %(day)s") % {"day": words.day(one.happened_on)}
    return button(one.pk, says, one.person.name)


class PastPage(FindingsPage):
    finding = Finding.PAST
    lead = gettext_lazy("They are over and still called planned, so no count has who attended them.")

    def found(self) -> Any:
        return quality.still_planned()

    def table(self, shown: Sequence[Any]) -> Table:
        headers = [_("Activity"), _("Kind"), _("Was over"), _("Host"), _("Mend")]
        rows = [
            [
                _activity(one),
                one.kind.name,
                words.reader_time(one.over_at),
                one.host.name if one.host else None,
                _held(one),
            ]
            for one in shown
        ]
        return _table(_("The longest ago first"), headers, rows)

    def press(self, request: HttpRequest) -> str:
        activity = get_object_or_404(Activity, pk=self.pressed("mend"))
        mends.say_held(activity=activity, by=self.request.user)
        return _("It was held: the counts have it now.")


def _held(version: Any) -> SafeString | Cell:
    if version.owned:
        return _open(version.activity_id)
    return button(version.activity_id, _("It was held"), words.title(version))


class UntrainedPage(FindingsPage, OfYear):
    finding = Finding.UNTRAINED
    lead = gettext_lazy("Members of the network in the year, of whose people nothing is recorded in it.")

    def get_context(self) -> dict[str, Any]:
        chips = self.year_chips(lambda year: reverse("staff-untrained", args=[year]))
        return super().get_context() | {"year_chips": chips}

    def get_page_title(self) -> str:
        return _("Hotlines without any training in %(year)s") % {"year": self.year}

    def found(self) -> Any:
        return quality.untrained(self.year)

    def table(self, shown: Sequence[Hotline]) -> Table:
        asked = quality.asked_about(self.year)
        headers = [_("Hotline"), _("Country"), _("Mend")]
        rows = [
            [
                Cell(one.name, reverse("staff-hotline", args=[one.pk])),
                one.country.name,
                _("asked") if one.pk in asked else button(one.pk, _("Ask its managers"), one.name),
            ]
            for one in shown
        ]
        return _table(_("By name"), headers, rows)

    def press(self, request: HttpRequest) -> str:
        hotline = get_object_or_404(Hotline, pk=self.pressed("mend"))
        mends.ask_managers(hotline=hotline, year=self.year, by=self.request.user)
        return _("The managers of %(name)s are asked.") % {"name": hotline.name}


def _open(activity_id: int) -> Cell:
    return Cell(_("Open the activity"), reverse("staff-activity", args=[activity_id]))


def _activity(version: ActivityVersion) -> Cell:
    return Cell(words.title(version), reverse("staff-activity", args=[version.activity_id]))


def _table(caption: str, labels: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    return simple(caption, [Header(label) for label in labels], rows)


def button(key: object, says: str, of: str) -> SafeString:
    """``of`` tells the buttons of a table apart where they are read out without it."""
    return format_html(
        '<button class="btn small" type="submit" name="mend" value="{}" aria-label="{}">{}</button>',
        key,
        f"{says}: {of}",
        says,
    )
