"""Planning and changing an activity: one form for whatever has no cohort or exchange behind it."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.gatherings import Plan, change_gathering, plan_gathering
from courses.enums import Mode
from courses.kinds.gatherings import TOPICS
from courses.models import Activity, ActivityKind, ActivityVersion, Funder
from courses.queries.gatherings import LAW_ENFORCEMENT, only_session, trainers_of
from courses.queries.sessions import planned
from courses.web import words
from courses.web.gatherings.base import CountryField, KeptPage, NamedChoice, listed
from courses.web.grants.forms import PlanPayersForm, known_of
from courses.web.local_time import LocalTimeField, wall
from lms.kit import clock
from lms.people.enums import Role
from lms.people.models import Hotline, User
from lms.people.queries.users import with_role
from lms.web.accounts.zone import zones
from lms.web.views import FormPage

# What the same field is called for some kinds, where its usual name would say too little.
CALLED = {
    "qa_review": {"host": gettext_lazy("Hotline that is reviewed")},
    "expansion_meeting": {"title": gettext_lazy("Whom it is with, and about what")},
    "htm": {"host": gettext_lazy("Hotline that hosts the meeting")},
}
# Kinds that mostly are cohorts of a course, and the one that may have no time.
OF_COURSES = ("basic", "advanced", "online")
SELF_PACED = "online"
# Kinds that make no sense without these.
NEEDED = {
    "qa_review": ("host",),
    "expansion_meeting": ("title", "country"),
    "summit": ("place",),
    LAW_ENFORCEMENT: ("country",),
}


class TrainersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    """Trainers by name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return words.who(obj)


