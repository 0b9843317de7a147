"""/staff/people/: everybody the network knows, and what each of them did."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.enums import ListName
from courses.queries import certificates, standing
from courses.queries.by_hand import changes_of_person
from courses.web import fact_tables, words
from courses.web.as_of import AsOfForm
from courses.web.by_hand import tables
from courses.web.by_hand.people_tables import changed_of
from courses.web.certificates import tables as certificate_tables
from courses.web.find.listing import NarrowedPage, tick
from lms.kit import clock
from lms.people.models import Affiliation, Person, PersonMerge
from lms.people.periods import holding
from lms.web.tables import Cell, Column, Header, Table, simple
from lms.web.views import PageView


def _url(person: Person) -> str:
    return reverse("staff-person", args=[person.pk])


def places(person: Person) -> str:
    """Where somebody belongs today, without asking the database for each row."""
    ties = holding(person.affiliations.all(), clock.today())
    return ", ".join(tie.place for tie in ties)


def merged_into(person: Person) -> str:
    return ", ".join(merge.survivor.name for merge in person.merged_into.all())


class PeoplePage(NarrowedPage):
    allowed = staticmethod(rules.may_browse_network)
    page_title = gettext_lazy("People")
    template_name = "courses/people/list.html"
    listing = ListName.PEOPLE
    search_label = gettext_lazy("Name, e-mail or register id")
    empty_text = gettext_lazy("Nobody by that name or register id fits these filters.")
    default_sort = "name"
    columns = [
        Column("name", gettext_lazy("Name"), link=_url, order=["family_name", "given_name"]),
        tick("pk", lambda person: person.name),
        Column(
            "register_id",
            gettext_lazy("Register id"),
            value=lambda person: person.register_id or "–",
            order=["register_id"],
        ),
        Column("place", gettext_lazy("Today at"), value=places),
        Column("merged", gettext_lazy("Read as"), value=merged_into),
    ]


class PersonPage(PageView):
    """One person through the merges in force; `?as_of=` shows an earlier day's knowledge."""

    allowed = staticmethod(rules.may_browse_network)
    template_name = "courses/people/detail.html"

    def get(self, request: Any, pk: int) -> Any:
        self.person = get_object_or_404(Person, pk=pk)
        return self.render()

    def get_page_title(self) -> str:
        return words.named(self.person)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("People"), reverse("staff-people"))]

    def get_context(self) -> dict[str, Any]:
        as_of = AsOfForm.asked(self.request.GET)
        stood = standing.of_person(self.person, as_of.moment)
        return {
            "person": self.person,
            "stood": stood,
            "about": self._about(),
            "merges": _merge_table(stood),
            "certificates": None if as_of.moment else _certificates(stood.survivor),
            "affiliations": affiliation_table(stood, linked=True, kept=True),
            "changed": changed_of(self.person),
            "facts_changed": self._facts_changed(stood) if as_of.moment is None else None,
            "has_hotline": self.person.affiliations.filter(hotline__isnull=False).exists(),
            "training": fact_tables.taken_part(
                stood.participations, caption=_("Activities, the latest first"), linked=True
            ),
            "facts": fact_tables.every_fact(
                stood.facts, caption=_("Ledger entries, the latest activity first"), linked=True
            ),
            **as_of.context(),
        }

    def _facts_changed(self, stood: standing.PersonStanding) -> Table:
        changes = changes_of_person({stood.survivor.pk, *(merge.duplicate_id for merge in stood.merges)})
        about = _("What was said by hand of what they took part in, the newest first")
        return tables.paged_changes(changes, self.request.GET, about=about, linked=True)

    def _about(self) -> list[tuple[str, Any]]:
        login = getattr(self.person, "user", None)
        return [
            (_("Register id"), self.person.register_id),
            (_("E-mail"), self.person.email),
            (_("Login"), login.email if login else _("none")),
            (_("Known since"), words.reader_time(self.person.created_at)),
        ]


def _certificates(person: Person) -> Table:
    return certificate_tables.certificates(
        certificates.of_person(person, own=False),
        download=lambda one: reverse("staff-certificate", args=[person.pk, one.certificate.pk]),
        revoke=lambda one: reverse("revoke-certificate", args=[one.certificate.pk]),
    )


def affiliation_table(stood: standing.PersonStanding, *, linked: bool, kept: bool = False) -> Table:
    """Dated ties of a person and of the records read as them; with ``kept`` each leads to its correction."""
    people = {stood.survivor.pk, *(merge.duplicate_id for merge in stood.merges)}
    ties = Affiliation.objects.filter(person__in=people).select_related("hotline", "agency", "country")
    headers = [_("Organisation"), _("Audience"), _("Country"), _("From"), _("Until")]
    headers += [_("Change")] if kept else []
    rows = [
        [
            _organisation(tie, linked),
            tie.get_audience_display(),
            tie.country.name if tie.country else None,
            words.day(tie.from_on),
            words.day(tie.until_on),
            *([Cell(_("Correct or end"), reverse("staff-affiliation", args=[tie.pk]))] if kept else []),
        ]
        for tie in ties
    ]
    return simple(_("Dated affiliations"), [Header(label) for label in headers], rows)


def _organisation(tie: Affiliation, linked: bool) -> Cell:
    if tie.hotline and linked:
        return Cell(tie.hotline.name, reverse("staff-hotline", args=[tie.hotline_id]))
    return Cell(tie.place)


def _merge_table(stood: standing.PersonStanding) -> Table:
    headers = [_("Record"), _("Register id"), _("Read as"), _("Since"), _("Decided by"), _("Change")]
    rows = [
        [
            Cell(merge.duplicate.name, _url(merge.duplicate)),
            merge.duplicate.register_id,
            Cell(merge.survivor.name, _url(merge.survivor)),
            words.reader_time(merge.recorded_at),
            words.who(merge.recorded_by),
            _undo_link(merge),
        ]
        for merge in stood.merges
    ]
    return simple(_("Merges in force"), [Header(label) for label in headers], rows)


def _undo_link(merge: PersonMerge) -> Cell:
    # As of an earlier day a merge may be shown that is undone since.
    url = "" if merge.undone_at else reverse("staff-undo-merge", args=[merge.pk])
    return Cell(_("Undo") if url else _("undone since"), url)
