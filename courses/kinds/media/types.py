"""The closed list of what lessons can hold, with its limits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MB = 1024 * 1024


class MediaType(models.TextChoices):
    """The value is the type that a file is served as."""

    PNG = "image/png", _("PNG picture")
    JPEG = "image/jpeg", _("JPEG picture")
    WEBP = "image/webp", _("WebP picture")
    MP4 = "video/mp4", _("MP4 video")
    WEBM = "video/webm", _("WebM video")
    VTT = "text/vtt", _("captions")
    PDF = "application/pdf", _("PDF document")
    TEXT = "text/plain", _("plain text")

    @property
    def extension(self) -> str:
        return EXTENSIONS[self]

    @property
    def most_bytes(self) -> int:
        return MOST_BYTES[self]


EXTENSIONS = {
    MediaType.PNG: "png",
    MediaType.JPEG: "jpg",
    MediaType.WEBP: "webp",
    MediaType.MP4: "mp4",
    MediaType.WEBM: "webm",
    MediaType.VTT: "vtt",
    MediaType.PDF: "pdf",
    MediaType.TEXT: "txt",
}
MOST_BYTES = {
    MediaType.PNG: 10 * MB,
    MediaType.JPEG: 10 * MB,
    MediaType.WEBP: 10 * MB,
    MediaType.MP4: 100 * MB,
    MediaType.WEBM: 100 * MB,
    MediaType.VTT: MB,
    MediaType.PDF: 20 * MB,
    MediaType.TEXT: MB,
}
LARGEST = max(MOST_BYTES.values())

IMAGES = frozenset({MediaType.PNG, MediaType.JPEG, MediaType.WEBP})
VIDEOS = frozenset({MediaType.MP4, MediaType.WEBM})
CAPTIONS = frozenset({MediaType.VTT})
FILES = frozenset({MediaType.PDF, MediaType.TEXT}) | IMAGES
