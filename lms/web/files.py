"""A stored file as an answer: in pieces, by ranges, and harmless wherever it is opened (RFC 9110)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

CHUNK = 65_536
# No file has a byte of a longer number, and no number is longer than Python reads.
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
# Opened on its own it is a page that may do nothing; asked for again, whether it may be seen is asked again.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
}


@dataclass(frozen=True)
class Served:
    """``etag`` is any text that is another one for another content; ``size`` is in bytes."""

    path: Path
    name: str
    content_type: str
    size: int
    etag: str
    as_attachment: bool

    @property
    def quoted_etag(self) -> str:
        return f'"{self.etag}"'


class Piece:
    """The bytes from ``start`` up to ``end``; the file is closed at their end, or when the answer is."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self.file, self.left = file, end - start
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        try:
            while self.left > 0 and (chunk := self.file.read(min(CHUNK, self.left))):
                self.left -= len(chunk)
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        self.file.close()


def serve(request: HttpRequest, served: Served) -> HttpResponseBase:
    """200, 206, 304 or 416; raises FileNotFoundError where the file is gone or is not the one it was."""
    if served.path.stat().st_size != served.size:
        raise FileNotFoundError(served.path.name)
    if is_known(request, served.quoted_etag):
        return framed(HttpResponseNotModified(), served)
    span = asked_span(request, served)
    if span is None:
        refused = HttpResponse(status=416, content_type="text/plain")
        refused["Content-Range"] = f"bytes */{served.size}"
        return framed(refused, served)
    return framed(answer(request, served, *span), served)


def is_known(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return any(one in ("*", etag) or one == f"W/{etag}" for one in known)


def asked_span(request: HttpRequest, served: Served) -> tuple[int, int] | None:
    """Start and end of what is asked for; None where it lies outside of the file.

    Several ranges at once, ranges of another content than this, and what is none are answered with the whole.
    """
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range", served.quoted_etag)
    if not found or found[0] == "bytes=-" or condition != served.quoted_etag:
        return 0, served.size
    first, last = found[1], found[2]
    if not first:
        return (max(served.size - int(last), 0), served.size) if int(last) else None
    start, end = int(first), min(int(last) + 1 if last else served.size, served.size)
    if last and int(last) < start:
        return 0, served.size
    return (start, end) if start < served.size else None


def answer(request: HttpRequest, served: Served, start: int, end: int) -> HttpResponseBase:
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=content_type(served))
    else:
        response = StreamingHttpResponse(
            Piece(served.path.open("rb"), start, end), content_type=content_type(served)
        )
    response["Content-Length"] = str(end - start)
    if (start, end) != (0, served.size):
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{served.size}"
    return response


def content_type(served: Served) -> str:
    is_text = served.content_type.startswith("text/")
    return f"{served.content_type}; charset=utf-8" if is_text else served.content_type


def framed(response: HttpResponseBase, served: Served) -> HttpResponseBase:
    for name, value in HEADERS.items():
        response[name] = value
    response["ETag"] = served.quoted_etag
    disposition = content_disposition_header(served.as_attachment, served.name)
    if disposition:
        response["Content-Disposition"] = disposition
    return response
