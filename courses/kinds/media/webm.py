"""WebM: EBML elements within elements (RFC 8794, RFC 9559), each with its length.

Only what a player needs may be in it: no attached files, and what may say where, when, by whom and with what
it was taken (tags, titles, names) is blanked where it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.kinds.media.refusing import broken, refuse

Left = Iterator[int]
"""A number for each element that may still be read of a file."""

EBML, DOC_TYPE, SEGMENT, INFO, TRACKS = 0x1A45DFA3, 0x4282, 0x18538067, 0x1549A966, 0x1654AE6B
CLUSTER, SEEK_HEAD, CUES, TAGS, CHAPTERS = 0x1F43B675, 0x114D9B74, 0x1C53BB6B, 0x1254C367, 0x1043A770
TRACK_ENTRY, CODEC_ID, VOID, CRC = 0xAE, 0x86, 0xEC, 0xBF
TRACK_NAME, CODEC_NAME, TIMESTAMP_SCALE, DURATION = 0x536E, 0x258688, 0x2AD7B1, 0x4489
IN_SEGMENT = {INFO, TRACKS, CLUSTER, SEEK_HEAD, CUES, TAGS, CHAPTERS, VOID, CRC}
# A checksum is of what stood there before.
BLANKED = {TAGS, CHAPTERS, VOID, CRC}
KEPT_IN_INFO = {TIMESTAMP_SCALE, DURATION}
BLANKED_IN_TRACK = {TRACK_NAME, CODEC_NAME, VOID, CRC}
PICTURE, SOUND = {b"V_VP8", b"V_VP9", b"V_AV1"}, {b"A_OPUS", b"A_VORBIS"}
MOST_ELEMENTS = 100_000
CHUNK = 65_536


@dataclass(frozen=True)
class Element:
    name: int
    start: int
    inside: int
    end: int


def check(content: BinaryIO) -> None:
    """Raises Refused unless it is a whole WebM with a picture."""
    left = iter(range(MOST_ELEMENTS))
    top = list(elements(content, 0, content.seek(0, 2), left))
    if [one.name for one in top if one.name != VOID] != [EBML, SEGMENT]:
        raise broken(_("video"))
    head, segment = (one for one in top if one.name != VOID)
    if values(content, elements(content, *within(head), left), DOC_TYPE) != [b"webm"]:
        raise not_webm()
    parts = list(elements(content, *within(segment), left))
    names = [part.name for part in parts]
    if set(names) - IN_SEGMENT:
        raise not_webm()
    if names.count(TRACKS) != 1 or CLUSTER not in names:
        raise broken(_("video"))
    tracks = list(elements(content, *within(parts[names.index(TRACKS)]), left))
    described = [
        one
        for entry in tracks
        if entry.name == TRACK_ENTRY
        for one in elements(content, *within(entry), left)
    ]
    require_playable(set(values(content, described, CODEC_ID)))
    said = [one for part in parts if part.name == INFO for one in elements(content, *within(part), left)]
    for one in (
        *(one for one in (*top, *parts) if one.name in BLANKED),
        *(one for one in said if one.name not in KEPT_IN_INFO),
        *(one for one in tracks if one.name != TRACK_ENTRY),
        *(one for one in described if one.name in BLANKED_IN_TRACK),
    ):
        blank(content, one)


def within(one: Element) -> tuple[int, int]:
    return one.inside, one.end


def elements(content: BinaryIO, at: int, end: int, left: Left) -> Iterator[Element]:
    """Elements side by side; raises Refused where the lengths do not add up, and where none is left."""
    while at != end:
        if next(left, None) is None:
            raise broken(_("video"))
        one = read_element(content, at, end)
        yield one
        at = one.end


def read_element(content: BinaryIO, at: int, end: int) -> Element:
    content.seek(at)
    head = content.read(12)
    name_length = length_of(head[:1], most=4)
    size_length = length_of(head[name_length : name_length + 1], most=8)
    inside = at + name_length + size_length
    name = int.from_bytes(head[:name_length])
    size = int.from_bytes(head[name_length : name_length + size_length]) & ((1 << (7 * size_length)) - 1)
    if size == (1 << (7 * size_length)) - 1:
        raise refuse(_("This video was recorded live and never finished: open it once and save it anew."))
    if inside + size > end:
        raise broken(_("video"))
    return Element(name, at, inside, inside + size)


def length_of(first: bytes, *, most: int) -> int:
    """How many bytes a number takes, which its first byte says."""
    length = 9 - first[0].bit_length() if first and first[0] else 9
    if length > most:
        raise broken(_("video"))
    return length


def values(content: BinaryIO, of: Iterable[Element], name: int) -> list[bytes]:
    return [read(content, one) for one in of if one.name == name]


def read(content: BinaryIO, one: Element) -> bytes:
    content.seek(one.inside)
    return content.read(min(one.end - one.inside, 64)).rstrip(b"\0")


def require_playable(found: set[bytes]) -> None:
    if not found & PICTURE or found - PICTURE - SOUND:
        raise not_webm()


def blank(content: BinaryIO, one: Element) -> None:
    """A void element of the same length, saying nothing."""
    total = one.end - one.start
    head = bytes([VOID, 0x80 | (total - 2)]) if total < 9 else bytes([VOID, 1]) + (total - 9).to_bytes(7)
    content.seek(one.start)
    content.write(head)
    left = total - len(head)
    while left > 0:
        left -= content.write(bytes(min(left, CHUNK)))


def not_webm() -> Exception:
    return refuse(_("This is not a WebM video that browsers play: save it with VP8, VP9 or AV1, or as MP4."))
