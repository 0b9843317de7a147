"""What is taken in, and what of it: told from the content, and without what it says beside."""

import io
import time
from contextlib import suppress

import pytest
from PIL import Image

from courses.kinds.media import MediaType, accept, mp4, webm
from courses.kinds.media.names import require_plain, stem_of
from courses.kinds.writing.toml import with_text
from lms.kit.errors import Refused
from tests.courses.media import files


def accepted(content: bytes):
    """What it is, and what is kept of it."""
    file = files.opened(content)
    found = accept(file)
    return found, file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.picture("PNG"), MediaType.PNG),
        (files.picture("JPEG"), MediaType.JPEG),
        (files.picture("WEBP"), MediaType.WEBP),
        (files.mp4(), MediaType.MP4),
        (files.mp4(files.track(), files.track(b"soun", b"mp4a")), MediaType.MP4),
        (files.webm(), MediaType.WEBM),
        (files.CAPTIONS, MediaType.VTT),
        (b"\xef\xbb\xbf" + files.CAPTIONS.replace(b"\n", b"\r\n"), MediaType.VTT),
        (files.pdf(), MediaType.PDF),
        (files.pdf_with_packed(b"1 0 << /Type /Page >>"), MediaType.PDF),
        ("Größe: 3 < 4.\n".encode(), MediaType.TEXT),
    ],
)
def test_each_kind_is_known_by_its_content(content, kind):
    assert accepted(content)[0].kind == kind


@pytest.mark.parametrize("what", files.HOSTILE)
def test_what_is_none_of_these_is_refused_with_a_sentence_at_the_field(what):
    _name, content, words = files.HOSTILE[what]
    with pytest.raises(Refused, match=words) as refusal:
        accepted(content)
    assert refusal.value.field == "file"


def test_nothing_is_refused_as_such():
    with pytest.raises(Refused, match="empty"):
        accepted(b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_forgets_where_it_was_taken_and_is_upright(form):
    taken = files.with_place(form)
    assert b"52.3702" in taken
    found, kept = accepted(taken)
    assert b"52.3702" not in kept
    again = Image.open(io.BytesIO(kept))
    assert dict(again.getexif()) == {}
    assert again.size == (found.width, found.height) == (30, 40)


def test_the_first_picture_of_a_camera_s_several_is_taken():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("#111111", "#eeeeee")]
    out = io.BytesIO()
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    again = Image.open(io.BytesIO(accepted(out.getvalue())[1]))
    assert again.format == "JPEG"
    assert again.getpixel((5, 5))[0] < 0x20


@pytest.mark.parametrize(
    "content",
    [
        files.pdf(b"stream\n" * 200_000),
        b"WEBVTT\n\n00:01.000 --> 00:02.000" + b" " * 900_000 + b"\x7f\nx\n",
        b"< " * 400_000,
        b"<" + b" " * 900_000 + b"x",
        files.mp4() + files.box(b"free") * 200_000,
        files.webm(None, 500, files.element(0xEC) * 200_000),
        files.webm_of(files.element(0xAE, b"\x86\x85V_VP8" + b"\xec\x80" * 90_000) * 10),
        files.pdf_with_packed(b"#41" * 15_000_000),
        files.pdf_with_packed(b"/#" * 4_000_000),
    ],
    ids=["PDF", "captions", "strokes", "blanks", "MP4", "WebM", "tracks", "hexadecimal", "names"],
)
def test_what_was_made_to_keep_the_site_busy_does_not(content):
    before = time.process_time()
    with suppress(Refused):
        accepted(content)
    assert time.process_time() - before < 3


def test_a_video_has_so_many_parts_altogether_however_they_are_nested(monkeypatch):
    monkeypatch.setattr(webm, "MOST_ELEMENTS", 60)
    accepted(files.webm())
    entry = files.element(0xAE, files.element(0x86, b"V_VP8"), b"\xec\x80" * 20)
    with pytest.raises(Refused, match="damaged"):
        accepted(files.webm_of(entry * 3))
    monkeypatch.setattr(mp4, "MOST_BOXES", 60)
    accepted(files.mp4())
    with pytest.raises(Refused, match="damaged"):
        accepted(files.mp4(*[files.track(b"vide", b"avc1", files.box(b"edts"))] * 8))
    described = files.box(b"stsd", bytes(8), files.box(b"avc1") * 20)
    inside = files.box(b"mdia", files.box(b"minf", files.box(b"stbl", described * 3)))
    with pytest.raises(Refused, match="damaged"):
        accepted(files.mp4(files.track(), files.box(b"trak", inside)))


