"""Captions (WebVTT) and plain text: UTF-8, and nothing that a browser might take for a page."""

import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.kinds.media.refusing import broken, refuse

STAMP = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{STAMP}[ \t]+-->[ \t]+{STAMP}(?:[ \t].*)?")
PAGE = re.compile(
    r"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|style)\b", re.IGNORECASE
)


def check_plain(content: BinaryIO) -> None:
    text = decoded(content)
    if PAGE.search(text):
        raise refuse(_("This text holds parts of a web page: lessons take plain words only."))


def check_captions(content: BinaryIO) -> None:
    """Raises Refused unless there is a caption, and each ends after it begins."""
    lines = decoded(content).splitlines()
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise broken(_("captions file"))
    timings = [(number, line) for number, line in enumerate(lines, start=1) if "-->" in line]
    if not timings:
        raise refuse(_("There is no caption in it: each begins with a line such as 00:01.000 --> 00:04.000."))
    for number, line in timings:
        require_timing(number, line)
    if PAGE.search("\n".join(lines)):
        raise refuse(_("This text holds parts of a web page: lessons take plain words only."))


def require_timing(number: int, line: str) -> None:
    found = TIMING.fullmatch(line.strip())
    if not found or milliseconds(*found.groups()[:4]) >= milliseconds(*found.groups()[4:]):
        raise refuse(
            _("Line %(line)s of the captions is no span of time such as 00:01.000 --> 00:04.000.")
            % {"line": number}
        )


def milliseconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(thousandths)


def decoded(content: BinaryIO) -> str:
    """Raises Refused for anything that is no text in UTF-8."""
    content.seek(0)
    try:
        text = content.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unknown() from error
    if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text) or not text.strip():
        raise unknown()
    return text


def unknown() -> Exception:
    return refuse(
        _(
            "Lessons hold pictures (PNG, JPEG, WebP), videos (MP4, WebM), captions (WebVTT), PDF and plain "
            "text in UTF-8. This file is none of them, whatever its name says."
        )
    )
