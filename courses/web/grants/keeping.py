"""Entering, changing and removing grants and their work packages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions import grants
from courses.models import Grant, WorkPackage
from courses.web.grants.forms import GrantForm, WorkPackageForm
from courses.web.grants.one import OfGrant
from lms.web.accounts.confirm import ConfirmPage
from lms.web.views import FormPage


class NewGrantPage(FormPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Enter a grant")
    form_class = GrantForm
    submit_label = gettext_lazy("Enter it")
    made: Grant

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Grants"), reverse("staff-grants"))]

    def act(self, form: GrantForm) -> None:
        funder = form.cleaned_data["funder"]
        self.made = grants.make_grant(funder=funder, terms=form.terms(), by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-grant", args=[self.made.pk])

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": reverse("staff-grants")}


class ChangeGrantPage(OfGrant, FormPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Change the grant")
    form_class = GrantForm
    success_message = gettext_lazy("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        names = ("number", "title", "first", "last")
        return {"grant": self.grant, "initial": {name: getattr(self.grant, name) for name in names}}

    def act(self, form: GrantForm) -> None:
        grants.change_grant(grant=self.grant, terms=form.terms(), by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


class DeleteGrantPage(OfGrant, ConfirmPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Remove the grant")
    submit_label = gettext_lazy("Remove it")
    success_message = gettext_lazy("Removed.")

    def sentence(self) -> str:
        return _("Nothing may name it: not even a visit that was planned, or what was corrected since.")

    def confirmed(self) -> None:
        grants.delete_grant(grant=self.grant, by=self.request.user)

    def get_cancel_url(self) -> str:
        return reverse("staff-grant", args=[self.grant.pk])

    def get_success_url(self) -> str:
        return reverse("staff-grants")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Grants"), self.get_success_url()), (self.grant.name, self.get_cancel_url())]


class NewPackagePage(OfGrant, FormPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Add a work package")
    form_class = WorkPackageForm
    submit_label = gettext_lazy("Add it")

    def act(self, form: WorkPackageForm) -> None:
        grants.add_work_package(grant=self.grant, **form.cleaned_data, by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


class OfPackage:
    """For pages about one work package."""

    kwargs: dict[str, Any]

    @cached_property
    def package(self) -> WorkPackage:
        return get_object_or_404(WorkPackage.objects.select_related("grant"), pk=self.kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("staff-grant", args=[self.package.grant_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Grants"), reverse("staff-grants")), (self.package.grant.name, self.get_success_url())]


class PackagePage(OfPackage, FormPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Change the work package")
    template_name = "courses/grants/package.html"
    form_class = WorkPackageForm
    success_message = gettext_lazy("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"code": self.package.code, "title": self.package.title}}

    def act(self, form: WorkPackageForm) -> None:
        grants.change_work_package(work_package=self.package, **form.cleaned_data, by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"package": self.package, "cancel_url": self.get_success_url()}


class DeletePackagePage(OfPackage, ConfirmPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Remove the work package")
    submit_label = gettext_lazy("Remove it")
    success_message = gettext_lazy("Removed.")

    def sentence(self) -> str:
        return _("Nothing may name it: not even a visit that was planned, or what was corrected since.")

    def confirmed(self) -> None:
        grants.remove_work_package(work_package=self.package, by=self.request.user)

    def get_cancel_url(self) -> str:
        return reverse("staff-work-package", args=[self.package.pk])
