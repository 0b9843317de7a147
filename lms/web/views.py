"""The kinds of page; every page names the rule that opens it."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from lms.kit.errors import Refused
from lms.kit.text import Text
from lms.people.models import User
from lms.web import home, htmx, permissions, tables
from lms.web.errors import method_not_allowed


class PageRequest(HttpRequest):
    """What a page is asked with: a login is required unless a view is marked otherwise."""

    user: User


class PageView(View):
    """A page behind one rule.

    A subclass says `allowed = staticmethod(rule)`, `page_title` and `template_name`, and gives its content
    in `get_context`. A class without a rule cannot be made; who the rule turns down gets 403. Another
    person's object is a matter of the query: get_object_or_404 on what the user may see.
    """

    allowed: ClassVar["staticmethod[[Any], bool]"]
    page_title: ClassVar[Text]
    template_name: ClassVar[str]
    request: PageRequest

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        rule = inspect.getattr_static(cls, "allowed", None)
        if not abstract and not isinstance(rule, staticmethod):
            raise TypeError(f"{cls.__name__} names no rule: say allowed = staticmethod(rule)")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        permissions.require(self.allowed, request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render()

    def get_page_title(self) -> Text:
        return self.page_title

    def get_crumbs(self) -> Sequence[tuple[Text, str]]:
        """(label, address) of the pages above this one, the furthest first."""
        return ()

    def get_context(self) -> dict[str, Any]:
        return {}

    def render(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        """The page, with `extra` laid over get_context()."""
        frame = {"page_title": self.get_page_title(), "crumbs": self.get_crumbs()}
        context = frame | self.get_context() | extra
        return render(self.request, self.template_name, context, status=status)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        methods = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        return method_not_allowed(request, methods)


class ListPage(PageView, abstract=True):
    """A sorted and paged list: `?sort=key`, `?sort=-key`, `?page=2`, two queries whatever is asked."""

    template_name = "pages/list.html"
    columns: ClassVar[Sequence[tables.Column]]
    default_sort: ClassVar[str]
    page_size: ClassVar[int] = 50
    empty_text: ClassVar[Text] = _("There is nothing here yet.")

    def get_rows(self) -> QuerySet[Any]:
        """The records this user may see, with what the columns need already joined."""
        raise NotImplementedError

    def get_table(self) -> tables.Table:
        return tables.build(
            self.get_rows(),
            self.columns,
            self.request.GET,
            caption=self.get_page_title(),
            default_sort=self.default_sort,
            page_size=self.page_size,
        )

    def get_context(self) -> dict[str, Any]:
        return {"table": self.get_table(), "empty_text": self.empty_text}


class RefuseMixin:
    """Turns an action's refusal into an error at the field it belongs to."""

    def attempt(self, form: forms.BaseForm, act: Callable[[], Any]) -> bool:
        """Call `act`; whether it was done. A Refused or ValidationError is added to `form` instead."""
        try:
            act()
        except (Refused, ValidationError) as refusal:
            show_refusal(form, refusal)
            return False
        return True


class FormPage(RefuseMixin, PageView, abstract=True):
    """A form and the one action behind it; what was typed stays when the action refuses.

    A subclass says `form_class`, does its work in `act(form)` and gives the next address in
    `get_success_url`.
    """

    template_name = "pages/form.html"
    form_class: ClassVar[type[forms.BaseForm]]
    submit_label: ClassVar[Text] = _("Save")
    success_message: ClassVar[Text] = ""

    def act(self, form: Any) -> Any:
        """Call the action with `form.cleaned_data` and `by=self.request.user`."""
        raise NotImplementedError

    def get_success_url(self) -> str:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the form is made with, beside what was sent: `initial`, `instance` ..."""
        return {}

    def get_form(self) -> forms.BaseForm:
        kwargs: dict[str, Any] = dict(self.get_form_kwargs())
        if self.request.method == "POST":
            kwargs |= {"data": self.request.POST, "files": self.request.FILES}
        return self.form_class(**kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not (form.is_valid() and self.attempt(form, lambda: self.act(form))):
            return self.render(form=form)
        if self.success_message:
            messages.success(request, str(self.success_message))
        return htmx.see_other(request, self.get_success_url())

    def get_context(self) -> dict[str, Any]:
        return {"submit_label": self.submit_label}


def show_refusal(form: forms.BaseForm, refusal: Refused | ValidationError) -> None:
    """Add a refusal to the form: at its fields, or above the form where the form has no such field."""
    if isinstance(refusal, Refused):
        by_field = {refusal.field or NON_FIELD_ERRORS: [refusal.sentence]}
    else:
        by_field = getattr(refusal, "message_dict", {NON_FIELD_ERRORS: refusal.messages})
    for name, sentences in by_field.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class HomePage(PageView):
    """Where every login begins: what this person can do here."""

    allowed = staticmethod(permissions.signed_in)
    page_title = _("Home")
    template_name = "home/home.html"

    def get_context(self) -> dict[str, Any]:
        return {"cards": home.cards_for(self.request.user)}
