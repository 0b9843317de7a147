"""WebM: EBML elements within elements (RFC 8794, RFC 9559), each with its length.

Only what a player needs may be in it: no attached files, and tags, which may say where and by whom it was
taken, are blanked where they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.kinds.media.refusing import broken, refuse

EBML, DOC_TYPE, SEGMENT, INFO, TRACKS = 0x1A45DFA3, 0x4282, 0x18538067, 0x1549A966, 0x1654AE6B
CLUSTER, SEEK_HEAD, CUES, TAGS, CHAPTERS = 0x1F43B675, 0x114D9B74, 0x1C53BB6B, 0x1254C367, 0x1043A770
TRACK_ENTRY, CODEC_ID, VOID, CRC = 0xAE, 0x86, 0xEC, 0xBF
IN_SEGMENT = {INFO, TRACKS, CLUSTER, SEEK_HEAD, CUES, TAGS, CHAPTERS, VOID, CRC}
BLANKED = {TAGS, CHAPTERS, VOID}
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
    top = list(elements(content, 0, content.seek(0, 2)))
    if [one.name for one in top if one.name != VOID] != [EBML, SEGMENT]:
        raise broken(_("video"))
    head, segment = (one for one in top if one.name != VOID)
    if values(content, head, DOC_TYPE) != [b"webm"]:
        raise not_webm()
    parts = list(elements(content, segment.inside, segment.end))
    names = [part.name for part in parts]
    if set(names) - IN_SEGMENT:
        raise not_webm()
    if names.count(TRACKS) != 1 or CLUSTER not in names:
        raise broken(_("video"))
    require_playable(codecs(content, parts[names.index(TRACKS)]))
    for part in (*top, *parts):
        if part.name in BLANKED:
            blank(content, part)


def elements(content: BinaryIO, at: int, end: int) -> Iterator[Element]:
    """Elements side by side; raises Refused where the lengths do not add up."""
    for _number in range(MOST_ELEMENTS):
        if at == end:
            return
        one = read_element(content, at, end)
        yield one
        at = one.end
    raise broken(_("video"))


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


def values(content: BinaryIO, of: Element, name: int) -> list[bytes]:
    found = [one for one in elements(content, of.inside, of.end) if one.name == name]
    return [read(content, one) for one in found]


def read(content: BinaryIO, one: Element) -> bytes:
    content.seek(one.inside)
    return content.read(min(one.end - one.inside, 64)).rstrip(b"\0")


def codecs(content: BinaryIO, tracks: Element) -> set[bytes]:
    entries = [one for one in elements(content, tracks.inside, tracks.end) if one.name == TRACK_ENTRY]
    return {value for entry in entries for value in values(content, entry, CODEC_ID)}


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
