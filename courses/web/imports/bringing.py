"""A page that takes one file in, as large as a register may be."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from courses.actions.uploads.bringing import FIELD, too_large
from lms.web.uploads import was_too_large
from lms.web.views import FormPage


class BringPage(FormPage, abstract=True):
    """The form's file is in the field that ``FIELD`` names; one that is too large is said there."""

    # What a form has beside the file.
    most_upload_bytes = settings.REGISTER_MOST_BYTES + 1024 * 1024

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if was_too_large(request, FIELD):
            form.errors.pop(FIELD, None)
            form.add_error(FIELD, too_large().sentence)
            return self.render(form=form)
        return super().post(request, *args, **kwargs)
