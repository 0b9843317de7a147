"""MP4: boxes within boxes (ISO/IEC 14496-12), each with its length, so that a whole file adds up.

Browsers everywhere play H.264 with AAC, hence these alone. Where a video was taken, and by whom, stands in
boxes of its own and in the names of handlers, which are blanked where they are: no other box moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from courses.kinds.media.refusing import broken, refuse

Left = Iterator[int]
"""A number for each box that may still be read of a file."""

BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
TOP = {b"ftyp", b"moov", b"mdat", b"moof", b"sidx", b"mfra", b"styp", b"free", b"skip"}
BLANKED = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"}
CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"edts", b"dinf", b"moof", b"traf"}
# By what a track handles, which codecs it may have.
CODECS = {b"vide": {b"avc1", b"avc3"}, b"soun": {b"mp4a"}}
MOST_BOXES = 50_000
# Of a handler's box, before the name that whoever made the video gave it.
BEFORE_NAME = 24
DEEPEST = 8
CHUNK = 65_536


@dataclass(frozen=True)
class Box:
    name: bytes
    start: int
    inside: int
    end: int
    depth: int


@dataclass
class Track:
    handler: bytes = b""
    codecs: frozenset[bytes] = frozenset()


def check(content: BinaryIO) -> None:
    """Raises Refused unless it is a whole MP4 of H.264 and, with sound, AAC."""
    left = iter(range(MOST_BOXES))
    boxes = list(walk(content, 0, content.seek(0, 2), 0, left))
    top = [box.name for box in boxes if box.depth == 0]
    if top[0] != b"ftyp" or brand(content, boxes[0]) not in BRANDS or set(top) - TOP - BLANKED:
        raise not_h264()
    if top.count(b"moov") != 1 or b"mdat" not in top:
        raise broken(_("video"))
    tracks = read_tracks(content, boxes, left)
    if not any(track.handler == b"vide" for track in tracks) or not all(map(is_playable, tracks)):
        raise not_h264()
    for box in boxes:
        if box.name in BLANKED:
            blank(content, box)
        elif box.name == b"hdlr":
            overwrite(content, box.inside + BEFORE_NAME, box.end)


def walk(content: BinaryIO, at: int, end: int, depth: int, left: Left) -> Iterator[Box]:
    """Boxes in the order of the file; raises Refused where lengths do not add up, and where none is left."""
    while at < end:
        if next(left, None) is None:
            raise broken(_("video"))
        box = read_box(content, at, end, depth)
        yield box
        if box.name in CONTAINERS and depth < DEEPEST:
            yield from walk(content, box.inside, box.end, depth + 1, left)
        at = box.end


def read_box(content: BinaryIO, at: int, end: int, depth: int) -> Box:
    content.seek(at)
    head = content.read(16)
    size, name, inside = int.from_bytes(head[:4]), head[4:8], at + 8
    if size == 1:
        size, inside = int.from_bytes(head[8:16]), at + 16
    elif size == 0 and depth == 0:
        size = end - at
    if len(head) < 8 or at + size > end or at + size < inside:
        raise broken(_("video"))
    return Box(name, at, inside, at + size, depth)


def brand(content: BinaryIO, box: Box) -> bytes:
    content.seek(box.inside)
    return content.read(4)


def read_tracks(content: BinaryIO, boxes: list[Box], left: Left) -> list[Track]:
    """A track is where it belongs: at depth 1, with its handler at 3 and its codecs at 5."""
    tracks = [Track()]
    for box in boxes:
        if box.name == b"trak":
            tracks.append(Track())
        elif box.name == b"hdlr" and box.depth == 3:
            content.seek(box.inside + 8)
            tracks[-1].handler = content.read(4)
        elif box.name == b"stsd" and box.depth == 5:
            tracks[-1].codecs = codecs(content, box, left)
    return tracks[1:]


def codecs(content: BinaryIO, box: Box, left: Left) -> frozenset[bytes]:
    """The names of the entries of a sample description."""
    return frozenset(entry.name for entry in walk(content, box.inside + 8, box.end, DEEPEST, left))


def is_playable(track: Track) -> bool:
    return bool(track.codecs) and track.codecs <= CODECS.get(track.handler, set())


def blank(content: BinaryIO, box: Box) -> None:
    """The same number of bytes, saying nothing."""
    content.seek(box.start + 4)
    content.write(b"free")
    overwrite(content, box.inside, box.end)


def overwrite(content: BinaryIO, at: int, end: int) -> None:
    content.seek(at)
    left = end - at
    while left > 0:
        left -= content.write(bytes(min(left, CHUNK)))


def not_h264() -> Exception:
    return refuse(
        _("This video is not one that every browser plays: save it as MP4 with H.264 and AAC, or WebM.")
    )
