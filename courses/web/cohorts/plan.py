"""/teach/cohorts/new/ and the settings of a cohort: what, when, with whom, and how people get in."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.cohorts import (
    INVITATION,
    OPEN,
    REQUEST,
    Entrance,
    change_cohort,
    entrance_of,
    plan_cohort,
)
from courses.enums import ActivityStatus, Mode
from courses.models import ActivityVersion, Cohort, Funder
from courses.queries.candidates import timing
from courses.queries.catalogue import published
from courses.queries.cohorts import trainers_today
from courses.queries.sessions import planned
from courses.web import words
from courses.web.cohorts.base import OfCohort, home_of
from courses.web.grants.forms import PlanPayersForm, known_of
from courses.web.local_time import LocalTimeField, wall
from lms.kit.clock import instant
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.people.models import Country, Hotline, User
from lms.web.accounts.zone import zones
from lms.web.views import FormPage

WAYS = (
    (INVITATION, gettext_lazy("By invitation: you ask people or enrol them")),
    (REQUEST, gettext_lazy("By request: people ask, managers nominate, and you decide")),
    (OPEN, gettext_lazy("Open: anybody with a login takes a place, as long as there is one")),
)


class PlanForm(PlanPayersForm):
    version = forms.ModelChoiceField(label=gettext_lazy("Course"), queryset=published())
    trainers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Trainers"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Whoever stands in for somebody is ticked too. All of them see the board."),
    )
    starts = LocalTimeField(
        label=gettext_lazy("Starts"),
        required=False,
        help_text=gettext_lazy("By the clock at the place. Left blank, everybody goes at their own pace."),
    )
    ends = LocalTimeField(label=gettext_lazy("Ends"), required=False)
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone of the place"), choices=zones, required=False)
    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=Mode.choices)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=500, required=False)
    country = forms.ModelChoiceField(
        label=gettext_lazy("Country"), queryset=Country.objects.all(), required=False
    )
    host = forms.ModelChoiceField(
        label=gettext_lazy("Host hotline"), queryset=Hotline.objects.all(), required=False
    )
    funder = forms.CharField(
        label=gettext_lazy("Funder"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The yearly counts are broken down by it: write it as it was written before."),
        widget=forms.TextInput(attrs={"list": "funders"}),
    )
    topics = forms.CharField(
        label=gettext_lazy("Topics"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("With a semicolon between them."),
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=ActivityStatus.choices)
    reason = forms.CharField(
        label=gettext_lazy("Why it is called off"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "With the status “cancelled” alone. Its training sessions are cancelled too, and whoever is in"
            " it, asked for it or was asked is told."
        ),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How people get in"), choices=WAYS, widget=forms.RadioSelect, initial=INVITATION
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=1,
        max_value=30_000,
        required=False,
        help_text=gettext_lazy("Left blank, there is no limit. Where all are taken, people wait in order."),
    )
    seats_per_hotline = forms.IntegerField(
        label=gettext_lazy("Places for each hotline"), min_value=1, max_value=30_000, required=False
    )
    special = forms.CharField(
        label=gettext_lazy("Another number for some hotlines"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One hotline a line, as “Name: 4”."),
    )
    answer_hours = forms.IntegerField(
        label=gettext_lazy("Hours to answer"),
        min_value=1,
        max_value=390,
        initial=39,
        help_text=gettext_lazy(
            "How long a place is held for who is asked. Only the hours from 8:00 to 21:00 where they live"
            " count, so 39 are three days. Never beyond the start."
        ),
    )

    field_order = (
        "version", "trainers", "starts", "ends", "timezone", "mode", "place", "country", "host", "funder",
        "payers", "topics",
    )  # fmt: skip

    def __init__(self, *args: Any, cohort: Cohort | None = None, **kwargs: Any) -> None:
        super().__init__(*args, funded=cohort.activity if cohort else None, **kwargs)
        chosen: Any = self.fields["trainers"]
        chosen.queryset = trainers_today(cohort)
        chosen.label_from_instance = words.who
        version: Any = self.fields["version"]
        version.label_from_instance = lambda one: f"{one.title} ({one.course.kind.name})"
        for name in ("country", "host"):
            field: Any = self.fields[name]
            field.label_from_instance = lambda one: one.name
        if cohort is None:
            del self.fields["status"], self.fields["reason"]
        else:
            del self.fields["version"]
            if planned(cohort.activity).exists():
                self.fields["starts"].disabled = self.fields["ends"].disabled = True
                self.fields["starts"].help_text = _("Its training sessions say when it is.")

    def clean_special(self) -> dict[int, int]:
        """Hotline to places; every line that is none is named."""
        names = {one.name.casefold(): one.pk for one in Hotline.objects.all()}
        found: dict[int, int] = {}
        wrong = []
        for line in filter(None, map(str.strip, self.cleaned_data["special"].splitlines())):
            name, _colon, number = line.rpartition(":")
            hotline = names.get(name.strip().casefold())
            if hotline is None or not number.strip().isdecimal() or len(number.strip()) > 4:
                wrong.append(line)
            else:
                found[hotline] = int(number)
        if wrong:
            raise forms.ValidationError(
                _("Not a hotline and a number: %(lines)s") % {"lines": "; ".join(wrong)}, code="invalid"
            )
        return found

    def plan(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        zone = data["timezone"] or settings.REPORTING_ZONE
        known = {
            "starts_at": instant(data["starts"], zone) if data["starts"] else None,
            "ends_at": instant(data["ends"], zone) if data["ends"] else None,
            "timezone": zone,
            "mode": data["mode"],
            "place": data["place"],
            "country": data["country"],
            "host": data["host"],
            "topics": [one.strip() for one in data["topics"].split(";") if one.strip()],
        }
        entrance = Entrance(
            data["way"], data["capacity"], data["seats_per_hotline"], data["answer_hours"], data["special"]
        )
        said = {"trainers": data["trainers"], "entrance": entrance, "funder": data["funder"]}
        return {**known, **said, "paying": self.paying()}


class PlanPage(FormPage):
    """A new cohort of a published course."""

    allowed = staticmethod(rules.may_plan_cohorts)
    page_title = gettext_lazy("Plan a cohort")
    template_name = "courses/cohorts/plan.html"
    form_class = PlanForm
    submit_label = gettext_lazy("Plan it")
    success_message = gettext_lazy("Planned. Now you can invite or enrol people.")

    def get_form_kwargs(self) -> dict[str, Any]:
        mine = [self.request.user.pk] if rules.may_teach(self.request.user) else []
        zone = self.request.user.zone
        initial = {"trainers": mine, "timezone": zone, "mode": Mode.ONLINE}
        return {"initial": initial, "pays": rules.may_keep_grants(self.request.user)}

    def act(self, form: Any) -> None:
        version = form.cleaned_data["version"]
        self.made = plan_cohort(version=version, title=version.title, by=self.request.user, **form.plan())

    def get_success_url(self) -> str:
        return reverse("teach-enrol", args=[self.made.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My cohorts"), reverse("teach-cohorts"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "funders": Funder.objects.all(),
            "cancel_url": reverse("teach-cohorts"),
        }


class SettingsPage(FormPage, OfCohort):
    """The plan of a cohort as it is, to be changed."""

    page_title = gettext_lazy("Plan")
    template_name = "courses/cohorts/plan.html"
    form_class = PlanForm
    success_message = gettext_lazy("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        pays = rules.may_keep_grants(self.request.user)
        paid = known_of(self.cohort.activity) if pays else {}
        known = as_planned(self.cohort, timing(self.cohort)) | paid
        return {"cohort": self.cohort, "initial": known, "pays": pays}

    def act(self, form: Any) -> None:
        said = {name: form.cleaned_data[name] for name in ("status", "reason")}
        change_cohort(cohort=self.cohort, by=self.request.user, **said, **form.plan())
        nudge(send_due)

    def get_success_url(self) -> str:
        return home_of(self.cohort)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"funders": Funder.objects.all()}


def as_planned(cohort: Cohort, known: ActivityVersion | None) -> dict[str, Any]:
    """The form's first values."""
    entrance = entrance_of(cohort)
    special = cohort.hotline_seats.select_related("hotline")
    found: dict[str, Any] = {
        "trainers": list(cohort.trainers.values_list("pk", flat=True)),
        "way": entrance.way,
        "capacity": entrance.capacity,
        "seats_per_hotline": entrance.seats_per_hotline,
        "answer_hours": entrance.answer_hours,
        "special": "\n".join(f"{one.hotline.name}: {one.seats}" for one in special),
    }
    if known is None:
        return found
    zone = known.timezone or settings.REPORTING_ZONE
    return found | {
        "starts": wall(known.starts_at, zone),
        "ends": wall(known.ends_at, zone),
        "timezone": "" if zone == settings.REPORTING_ZONE else zone,
        "mode": known.mode,
        "place": known.place,
        "country": known.country_id,
        "host": known.host_id,
        "funder": known.funder.name if known.funder else "",
        "topics": "; ".join(known.topics),
        "status": known.status,
    }
