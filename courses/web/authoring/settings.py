"""What holds for the whole version: rules and words, and the glossary."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.authoring.settings import save_glossary, save_settings
from courses.enums import VersionStatus
from courses.kinds.fields import Part, blank
from courses.kinds.writing import shapes
from courses.kinds.writing.sources import read_glossary
from courses.models import Course, CourseVersion
from courses.queries.authoring.texts import VERSION_FIELDS, glossary_source, glossary_text, settings_text
from courses.web.authoring.base import LockedFormPage
from courses.web.authoring.fields import LinesField, SourceField
from courses.web.authoring.written import WrittenPage


class CourseChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    def label_from_instance(self, course: Course) -> str:
        versions = sorted(
            course.versions.all(), key=lambda one: (one.status != VersionStatus.DRAFT, one.number)
        )
        return versions[-1].title if versions else course.slug


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    aims = LinesField(label=gettext_lazy("What one will be able to do, one aim a line"), required=False)
    first = CourseChoice(
        label=gettext_lazy("Courses to complete first"),
        queryset=Course.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["title", "summary", "aims"]

    class Meta:
        model = CourseVersion
        fields = [*VERSION_FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A course that was never published is its authors' own business.
        known = Q(versions__published_at__isnull=False) | Q(pk__in=self.initial.get("first", []))
        others = Course.objects.filter(known).exclude(pk=self.instance.course_id).distinct()
        others = others.prefetch_related("versions")
        self.fields["first"].queryset = others  # type: ignore[attr-defined]  # of its class
        if not others:
            del self.fields["first"]

    def clean_cpd_hours(self) -> Any:
        hours = self.cleaned_data["cpd_hours"]
        if hours is not None and hours <= 0:
            raise forms.ValidationError(gettext_lazy("Leave it empty, or say more than 0."))
        return hours

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        months, days = cleaned.get("validity_months"), cleaned.get("renewal_days")
        if months == 0:
            self.add_error("validity_months", gettext_lazy("Leave it empty, or begin at 1."))
        if days is not None and not months:
            self.add_error("renewal_days", gettext_lazy("What holds for ever is not renewed: say how long."))
        return cleaned

    def clean_pass_mark(self) -> int | None:
        mark: int | None = self.cleaned_data["pass_mark"]
        if mark is not None and not 1 <= mark <= 100:
            raise forms.ValidationError(gettext_lazy("A pass mark is from 1 to 100 per cent."))
        return mark


class SettingsPage(LockedFormPage):
    """Every rule is off until somebody turns it on."""

    form_class = SettingsForm
    page_title = gettext_lazy("Settings")

    def saved(self) -> str:
        self.version.refresh_from_db()
        return settings_text(self.version)

    def get_form_kwargs(self) -> dict[str, Any]:
        chosen = self.version.prerequisites.values_list("course", flat=True)
        return {
            "instance": CourseVersion.objects.get(pk=self.version.pk),
            "initial": {"aims": self.version.aims, "first": list(chosen)},
        }

    def act(self, form: Any) -> None:
        fields = dict(form.cleaned_data)
        first = fields.pop("first", [])
        save_settings(version=self.version, fields=fields, first=first, seen=self.seen, by=self.request.user)


class GlossaryForm(forms.Form):
    source = SourceField(
        read_glossary,
        label=gettext_lazy("Terms and meanings"),
        required=False,
        help_text=gettext_lazy(
            'For each term: [[glossary]], then term = "…" and meaning = "…", each on a line of its own.'
        ),
    )


class GlossaryPage(WrittenPage):
    form_class = GlossaryForm
    page_title = gettext_lazy("Glossary")
    shape = shapes.GLOSSARY

    def parts(self, data: Mapping[str, Any]) -> Sequence[Part]:
        return [shapes.TERMS]

    def begun(self) -> dict[str, Any]:
        terms = list(self.version.glossary.values("term", "meaning"))
        return {"glossary": terms} if terms else blank([shapes.TERMS])

    def read_text(self, cleaned: Any) -> dict[str, Any]:
        return {"glossary": cleaned}

    def told(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"lead": _("The player marks the first use of each term in the texts of a lesson.")}

    def saved(self) -> str:
        return glossary_text(self.version)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"source": glossary_source(self.version)}}

    def write(self, data: dict[str, Any]) -> None:
        terms = data.get("glossary", [])
        save_glossary(version=self.version, terms=terms, seen=self.seen, by=self.request.user)
