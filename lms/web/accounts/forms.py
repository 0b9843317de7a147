"""Forms about logins, roles and invitations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.enums import Role
from lms.people.models import Hotline, Person


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RoleForm(forms.Form):
    """A role, for a hotline where the role has one."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)
    hotline = forms.ModelChoiceField(
        label=_("Hotline"),
        queryset=Hotline.objects.order_by("name"),
        required=False,
        empty_label=_("the whole network"),
        help_text=_("A manager needs one; INHOPE staff and administrators have none."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hotline"].label_from_instance = lambda hotline: hotline.name  # type: ignore[attr-defined]


class GrantForm(RoleForm):
    from_on = forms.DateField(label=_("From"), required=False, widget=DayInput, help_text=_("Empty: today."))
    until_on = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput, help_text=_("Empty: until it is revoked.")
    )


class InvitationForm(RoleForm):
    email = forms.EmailField(label=_("E-mail"))
    person = forms.CharField(
        label=_("Register id"),
        required=False,
        max_length=200,
        help_text=_("Where the network knows this person already: their record becomes this login's."),
    )
    field_order = ["email", "role", "hotline", "person"]

    def clean_person(self) -> Person | None:
        asked = self.cleaned_data["person"].strip()
        if not asked:
            return None
        person = Person.objects.filter(register_id=asked).first()
        if person is None:
            raise forms.ValidationError(_("Nobody has this register id."))
        return person


class AcceptForm(forms.Form):
    """Names are asked only where the network does not know them."""

    given_name = forms.CharField(label=_("Given name"), max_length=200)
    family_name = forms.CharField(label=_("Family name"), max_length=200, required=False)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters, not only digits, not a common one."),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, known: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known is not None:
            del self.fields["given_name"], self.fields["family_name"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("password") and typed.get("again") and typed["password"] != typed["again"]:
            self.add_error("again", _("The two passwords differ."))
        return typed
