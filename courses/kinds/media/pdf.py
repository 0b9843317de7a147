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


def named(*names: str) -> re.Pattern[bytes]:
    """These names, whichever of their characters are written in hexadecimal; searching takes linear time."""
    spelled = ("".join(rf"(?:{sign}|#(?i:{ord(sign):02x}))" for sign in name) for name in names)
    first = "".join(sorted({name[0] for name in names}))
    return re.compile(rf"/(?=[#{first}])(?:{'|'.join(spelled)})(?![A-Za-z0-9])".encode())


START = re.compile(rb"%PDF-[12]\.\d\s")
STREAM, STREAM_END = re.compile(rb">>\s*stream\r?\n"), b"endstream"
ACTING = named(
    *("JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles"),
    *("RichMedia", "XFA", "SubmitForm", "ImportData"),
)
SEALED = named("Encrypt")
OBJECT = re.compile(rb"[\s\0\d]obj(?![A-Za-z0-9])")
OBJECTS, FILTER, FLATE = named("ObjStm"), named("Filter"), named("FlateDecode", "Fl")
# What else may have been done to packed objects; nobody who writes a PDF does, but to hide them.
OTHERWISE = named(
    *("ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "LZWDecode", "LZW", "RunLengthDecode", "RL"),
    *("CCITTFaxDecode", "CCF", "DCTDecode", "DCT", "JBIG2Decode", "JPXDecode", "Crypt", "Predictor"),
)
# Of all packed objects together; those of a thousand pages take less.
MOST_UNPACKED = 8 * 1024 * 1024


def check(content: BinaryIO) -> None:
    content.seek(0)
    data = content.read()
    end = data.rstrip()
    if not START.match(data) or not end.endswith(b"%%EOF") or b"startxref" not in end[-2048:]:
        raise broken(_("PDF document"))
    for part in speaking(data):
        if ACTING.search(part):
            raise refuse(_("This PDF holds a script, a form or another file: print it to PDF and take that."))
        if SEALED.search(part):
            raise refuse(_("This PDF is locked with a password: save it without one."))


def speaking(data: bytes) -> Iterator[bytes]:
    """Everything that is no picture, font or page: what lies outside of streams, and unpacked objects.

    A stream with objects in it as they stand speaks too: what looks like a stream may be a comment.
    """
    left, at = MOST_UNPACKED, 0
    while (stream := STREAM.search(data, at)) and (end := data.find(STREAM_END, stream.end())) >= 0:
        before, inside = data[at : stream.start()], data[stream.end() : end]
        at = end + len(STREAM_END)
        yield before
        if OBJECTS.search(before):
            unpacked = unpack(inside, left) if is_packed(before) else inside
            left -= len(unpacked)
            yield unpacked
        elif OBJECT.search(inside):
            yield inside
    yield data[at:]


def is_packed(about: bytes) -> bool:
    """Whether objects are packed, by what is said of them; raises Refused unless it is in the usual way."""
    packings = len(FLATE.findall(about))
    if OTHERWISE.search(about) or packings > 1 or (not packings and FILTER.search(about)):
        raise broken(_("PDF document"))
    return packings == 1


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
