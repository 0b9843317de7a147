"""Pictures, videos and files of the version that somebody takes."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from courses.queries.media import of_version
from courses.web.files import media_response
from courses.web.learn.lesson import LearnView


class MediaView(LearnView):
    """Nothing is written: which of two ways somebody reads would show in it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return media_response(request, get_object_or_404(of_version(self.version), pk=kwargs["media"]))
