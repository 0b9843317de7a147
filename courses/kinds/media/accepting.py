"""Whether a file is what lessons can hold, told from its content; metadata goes on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from courses.kinds.media import images, mp4, pdf, texts, webm
from courses.kinds.media.refusing import refuse
from courses.kinds.media.types import MediaType

Size = tuple[int, int] | None
Check = Callable[[BinaryIO], Size]

CHECKS: dict[MediaType, Check] = {
    MediaType.PNG: images.check_png,
    MediaType.JPEG: images.check_jpeg,
    MediaType.WEBP: images.check_webp,
    MediaType.MP4: mp4.check,
    MediaType.WEBM: webm.check,
    MediaType.VTT: texts.check_captions,
    MediaType.PDF: pdf.check,
    MediaType.TEXT: texts.check_plain,
}
MARKUP = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<", b"#!", b"MZ", b"\x7fELF", b"PK\x03\x04")


@dataclass(frozen=True)
class Accepted:
    """``width`` and ``height`` in pixels, of pictures only."""

    kind: MediaType
    width: int | None = None
    height: int | None = None


def accept(content: BinaryIO) -> Accepted:
    """What the content is; a picture is written anew, and a video's metadata is blanked, in place.

    ``content`` is open for reading and writing. Raises Refused for whatever is not on the list, is larger
    than its kind may be, or is not a whole file of its kind.
    """
    if not content.seek(0, 2):
        raise refuse(_("This file is empty."))
    content.seek(0)
    kind = kind_of(content.read(64))
    require_small(content, kind)
    content.seek(0)
    size = CHECKS[kind](content)
    # A picture that was packed better than we pack it can have grown.
    require_small(content, kind)
    return Accepted(kind, *(size or ()))


def require_small(content: BinaryIO, kind: MediaType) -> None:
    size, most = content.seek(0, 2), kind.most_bytes
    if size > most:
        words = {"size": filesizeformat(size), "kind": kind.label, "most": filesizeformat(most)}
        raise refuse(_("This file takes %(size)s, and at most %(most)s may be (%(kind)s).") % words)


def kind_of(start: bytes) -> MediaType:
    """By the first bytes; plain text is what is left, and its check is a strict one."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if start.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return MediaType.WEBP
    if start[4:8] == b"ftyp":
        return MediaType.MP4
    if start.startswith(b"\x1aE\xdf\xa3"):
        return MediaType.WEBM
    if start.startswith(b"%PDF-"):
        return MediaType.PDF
    return text_kind(start)


def text_kind(start: bytes) -> MediaType:
    if start.startswith(b"GIF8"):
        raise refuse(_("A GIF cannot be stopped by who reads: save it as PNG, or as a video if it moves."))
    if start.lstrip(b" \t\r\n").startswith(MARKUP):
        raise refuse(_("This is a web page, a drawing in SVG, an archive or a program: lessons hold none."))
    if start.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return MediaType.VTT
    return MediaType.TEXT
