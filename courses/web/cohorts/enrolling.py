"""/teach/cohorts/<pk>/enrol/: many people at once, from a list or by a rule; seen before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.actions.enrolments import enrol_many
from courses.actions.places import invite
from courses.models import Course
from courses.queries.candidates import room
from courses.queries.matching import MOST_LINES, Matched, Why, lines_of, matched
from courses.queries.outlooks import Outlook, Verdict, named_by_rule, outlooks
from courses.queries.prerequisites import asked_of, titles
from courses.web.cohorts.base import OfCohort, home_of, places_in_words
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.people.models import Hotline, Person
from lms.web.views import RefuseMixin

ENROL, INVITE = "enrol", "invite"
HOW = (
    (ENROL, gettext_lazy("Enrol them: they are in at once")),
    (INVITE, gettext_lazy("Invite them: a place is held until they answer")),
)
LARGEST_FILE = 500_000
BY = {
    Why.REGISTER_ID: gettext_lazy("by register id"),
    Why.EMAIL: gettext_lazy("by e-mail address"),
    Why.NAME: gettext_lazy("by name"),
    Why.FAMILY_NAME: gettext_lazy("by family name alone"),
}


class HowForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("What is to be done"), choices=HOW, widget=forms.RadioSelect, initial=ENROL
    )


class ListForm(HowForm):
    people = forms.CharField(
        label=gettext_lazy("People"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "One a line: an e-mail address, a register id or a name. Or lines of a CSV file."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("CSV or plain text in UTF-8."),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("file"):
            data["people"] = text_of(data["file"])
        lines = lines_of(data.get("people", ""))
        if not lines:
            self.add_error("people", _("Name at least one person."))
        elif len(lines) > MOST_LINES:
            self.add_error("people", _("%(n)s lines at most.") % {"n": MOST_LINES})
        return data


def text_of(file: "UploadedFile[Any]") -> str:
    """The text of an uploaded list; raises ValidationError at its field."""
    if file.size is None or file.size > LARGEST_FILE:
        raise ValidationError({"file": _("The file is larger than half a megabyte.")})
    try:
        return str(file.read(), "utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(
            {"file": _("The file is no text in UTF-8: save it as CSV in UTF-8, or paste it.")}
        ) from None


class RuleForm(HowForm):
    everybody = forms.BooleanField(label=gettext_lazy("Everybody of all hotlines"), required=False)
    hotlines = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Everybody of these hotlines"), queryset=Hotline.objects.all(), required=False
    )
    completed = forms.ModelChoiceField(
        label=gettext_lazy("Who completed"), queryset=Course.objects.all(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hotlines: Any = self.fields["hotlines"]
        hotlines.label_from_instance = lambda hotline: hotline.name
        hotlines.widget.attrs["size"] = 6
        completed: Any = self.fields["completed"]
        named = titles(Course.objects.all())
        completed.label_from_instance = lambda course: named[course.pk]
        completed.help_text = _("With hotlines: only those of their people who did.")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not (data.get("everybody") or data.get("hotlines") or data.get("completed")):
            self.add_error(None, _("Choose hotlines, a course, or both."))
        return data


@dataclass(frozen=True)
class Row:
    """One line of the preview: who is meant, or who may be, and what would become of them."""

    text: str
    found: str
    outlook: Outlook | None
    choices: Sequence[tuple[int, str]] = ()
    goes: bool = False
    effect: str = ""


class EnrolPage(RefuseMixin, OfCohort):
    """Two ways to name people; ``look`` shows what would happen, ``apply`` does it if that is still so, and
    shows the same people anew if it is not.
    """

    page_title = gettext_lazy("Enrol or invite people")
    template_name = "courses/cohorts/enrol.html"

    def get_context(self) -> dict[str, Any]:
        asked = asked_of(self.cohort.version, None)
        return super().get_context() | {
            "list_form": ListForm(prefix="list"),
            "rule_form": RuleForm(prefix="rule"),
            "places": places_in_words(room(self.cohort)),
            "asked": asked,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "apply" in request.POST:
            return self.apply()
        if request.POST.get("look") == "rule":
            return self.look_by_rule()
        if request.POST.get("look") == "again":
            return self.look_again()
        form = ListForm(request.POST, request.FILES, prefix="list")
        if not form.is_valid():
            return self.render(list_form=form)
        found = matched(lines_of(form.cleaned_data["people"]))
        return self.show(found, form.cleaned_data["how"])

    def look_again(self) -> HttpResponse:
        """The lines of the preview, with whom was chosen for those that name several."""
        text, how = self.request.POST.get("text", ""), self.request.POST.get("how", ENROL)
        return self.show(matched(lines_of(text)[:MOST_LINES]), how, set(self.chosen()))

    def look_by_rule(self) -> HttpResponse:
        form = RuleForm(self.request.POST, prefix="rule")
        if not form.is_valid():
            return self.render(rule_form=form)
        data = form.cleaned_data
        people = named_by_rule(
            hotlines=list(data["hotlines"]), everybody=data["everybody"], completed=data["completed"]
        )
        return self.show_people(list(people), data["how"])

    def show_people(self, people: Sequence[Person], how: str) -> HttpResponse:
        """What would become of people whom no line names."""
        found = outlooks(self.cohort, people)
        rows = [row_of("", "", one, how) for one in found if one.verdict != Verdict.INSIDE]
        inside = sum(1 for one in found if one.verdict == Verdict.INSIDE)
        return self.render(preview=rows, how=how, inside=inside, goes=going(rows))

    def show(self, found: Sequence[Matched], how: str, chosen: set[int] | None = None) -> HttpResponse:
        meant = [one.sure or chosen_of(one, chosen or set()) for one in found]
        people = list({person.pk: person for person in meant if person}.values())
        known = {one.person.pk: one for one in outlooks(self.cohort, people)}
        rows: list[Row] = []
        seen: set[int] = set()
        for one, person in zip(found, meant, strict=True):
            rows.append(line_row(one, known[person.pk] if person else None, how, seen))
            seen |= {person.pk} if person else set()
        text = "\n".join(one.line.text for one in found)
        open_ones = any(row.choices for row in rows)
        return self.render(preview=rows, how=how, text=text, goes=going(rows), open_ones=open_ones)

    def chosen(self) -> list[int]:
        sent = self.request.POST.getlist("person")
        return list(dict.fromkeys(int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19))

    def apply(self) -> HttpResponse:
        known = Person.objects.in_bulk(self.chosen())
        people = [known[pk] for pk in self.chosen() if pk in known]
        how = self.request.POST.get("how", ENROL)
        try:
            act = self.invite if how == INVITE else self.enrol
            messages.success(self.request, act(people))
        except Refused as refusal:
            messages.warning(self.request, refusal.sentence)
            return self.look_again() if self.request.POST.get("text") else self.show_people(people, how)
        nudge(send_due)
        return redirect(home_of(self.cohort))

    def enrol(self, people: list[Person]) -> str:
        number = len(enrol_many(cohort=self.cohort, people=people, by=self.request.user))
        return ngettext("%(n)s person is enrolled.", "%(n)s people are enrolled.", number) % {"n": number}

    def invite(self, people: list[Person]) -> str:
        made = invite(cohort=self.cohort, people=people, by=self.request.user)
        held = sum(1 for one in made if one.answer_by is not None)
        said = ngettext("%(n)s person is invited.", "%(n)s people are invited.", held) % {"n": held}
        if len(made) > held:
            said += " " + _("%(n)s wait for a place.") % {"n": len(made) - held}
        return said


def chosen_of(one: Matched, chosen: set[int]) -> Person | None:
    return next((found.person for found in one.suggestions if found.person.pk in chosen), None)


def line_row(one: Matched, outlook: Outlook | None, how: str, seen: set[int]) -> Row:
    if outlook is None:
        choices = [(found.person.pk, in_words(found.person, found.hotline)) for found in one.suggestions]
        effect = (
            _("Choose who is meant, then look again.") if choices else _("Nobody found. Nothing happens.")
        )
        return Row(one.line.text, "", None, choices, effect=effect)
    found = next(found for found in one.suggestions if found.person.pk == outlook.person.pk)
    if outlook.person.pk in seen:
        return Row(one.line.text, str(BY[found.why]), outlook, effect=_("The same person again."))
    return row_of(one.line.text, str(BY[found.why]), outlook, how, found.hotline)


def row_of(text: str, found: str, one: Outlook, how: str, hotline: Hotline | None = None) -> Row:
    goes, effect = effect_of(one, how)
    name = in_words(one.person, hotline)
    return Row(text, f"{name}, {found}" if found else name, one, goes=goes, effect=effect)


def effect_of(one: Outlook, how: str) -> tuple[bool, str]:
    """Whether something would happen, and what, in words."""
    if one.verdict == Verdict.INSIDE:
        return False, _("Is in the cohort already.")
    if one.verdict == Verdict.LACKS:
        return False, _("Has to complete first: %(courses)s.") % {"courses": ", ".join(one.missing)}
    if how == INVITE and not one.answers:
        return False, _("Has no login to answer with: enrol them instead.")
    if one.verdict == Verdict.FULL:
        if how == INVITE:
            return True, _("No place is left: would wait for one.")
        return False, _("No place is left.")
    return True, _("Would be invited.") if how == INVITE else _("Would be enrolled.")


def going(rows: Sequence[Row]) -> int:
    return sum(row.goes for row in rows)


def in_words(person: Person, hotline: Hotline | None) -> str:
    return f"{person.name} ({hotline.name})" if hotline else person.name
