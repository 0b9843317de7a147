"""Who the people of a sheet are. Nothing is decided here but by a press: a page of them at once.

Whatever button is pressed, what stands on the page is recorded first: no choice is lost by turning it.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rules
from courses.actions.sheets.deciding import Said, decide, make_register, take_equal_addresses
from courses.models import Choice, SheetPerson, SheetState
from courses.queries import sheets as queries
from courses.queries.sheets import Row
from courses.tasks import work_on_sheets
from courses.web.sheets import words
from courses.web.sheets.base import OfSheet
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.people.models import Person
from lms.web.htmx import see_other

PAGE = 200
OTHER = "other"


@dataclass
class Shown:
    """Somebody on the page: whom one can choose, and what is chosen."""

    row: Row
    chosen: str
    choices: list[tuple[str, Any]]
    help: str
    typed: str = ""
    error: str = ""


class PeoplePage(OfSheet):
    allowed = staticmethod(rules.may_import_registers)
    page_title = gettext_lazy("Who its people are")
    template_name = "courses/sheets/people.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.elsewhere() or self.render()

    def elsewhere(self) -> HttpResponse | None:
        if self.sheet.state == SheetState.PEOPLE:
            return None
        messages.info(self.request, _("Its people cannot be said now: this is where it stands."))
        return see_other(self.request, self.sheet_url)

    # --- what was sent

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            wrong = self.record()
            if not wrong and "equal" in request.POST:
                taken = take_equal_addresses(sheet=self.sheet, by=self.request.user)
                text = ngettext("%(n)s person is taken.", "%(n)s people are taken.", taken)
                messages.success(request, text % {"n": taken})
            if not wrong and "make" in request.POST:
                make_register(sheet=self.sheet, by=self.request.user)
                nudge(work_on_sheets)
                return see_other(request, self.sheet_url)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return see_other(request, self.here())
        return self.render(wrong=wrong) if wrong else see_other(request, self.here())

    def here(self) -> str:
        """The page that a button asked for; by itself the one that was sent."""
        number = self.request.POST.get("go") or self.request.POST.get("page", "1")
        return f"{self.request.path}?page={number}" if number.isdecimal() else self.request.path

    def record(self) -> dict[str, tuple[str, str]]:
        """Record what changed. Returns, by key, what names nobody, as it was typed, with why."""
        sent = self.request.POST
        names = [name for name in sent if name.startswith("who-") and "\0" not in name]
        keys = [name.removeprefix("who-") for name in names][:PAGE]
        held = {one.key: one for one in SheetPerson.objects.filter(sheet=self.sheet, key__in=keys)}
        typed = {
            key: sent.get(f"other-{key}", "").replace("\0", "").strip() for key in held if self.is_other(key)
        }
        others = named(typed.values())
        known = Person.objects.in_bulk([pk for key in held if (pk := chosen_pk(sent[f"who-{key}"]))])
        said, wrong = {}, {}
        for key, one in held.items():
            person = others.get(typed[key]) if key in typed else known.get(chosen_pk(sent[f"who-{key}"]))
            if key in typed and person is None:
                wrong[key] = typed[key], _("Nobody has this register id or e-mail address, or several have.")
                continue
            choice = Choice.PERSON if person else sent[f"who-{key}"]
            if choice in ("", *Choice.values) and (choice, person and person.pk) != (
                one.choice,
                one.person_id,
            ):
                seen = sent.get(f"seen-{key}", "")
                said[key] = Said(choice, person, int(seen) if seen.isdecimal() and len(seen) < 9 else -1)
        self.tell_lost(decide(sheet=self.sheet, said=said, by=self.request.user))
        return wrong

    def is_other(self, key: str) -> bool:
        sent = self.request.POST
        return sent[f"who-{key}"] == OTHER or bool(
            not sent[f"who-{key}"] and sent.get(f"other-{key}", "").strip()
        )

    def tell_lost(self, lost: list[str]) -> None:
        if lost:
            text = ngettext(
                "%(n)s person was decided by somebody else meanwhile, and stays so. Look once more.",
                "%(n)s people were decided by somebody else meanwhile, and stay so. Look once more.",
                len(lost),
            )
            messages.warning(self.request, text % {"n": len(lost)})

    # --- what is shown

    @cached_property
    def page(self) -> Page[SheetPerson]:
        people = SheetPerson.objects.filter(sheet=self.sheet).select_related("person").order_by("number")
        asked = self.request.POST.get("page") or self.request.GET.get("page")
        return Paginator(people, PAGE).get_page(asked)

    def render(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        wrong = extra.get("wrong", {})
        page = self.page
        rows = [shown(row, *wrong.get(row.one.key, ("", ""))) for row in queries.rows_of(list(page))]
        return super().render(
            status=status,
            rows=rows,
            page=page,
            is_wrong=bool(wrong),
            undecided=queries.undecided(self.sheet).count(),
            sheet=self.sheet,
            cancel_url=self.sheet_url,
        )


def chosen_pk(value: str) -> int:
    number = value.removeprefix("p")
    return int(number) if value.startswith("p") and number.isdecimal() and len(number) < 18 else 0


def named(texts: Any) -> dict[str, Person]:
    """The one person of each register id or e-mail address; texts that name none or several are left out."""
    wanted = {text.casefold() for text in texts if text}
    found: dict[str, set[int]] = {}
    people = queries.people_named(wanted) if wanted else {}
    for person, names in people.items():
        for name in names:
            found.setdefault(name, set()).add(person.pk)
    by_pk = {person.pk: person for person in people}
    single = {name: by_pk[next(iter(pks))] for name, pks in found.items() if len(pks) == 1}
    return {text: single[text.casefold()] for text in texts if text.casefold() in single}


def shown(row: Row, typed: str, error: str) -> Shown:
    one = row.one
    people = {f"p{each.person.pk}": words.suggestion(each) for each in row.matched.suggestions}
    if one.person is not None:
        people.setdefault(f"p{one.person_id}", one.person.name)
    choices = [
        ("", _("to be decided")),
        *people.items(),
        (Choice.NEW.value, Choice.NEW.label),
        (Choice.OUT.value, Choice.OUT.label),
        (OTHER, _("somebody else, as typed below")),
    ]
    return Shown(row, OTHER if error else chosen(row), choices, help_of(row), typed, error)


def chosen(row: Row) -> str:
    """What was decided; where nothing is, whoever has the same address is proposed, and nobody else ever."""
    if row.one.choice:
        return f"p{row.one.person_id}" if row.one.choice == Choice.PERSON else row.one.choice
    return f"p{row.equal.pk}" if row.equal else ""


def help_of(row: Row) -> str:
    one = row.one
    where = ngettext("Line %(line)s.", "Line %(line)s, and %(n)s lines in all.", one.lines) % {
        "line": one.line,
        "n": one.lines,
    }
    if one.remembered:
        why = _("As on an earlier sheet from there.")
    elif one.choice:
        why = _("Decided.")
    elif row.equal:
        why = _("Proposed, because the e-mail address is the same.")
    else:
        why = (
            _("Similar names are proposed to choose from.")
            if row.matched.suggestions
            else _("Nobody similar is known.")
        )
    return " ".join(filter(None, (where, f"{one.about}." if one.about else "", why)))