class PlanForm(PlanPayersForm):
    """``kind`` is fixed by the page; which fields it asks for, and how they are called, follows from it.

    Who may keep grants (``pays``) says which of them pay.
    """

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    starts_at = LocalTimeField(label=gettext_lazy("Starts"))
    ends_at = LocalTimeField(label=gettext_lazy("Ends"))
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the place"),
        help_text=gettext_lazy("Both times above are on the clock of this zone."),
    )
    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=Mode)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=500, required=False)
    call_link = forms.URLField(
        label=gettext_lazy("Link of the call"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Only those who take part and their trainers see it."),
    )
    country = CountryField(required=False)
    host = NamedChoice(
        Hotline.objects.order_by("name"), label=gettext_lazy("Hotline that hosts"), required=False
    )
    funder = forms.CharField(
        label=gettext_lazy("Funder"), max_length=200, required=False, widget=listed("funders")
    )
    usual = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"),
        choices=[(topic, topic) for topic in TOPICS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    more = forms.CharField(
        label=gettext_lazy("More topics"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Several are parted by semicolons."),
    )
    trainers = TrainersField(User.objects.none(), label=gettext_lazy("Trainers"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it is changed"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Kept with what changes of the activity itself. No names."),
    )

    field_order = (
        "title", "starts_at", "ends_at", "timezone", "mode", "place", "call_link", "country", "host",
        "funder", "payers", "usual", "more", "trainers", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, kind: ActivityKind, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        zone = self.fields["timezone"]
        if isinstance(zone, forms.ChoiceField):
            zone.choices = zones()[1:]
        trainers = self.fields["trainers"]
        if isinstance(trainers, forms.ModelMultipleChoiceField):
            trainers.queryset = with_role(Role.TRAINER)
        for name, label in CALLED.get(kind.code, {}).items():
            self.fields[name].label = label
        for name in NEEDED.get(kind.code, ()):
            self.fields[name].required = True
        if kind.code != LAW_ENFORCEMENT:
            del self.fields["usual"]
            self.fields["more"].label = _("Topics")
        if not changes:
            del self.fields["reason"]

    def plan(self) -> Plan:
        said = self.cleaned_data
        known = {name: said[name] for name in ("title", "timezone", "mode", "place", "country", "host")}
        known |= {
            name: clock.instant(said[name], said["timezone"]) if said.get(name) else None
            for name in ("starts_at", "ends_at")
            if name in self.fields
        }
        more = [topic.strip() for topic in said["more"].split(";") if topic.strip()]
        topics = list(dict.fromkeys([*said.get("usual", []), *more]))
        return Plan(
            known | {"kind": self.kind, "topics": topics},
            said["funder"],
            said["call_link"],
            list(said["trainers"]) if "trainers" in said else None,
            self.paying(),
        )


class PlanningPage(FormPage, abstract=True):
    template_name = "courses/gatherings/plan.html"
    form_class = PlanForm

    def get_context(self) -> dict[str, Any]:
        funders = list(Funder.objects.values_list("name", flat=True)[:500])
        return super().get_context() | {"funders": funders, "cancel_url": self.get_crumbs()[-1][1]}

    def get_success_url(self) -> str:
        return reverse("gathering", args=[self.made.pk])

    made: Activity


class NewSessionPage(PlanningPage):
    """A law-enforcement session."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Plan a law-enforcement session")
    submit_label = gettext_lazy("Plan it")
    success_message = gettext_lazy("It is planned. Now say who takes part, or do so later.")

    def get_form_kwargs(self) -> dict[str, Any]:
        kind = ActivityKind.objects.get(pk=LAW_ENFORCEMENT)
        initial: dict[str, Any] = {"timezone": clock.reporting_zone().key, "mode": Mode.IN_PERSON}
        if rules.may_teach(self.request.user):
            initial["trainers"] = [self.request.user.pk]
        return {"kind": kind, "initial": initial, "pays": rules.may_keep_grants(self.request.user)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Law-enforcement sessions"), reverse("teach-law-enforcement"))]

    def act(self, form: PlanForm) -> None:
        self.made = plan_gathering(plan=form.plan(), by=self.request.user)


class NewActivityPage(NewSessionPage):
    """Any kind without a cohort or an exchange behind it; ``?kind=`` says which."""

    allowed = staticmethod(rules.may_plan_activities)
    template_name = "courses/gatherings/plan_kind.html"

    @cached_property
    def kind(self) -> ActivityKind | None:
        return ActivityKind.objects.filter(pk=self.request.GET.get("kind", "")[:40]).first()

    def get_page_title(self) -> str:
        return _("Plan: %(kind)s") % {"kind": self.kind.name} if self.kind else _("Plan an activity")

    def get_form_kwargs(self) -> dict[str, Any]:
        kind = self.kind or ActivityKind.objects.all()[0]
        return super().get_form_kwargs() | {"kind": kind}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Activities"), reverse("staff-activities"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "kinds": ActivityKind.objects.all(),
            "kind": self.kind,
            "has_cohorts": self.kind is not None and self.kind.code in OF_COURSES,
        }

    def get_form(self) -> forms.BaseForm:
        form = super().get_form()
        if self.kind is not None and self.kind.code == SELF_PACED:
            for name in ("starts_at", "ends_at"):
                form.fields[name].required = False
        return form


class ChangePage(KeptPage, PlanningPage):
    """Everything known of it but its kind, and why that changes."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Change what is planned")
    success_message = gettext_lazy("The change is recorded.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return KeptPage.get_crumbs(self)

    def get_form_kwargs(self) -> dict[str, Any]:
        pays = rules.may_keep_grants(self.request.user)
        known = initial(self.version) | (known_of(self.activity) if pays else {})
        changed = {"changes": True, "funded": self.activity}
        return {"kind": self.version.kind, "initial": known, "pays": pays, **changed}

    def get_form(self) -> forms.BaseForm:
        form = super().get_form()
        if self.has_several:
            for name in ("starts_at", "ends_at", "trainers"):
                del form.fields[name]
        return form

    @cached_property
    def has_several(self) -> bool:
        return planned(self.activity).count() > 1

    def act(self, form: PlanForm) -> None:
        self.made = self.activity
        change_gathering(
            activity=self.activity,
            plan=form.plan(),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )

    def get_context(self) -> dict[str, Any]:
        imported = self.activity.register_id is not None
        return super().get_context() | {"has_several": self.has_several, "imported": imported}


def initial(version: ActivityVersion) -> dict[str, Any]:
    session = only_session(version.activity)
    zone = version.timezone
    return {
        "starts_at": wall(version.starts_at, zone),
        "ends_at": wall(version.ends_at, zone),
        "title": version.title,
        "timezone": zone,
        "mode": version.mode,
        "place": version.place,
        "call_link": session.call_link if session else "",
        "country": version.country_id,
        "host": version.host_id,
        "funder": version.funder.name if version.funder else "",
        "usual": [topic for topic in version.topics if topic in TOPICS],
        "more": "; ".join(topic for topic in version.topics if _is_more(topic, version)),
        "trainers": [user.pk for user in trainers_of(version.activity)],
    }


def _is_more(topic: str, version: ActivityVersion) -> bool:
    return version.kind_id != LAW_ENFORCEMENT or topic not in TOPICS
