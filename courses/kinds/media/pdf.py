"""PDF: whole, and without what acts by itself when it is opened (ISO 32000-1, 12.6 and 7.11).

Not a reader of PDF: it looks at all names outside of streams and in compressed object streams, which is where
actions stand. That such a document is handed over as a download, never shown inside the site, does the rest.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.kinds.media.refusing import broken, refuse

START = re.compile(rb"%PDF-[12]\.\d\s")
STREAM, STREAM_END = re.compile(rb"stream\r?\n"), b"endstream"
HEXADECIMAL = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTING = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)(?![A-Za-z0-9])"
)
SEALED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
MOST_UNPACKED = 64 * 1024 * 1024


def check(content: BinaryIO) -> None:
    content.seek(0)
    data = content.read()
    end = data.rstrip()
    if not START.match(data) or not end.endswith(b"%%EOF") or b"startxref" not in end[-2048:]:
        raise broken(_("PDF document"))
    for part in speaking(data):
        names = spelled_out(part)
        if ACTING.search(names):
            raise refuse(_("This PDF holds a script, a form or another file: print it to PDF and take that."))
        if SEALED.search(names):
            raise refuse(_("This PDF is locked with a password: save it without one."))


def speaking(data: bytes) -> Iterator[bytes]:
    """Everything that is no picture, font or page: what lies outside of streams, and unpacked objects."""
    left, at = MOST_UNPACKED, 0
    while (stream := STREAM.search(data, at)) and (end := data.find(STREAM_END, stream.end())) >= 0:
        before, inside = data[at : stream.start()], data[stream.end() : end]
        at = end + len(STREAM_END)
        yield before
        if b"/ObjStm" in (about := spelled_out(before)):
            unpacked = unpack(inside, left) if b"/FlateDecode" in about else inside
            left -= len(unpacked)
            yield unpacked
    yield data[at:]


def spelled_out(part: bytes) -> bytes:
    """With the names that are written in hexadecimal as they are read."""
    return HEXADECIMAL.sub(lambda found: bytes([int(found[1], 16)]), part)


def unpack(packed: bytes, most: int) -> bytes:
    """At most so many bytes; raises Refused for more, and for what cannot be unpacked."""
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(packed.lstrip(b"\r\n"), max(most, 1))
    except zlib.error as error:
        raise broken(_("PDF document")) from error
    if unpacker.unconsumed_tail:
        raise broken(_("PDF document"))
    return unpacked
