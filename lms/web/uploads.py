"""How much a request may bring along as files: nothing from whom the view turns down, else what it says.

Django takes a form's files in before any view is asked, so that the bound has to stand here.
"""

from functools import cached_property
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

# For views that say nothing: enough for a register, and no burden on a disk.
USUAL_BYTES = 20 * 1024 * 1024


def most_bytes(request: HttpRequest) -> int:
    """All files of one request together: ``most_upload_bytes`` of the view, for whom its rule lets in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return 0
    view = getattr(getattr(request.resolver_match, "func", None), "view_class", None)
    allowed = getattr(view, "allowed", None)
    if allowed and not allowed(request.user):
        return 0
    return int(getattr(view, "most_upload_bytes", USUAL_BYTES))


def was_too_large(request: HttpRequest, field: str) -> bool:
    """Whether a file came in this field that was left out because it was too large."""
    return field in getattr(request, "too_large_fields", ())


class Bounded(FileUploadHandler):
    """Leaves a file out as soon as it is too large; ``was_too_large`` tells the view."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.came += len(raw_data)
        if self.came > self.most:
            self.asked.too_large_fields = {  # type: ignore[attr-defined]  # Django's way to hand things down
                *getattr(self.asked, "too_large_fields", ()),
                self.field_name,
            }
            raise SkipFile
        return raw_data

    @cached_property
    def most(self) -> int:
        return most_bytes(self.asked)

    @property
    def asked(self) -> HttpRequest:
        assert self.request is not None  # noqa: S101 — Django gives it to every handler of a request
        return self.request

    def file_complete(self, file_size: int) -> Any:
        return None
