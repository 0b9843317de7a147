"""A file of a course as an answer to whoever may see it."""

from collections.abc import Iterable

import structlog
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from courses.kinds.media import IMAGES, VIDEOS, MediaType
from courses.models import Media
from courses.queries.media import blobs
from lms.web.files import Served, serve

log = structlog.get_logger(__name__)
# What a lesson shows in place; everything else is handed over to be kept and never opened inside the site.
SHOWN_IN_PLACE: Iterable[str] = {*IMAGES, *VIDEOS, MediaType.VTT}


def media_response(request: HttpRequest, media: Media) -> HttpResponseBase:
    """The type is that which was told from the content on its way in."""
    served = Served(
        path=blobs().path(media.digest),
        name=media.name,
        content_type=MediaType(media.kind).value,
        size=media.size,
        etag=media.digest[:32],
        as_attachment=media.kind not in SHOWN_IN_PLACE,
    )
    try:
        return serve(request, served)
    except FileNotFoundError as error:
        log.error("a file of a lesson is not on the disk", media=media.pk)
        raise Http404 from error
