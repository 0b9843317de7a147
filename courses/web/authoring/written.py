"""Pages on which one thing is written in a form or, the second way, as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.kinds.fields import Part
from courses.kinds.writing import posted, shown, toml
from courses.kinds.writing.shapes import Shape
from courses.queries.authoring.texts import digest
from courses.web.authoring.base import LockedFormPage
from lms.kit.errors import Refused, Stale

# What the names of the form's fields begin with.
PREFIX = "q"


class WrittenPage(LockedFormPage, abstract=True):
    """`?as=text` shows the text instead of the form; the field of the text is called source.

    A press of a button in the form, or from one way to the other, keeps everything and saves nothing. A
    subclass says what is written: its ``shape``, its ``parts``, what stands there at first, how it is saved.
    """

    template_name = "courses/authoring/written_page.html"
    shape: Shape

    def parts(self, data: Mapping[str, Any]) -> Sequence[Part]:
        """The fields of the form of this data."""
        raise NotImplementedError

    def begun(self) -> dict[str, Any]:
        """What stands in the fields at first."""
        raise NotImplementedError

    def write(self, data: dict[str, Any]) -> None:
        """Call the action with what was written and ``self.seen``."""
        raise NotImplementedError

    def read_text(self, cleaned: Any) -> dict[str, Any]:
        """The data of what the text's field gave."""
        return dict(cleaned)

    def told(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What the page says of data that can be read: ``gaps``, and ``lead`` under the title."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_draft and request.GET.get("as") != "text":
            data = self.begun()
            # What came in as a file may hold what no form can show.
            if not shown.wrong_in(data, self.shape, PREFIX):
                return self.with_fields(data, seen=digest(self.saved()), unsaved=False)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        done = posted.press(request.POST.get("do", ""))
        if "source" in request.POST:
            return self.as_form() if done.way == "form" else super().post(request, *args, **kwargs)
        data = self.sent()
        return self.pressed(data, done) if done.way else self.save(data)

    def sent(self) -> dict[str, Any]:
        return posted.read(self.request.POST, self.parts({}), PREFIX)

    def pressed(self, data: dict[str, Any], done: posted.Press) -> HttpResponse:
        if done.way == "text":
            form = self.form_class(initial={"source": toml.written(data)})
            return self.render(form=form, seen=self.seen, unsaved=True)
        changed, focus = posted.changed(data, self.parts(data), done)
        return self.with_fields(changed, focus=focus)

    def as_form(self) -> HttpResponse:
        """The form of the text that was sent, or what cannot be read in it."""
        form: Any = self.get_form()
        if form.is_valid():
            return self.with_fields(self.read_text(form.cleaned_data["source"]))
        return self.render(form=form, seen=self.seen)

    def save(self, data: dict[str, Any]) -> HttpResponse:
        if wrong := shown.wrong_in(data, self.shape, PREFIX):
            return self.with_fields(data, wrong=wrong)
        try:
            self.write(data)
        except Stale as stale:
            saved = self.saved()
            return self.with_fields(data, seen=digest(saved), stale=stale.sentence, theirs=saved)
        except Refused as refusal:
            at = "" if refusal.field in (None, "source") else f"-{refusal.field}"
            return self.with_fields(data, wrong={f"{PREFIX}{at}": [refusal.sentence]})
        messages.success(self.request, _("Saved."))
        return redirect(self.get_success_url())

    def with_fields(
        self,
        data: dict[str, Any],
        *,
        wrong: dict[str, list[str]] | None = None,
        focus: str = "",
        **frame: Any,
    ) -> HttpResponse:
        readable = not shown.wrong_in(data, self.shape, PREFIX)
        shown_with: dict[str, Any] = {"seen": self.seen, "unsaved": True} | frame
        return self.render(
            **shown_with,
            **(self.told(data) if readable else {}),
            written=shown.form(data, self.parts(data), PREFIX, wrong=wrong, focus=focus),
            wrong=wrong,
        )

    def act(self, form: Any) -> None:
        self.write(self.read_text(form.cleaned_data["source"]))
