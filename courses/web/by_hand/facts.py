"""Who took part in an activity of any kind: several at once, one put right, and what was said taken back."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.by_hand.facts import Said, mark_of, set_facts
from courses.actions.by_hand.several import Line, Step, look_at_several, said_of, say_of_several
from courses.actions.by_hand.undoing import undo_facts
from courses.enums import Stage
from courses.models import Activity, FactChange, Participation
from courses.queries.by_hand import Listed, change_in_full, changes_of_activity, listed
from courses.queries.gatherings import organisation_names
from courses.web import words
from courses.web.by_hand import tables, undo
from courses.web.by_hand.base import LookPage, OfActivity, why
from courses.web.by_hand.saying import HeadsForm, SaidForm
from courses.web.by_hand.undo import UndoPage
from courses.web.seen import SeenPage
from lms.kit.text import Text
from lms.web.accounts.forms import DayInput
from lms.web.tables import Cell, Header, Table, paged, simple

PAGE_SIZE = 200


class Choice(NamedTuple):
    """A step as the form offers it; ``dated`` asks for its day."""

    label: Text
    stage: Stage
    attended: bool | None = None
    dated: bool = False


STEPS = {
    "enrolled": Choice(gettext_lazy("enrolled on the day below"), Stage.ENROLLED, dated=True),
    "came": Choice(gettext_lazy("were there"), Stage.ATTENDED, attended=True),
    "absent": Choice(gettext_lazy("were expected and did not come"), Stage.ATTENDED, attended=False),
    "completed": Choice(gettext_lazy("completed on the day below"), Stage.COMPLETED, dated=True),
    "not_enrolled": Choice(gettext_lazy("take back: enrolled"), Stage.ENROLLED),
    "not_attended": Choice(gettext_lazy("take back: attended, or did not"), Stage.ATTENDED),
    "not_completed": Choice(gettext_lazy("take back: completed"), Stage.COMPLETED),
}


class SeveralForm(forms.Form):
    step = forms.ChoiceField(
        label=gettext_lazy("Those ticked"), choices=[(name, one.label) for name, one in STEPS.items()]
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Of the enrolment or the completion, in the reporting zone."),
    )
    reason = why()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("step") in STEPS and STEPS[said["step"]].dated and not said.get("day"):
            self.add_error("day", _("Say on which day."))
        return said

    def asked(self) -> Step:
        chosen = STEPS[self.cleaned_data["step"]]
        return Step(chosen.stage, self.cleaned_data["day"] if chosen.dated else None, chosen.attended)


class PeoplePage(OfActivity, LookPage):
    """The list, with boxes to tick; what the step would do to each is shown before it is done."""

    allowed = staticmethod(rules.may_record_by_hand)
    page_title = gettext_lazy("Who took part, by hand")
    template_name = "courses/by_hand/people.html"
    submit_label = gettext_lazy("Record it")
    form_class = SeveralForm

    @cached_property
    def chosen(self) -> list[int]:
        sent = self.request.POST.getlist("chosen")
        return [int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19]

    def stamp(self) -> str:
        return ",".join(str(entry.pk) for line in self.lines for entry in line.facts.values())

    @cached_property
    def lines(self) -> list[Listed]:
        return listed(self.activity)

    def asked(self, form: SeveralForm) -> dict[str, Any]:
        return {
            "activity": self.activity,
            "chosen": self.chosen,
            "step": form.asked(),
            "reason": form.cleaned_data["reason"],
            "by": self.request.user,
        }

    def look(self, form: Any) -> dict[str, Any]:
        lines = look_at_several(**self.asked(form))
        wrong, same = any(line.fault for line in lines), not any(line.changes for line in lines)
        notes = []
        if wrong:
            notes = [_("One that cannot be recorded has to be left out first: all of them or none.")]
        elif same:
            notes = [_("All of that is recorded already.")]
        return {"shown": [looked_table(lines)], "notes": notes, "cannot": wrong or same}

    def act(self, form: Any) -> FactChange:
        return say_of_several(**self.asked(form))

    def done(self, made: FactChange) -> None:
        undo.tell(self.request, _("It is recorded."), reverse("staff-undo-facts", args=[made.pk]))

    def get_success_url(self) -> str:
        return self.people_url

    def get_context(self) -> dict[str, Any]:
        named = [line for line in self.lines if line.person]
        heads = [line for line in self.lines if not line.person]
        changed = changes_of_activity(self.activity)
        about = _("Changes by hand, the newest first")
        return super().get_context() | {
            "activity_id": self.version.activity_id,
            "cancel_url": self.people_url,
            "named": paged(named, self.people, self.request.GET, key="people", page_size=PAGE_SIZE),
            "heads": paged(heads, self.heads, self.request.GET, key="heads", page_size=PAGE_SIZE),
            "changed": tables.paged_changes(changed, self.request.GET, about=about, linked=True),
        }

    def people(self, lines: Sequence[Listed]) -> Table:
        labels = [_("Choose"), _("Name"), _("As"), _("Enrolled"), _("Attended"), _("Completed"), _("Change")]
        rows = [
            [
                self.box(line),
                self.name(line),
                words.organisation(line.entry),
                *(_stage(line, stage) for stage in Stage),
                self.correct(line),
            ]
            for line in lines
        ]
        return simple(_("By family name"), [Header(label) for label in labels], rows)

    def heads(self, lines: Sequence[Listed]) -> Table:
        headers = [
            Header(_("Organisation")),
            *(Header(label, numeric=True) for label in (_("Enrolled"), _("Attended"), _("Completed"))),
            Header(_("Change")),
        ]
        rows = [
            [
                words.organisation(line.entry),
                *(line.facts[stage].headcount if stage in line.facts else None for stage in Stage),
                self.correct(line),
            ]
            for line in lines
        ]
        return simple(_("Head counts without names, by organisation"), headers, rows)

    def name(self, line: Listed) -> Cell:
        url = reverse("staff-person", args=[line.participation.person_id])
        return Cell(tables.person_of(line.person), url)

    def box(self, line: Listed) -> SafeString:
        checked = " checked" if line.participation.pk in self.chosen else ""
        text = '<input type="checkbox" name="chosen" value="{}" aria-label="{}"{}>'
        return format_html(text, line.participation.pk, tables.person_of(line.person), checked)

    def correct(self, line: Listed) -> SafeString:
        url = reverse("staff-activity-correct", args=[self.version.activity_id, line.participation.pk])
        name = words.organisation(line.entry) if line.person is None else tables.person_of(line.person)
        label = _("Correct: %(name)s") % {"name": name}
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, _("Correct"))


def _stage(line: Listed, stage: str) -> str:
    entry = line.facts.get(stage)
    if entry is None:
        return "–"
    if stage == Stage.ATTENDED:
        return _("no") if entry.absent else _("yes")
    return words.day(entry.happened_on)


def looked_table(lines: Sequence[Line]) -> Table:
    labels = [_("Name"), _("Now"), _("Then")]
    rows = [[tables.person_of(line.person), summed(line.before), line.fault or _then(line)] for line in lines]
    return simple(_("What would be recorded"), [Header(label) for label in labels], rows)


def _then(line: Line) -> str:
    return summed(line.after) if line.changes else _("as it is")


def summed(said: Said) -> str:
    """How far somebody came, in a line."""
    parts = []
    if said.enrolled_on:
        parts.append(_("enrolled %(day)s") % {"day": words.day(said.enrolled_on)})
    if said.attended is not None:
        parts.append(_("was there") if said.attended else _("was absent"))
    if said.completed_on:
        parts.append(_("completed %(day)s") % {"day": words.day(said.completed_on)})
    return ", ".join(parts) or _("nothing")


class CorrectFactsPage(OfActivity, SeenPage):
    """One person or head count: every stage, with the reason."""

    allowed = staticmethod(rules.may_record_by_hand)
    page_title = gettext_lazy("Correct")
    template_name = "courses/by_hand/correct.html"
    submit_label = gettext_lazy("Correct it")

    @cached_property
    def taking(self) -> Participation:
        found = Participation.objects.filter(activity=self.version.activity_id, pk=self.kwargs["one"])
        one = found.select_related("activity", "person__pseudonym").first()
        if one is None or not one.entries.standing().exists():
            raise Http404
        return one

    def get_form(self) -> forms.BaseForm:
        said = said_of(self.taking)
        made = SaidForm if self.taking.person_id else HeadsForm
        return made(self.request.POST or None, initial=made.known(said))

    def mark(self) -> str:
        return mark_of(self.taking)

    def act(self, form: Any) -> FactChange:
        self.made = set_facts(
            participation=self.taking,
            said=form.said(),
            reason=form.cleaned_data["reason"],
            seen=self.seen,
            by=self.request.user,
        )
        done = _("Corrected. Both facts stand below, side by side.")
        undo.tell(self.request, done, reverse("staff-undo-facts", args=[self.made.pk]))
        return self.made

    def get_success_url(self) -> str:
        return self.people_url

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (_("Who took part, by hand"), self.people_url)]

    def get_context(self) -> dict[str, Any]:
        entries = self.taking.entries.standing().select_related("hotline", "agency", "person__pseudonym")
        about = [(entry.get_stage_display(), tables.fact(entry)) for entry in entries]
        return super().get_context() | {
            "about": about,
            "cancel_url": self.people_url,
            "organisations": organisation_names(),
        }


class UndoFactsPage(UndoPage):
    allowed = staticmethod(rules.may_record_by_hand)

    @cached_property
    def undone(self) -> FactChange:
        return get_object_or_404(FactChange.objects.select_related("activity"), pk=self.kwargs["pk"])

    @property
    def activity(self) -> Activity:
        return self.undone.activity

    def sentence(self) -> str:
        return _("What stood before this change stands again, and the change stays on record beside it.")

    def act(self, form: Any) -> FactChange:
        return undo_facts(change=self.undone, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-activity", args=[self.undone.activity_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Activities"), reverse("staff-activities")), (_("The activity"), self.get_success_url())]

    def get_context(self) -> dict[str, Any]:
        table = tables.changes(
            list(change_in_full(self.undone)), about=_("The change to take back"), linked=False
        )
        return super().get_context() | {"shown": table}