def test_what_hangs_on_the_end_of_a_picture_is_gone():
    kept = accepted(files.picture() + files.PAGE)[1]
    assert b"script" not in kept
    assert Image.open(io.BytesIO(kept)).size == (40, 30)


def test_a_picture_keeps_its_pixels_and_what_shines_through():
    image = Image.new("RGBA", (4, 4), (10, 20, 30, 40))
    out = io.BytesIO()
    image.save(out, "PNG")
    again = Image.open(io.BytesIO(accepted(out.getvalue())[1]))
    assert (again.mode, again.getpixel((2, 2))) == ("RGBA", (10, 20, 30, 40))
    few = Image.new("P", (4, 4), 1)
    few.putpalette([9, 9, 9, 200, 100, 50])
    out = io.BytesIO()
    few.save(out, "PNG")
    again = Image.open(io.BytesIO(accepted(out.getvalue())[1]))
    assert again.convert("RGB").getpixel((2, 2)) == (200, 100, 50)


@pytest.mark.parametrize("content", [files.mp4(), files.webm()], ids=["MP4", "WebM"])
def test_a_video_forgets_where_it_was_taken_and_stays_the_video_it_was(content):
    assert files.SECRET in content
    kept = accepted(content)[1]
    assert files.SECRET not in kept
    assert len(kept) == len(content)
    assert accepted(kept)[1] == kept


@pytest.mark.parametrize("name", [0x7BA9, 0x4461, 0x4D80, 0x5741, 0x73A4])
def test_a_webm_forgets_what_is_said_about_it(name):
    said = files.element(0x1549A966, files.element(name, files.SECRET), files.number(0x2AD7B1, 1_000_000))
    kept = accepted(files.webm(None, 500, said))[1]
    assert files.SECRET not in kept
    assert said[-7:] in kept


def test_a_webm_forgets_what_its_tracks_are_called():
    entry = files.element(0xAE, files.element(0x86, b"V_VP8"), files.element(0x536E, files.SECRET))
    kept = accepted(files.webm_of(entry))[1]
    assert files.SECRET not in kept
    assert b"V_VP8" in kept


def test_an_mp4_forgets_what_its_fragments_and_handlers_say():
    place = files.box(b"udta", files.SECRET)
    fragment = files.box(b"moof", files.box(b"mfhd", bytes(8)), place, files.box(b"traf", place))
    handler = files.box(b"hdlr", bytes(8), b"vide", bytes(12), files.SECRET + b"\0")
    described = files.box(b"stsd", bytes(8), files.box(b"avc1", bytes(70)))
    media = files.box(b"mdia", handler, files.box(b"minf", files.box(b"stbl", described)))
    content = files.mp4(files.box(b"trak", media), tail=fragment)
    kept = accepted(content)[1]
    assert files.SECRET not in kept
    assert len(kept) == len(content)
    assert b"hdlr" + bytes(8) + b"vide" in kept


def test_a_file_larger_than_its_kind_may_be_is_refused():
    with pytest.raises(Refused, match=r"at most 1.0\sMB may be \(captions\)"):
        accepted(files.CAPTIONS + b"\nNOTE " + b"x" * (1024 * 1024))


@pytest.mark.parametrize(
    "name", ["../trace.png", "a/trace.png", "a\\trace.png", "", "..", "a\0.png", "a\u202egnp.exe", "x" * 300]
)
def test_a_name_that_plays_tricks_is_refused(name):
    with pytest.raises(Refused) as refusal:
        require_plain(name)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Trace (final).PNG", "trace-final"),
        ("Übersicht.png", "übersicht"),
        ("схема.png", "схема"),
        (".png", "png"),
        ("%%%.png", "file"),
    ],
)
def test_a_file_gets_a_name_that_can_be_said(name, stem):
    assert stem_of(name) == stem


def test_a_name_is_put_into_a_text_where_one_stood_or_on_top():
    text = 'alt = """\nfile = "no"\n"""\nfile = "old.png"\n'
    assert with_text(text, "file", "new.png") == 'alt = """\nfile = "no"\n"""\nfile = "new.png"\n'
    assert with_text("", "captions", "a.vtt") == 'captions = "a.vtt"\n'
