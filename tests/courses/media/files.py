"""Files of every kind, made byte by byte or by Pillow, and the hostile ones."""

import io
import struct
import zlib
from typing import BinaryIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRET = b"52.3702,4.8952 taken by Ada"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.500\nA report arrives.\n\n00:01.500 --> 00:02.500\nIt is read.\n"


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **saved: object) -> bytes:
    image = Image.new("RGB", size, "#0d5c61")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="#e0efec")
    out = io.BytesIO()
    image.save(out, form, **saved)
    return out.getvalue()


def with_place(form: str) -> bytes:
    """A picture that says where it was taken, sideways where its kind can say that."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    if form == "PNG":
        text = PngInfo()
        text.add_text("Comment", SECRET.decode())
        return picture(form, exif=exif, pnginfo=text)
    return picture(form, exif=exif)


def enormous_png() -> bytes:
    """A few hundred bytes that say they are a picture of 50,000 by 50,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("#111111", "#eeeeee")]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


# --- MP4


def box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I", 8 + len(body)) + name + body


def track(handler: bytes = b"vide", codec: bytes = b"avc1", *more: bytes) -> bytes:
    described = box(b"stsd", bytes(4), struct.pack(">I", 1), box(codec, bytes(70)))
    said = box(b"hdlr", bytes(8), handler, bytes(13))
    return box(b"trak", box(b"mdia", said, box(b"minf", box(b"stbl", described))), *more)


def mp4(*tracks: bytes, brand: bytes = b"isom", tail: bytes = b"") -> bytes:
    """Whole in its boxes; there is no picture in it that a browser could show."""
    place = box(b"udta", box(b"\xa9xyz", SECRET))
    movie = box(b"moov", box(b"mvhd", bytes(100)), *(tracks or (track(),)), place)
    head = box(b"ftyp", brand, bytes(4), b"isomavc1")
    return head + movie + box(b"mdat", b"\x00\x00\x00\x02\x09\x10" * 40) + tail


# --- WebM, with frames that browsers do show: a lossy WebP is one frame of VP8


def element(name: int, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return name.to_bytes((name.bit_length() + 7) // 8) + (len(body) | 1 << 56).to_bytes(8) + body


def number(name: int, value: int) -> bytes:
    return element(name, value.to_bytes(max((value.bit_length() + 7) // 8, 1)))


def vp8(image: Image.Image, quality: int = 60) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", quality=quality, method=6)
    data = out.getvalue()
    at = data.index(b"VP8 ")
    return data[at + 8 : at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")]


def webm(
    images: list[Image.Image] | None = None, ms: int = 500, *more: bytes, codec: bytes = b"V_VP8"
) -> bytes:
    """Each picture for ``ms`` milliseconds."""
    images = images or [Image.new("RGB", (160, 90), colour) for colour in ("#0d5c61", "#e0efec", "#8a4f0f")]
    width, height = images[0].size
    head = element(0x1A45DFA3, number(0x4286, 1), number(0x42F7, 1), element(0x4282, b"webm"))
    info = element(
        0x1549A966, number(0x2AD7B1, 1_000_000), element(0x4489, struct.pack(">d", ms * len(images)))
    )
    sizes = element(0xE0, number(0xB0, width), number(0xBA, height))
    entry = element(0xAE, number(0xD7, 1), number(0x73C5, 1), number(0x83, 1), element(0x86, codec), sizes)
    frames = [
        element(0xA3, b"\x81" + struct.pack(">h", ms * at) + b"\x80" + vp8(image))
        for at, image in enumerate(images)
    ]
    cluster = element(0x1F43B675, number(0xE7, 0), *frames)
    tags = element(0x1254C367, element(0x7373, element(0x67C8, element(0x4487, SECRET))))
    return head + element(0x18538067, info, element(0x1654AE6B, entry), tags, cluster, *more)


def webm_of(entries: bytes) -> bytes:
    """With these tracks, and nothing to see on them."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, element(0x1654AE6B, entries), element(0x1F43B675, bytes(4)))


# --- PDF


def pdf(inside: bytes = b"", tail: bytes = b"", *, head: bytes = b"%PDF-1.4\n") -> bytes:
    body = head + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + inside + b" >>\nendobj\n"
    body += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    return body + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n" + tail


def pdf_with_packed(objects: bytes, packing: bytes = b"/FlateDecode") -> bytes:
    packed = zlib.compress(objects)
    head = (
        b"%%PDF-1.5\n3 0 obj\n<< /Filter " + packing + b" /Type /ObjStm /N 1 /First 4 /Length %d >>\nstream\n"
    )
    return pdf(head=head % len(packed) + packed + b"\nendstream\nendobj\n")


SCRIPT = b"4 0 obj << /S /JavaScript /JS (go) >> endobj\n"


# --- hostile ones: what each is called, and what is in it

PAGE = b"<!doctype html><title>x</title><script>go()</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>go()</script></svg>'
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "a page called a picture": ("trace.png", PAGE, "web page"),
    "a page after blanks": ("trace.png", b" \n\t" + PAGE, "web page"),
    "a page behind a byte order mark": ("trace.txt", b"\xef\xbb\xbf" + PAGE, "web page"),
    "a drawing that can act": ("trace.svg", SVG, "SVG"),
    "a drawing behind a declaration": ("trace.svg", b"<?xml version='1.0'?>" + SVG, "SVG"),
    "a script": ("go.sh", b"#!/bin/sh\nexit\n", "program"),
    "a program": ("go.exe", b"MZ" + bytes(200), "program"),
    "an archive": ("all.zip", b"PK\x03\x04" + bytes(200), "archive"),
    "a page within a text": ("notes.txt", b"Notes. " + PAGE, "web page"),
    "a page within captions": ("notes.vtt", CAPTIONS + b"\n" + PAGE, "web page"),
    "a text that is none": ("notes.txt", b"Notes.\x00\x01", "none of them"),
    "a text in another encoding": ("notes.txt", "Größe".encode("latin-1"), "none of them"),
    "nothing but blanks": ("notes.txt", b" \n \n", "none of them"),
    "a picture that moves": ("move.gif", moving("GIF"), "GIF"),
    "a PNG that moves": ("move.png", moving("PNG"), "moves"),
    "a WebP that moves": ("move.webp", moving("WEBP"), "moves"),
    "an enormous picture in a small file": ("big.png", enormous_png(), "pixels"),
    "a picture cut off": ("cut.png", picture(size=(400, 300))[:-300], "damaged"),
    "a JPEG cut off": ("cut.jpg", picture("JPEG", (400, 300))[:400], "damaged"),
    "the head of a picture alone": ("cut.png", picture()[:20], "damaged"),
    "a page behind the head of a picture": ("trace.png", picture()[:8] + PAGE, "damaged"),
    "a video cut off": ("cut.mp4", mp4()[:-10], "damaged"),
    "a page behind a video": ("long.mp4", mp4(tail=PAGE), "damaged"),
    "a video without a film": ("empty.mp4", box(b"ftyp", b"isom", bytes(4)), "damaged"),
    "a video that few browsers play": ("other.mp4", mp4(track(codec=b"hvc1")), "H.264"),
    "sound alone": ("sound.mp4", mp4(track(b"soun", b"mp4a")), "H.264"),
    "a track of something else": ("more.mp4", mp4(track(), track(b"text", b"tx3g")), "H.264"),
    "a QuickTime film": ("film.mov", mp4(brand=b"qt  "), "H.264"),
    "boxes without an end": ("loop.mp4", box(b"ftyp", b"isom") + struct.pack(">I", 4) + b"moov", "damaged"),
    "a WebM cut off": ("cut.webm", webm()[:-10], "damaged"),
    "a page behind a WebM": ("long.webm", webm() + PAGE, "damaged"),
    "a WebM with files in it": ("more.webm", webm(None, 500, element(0x1941A469, PAGE)), "WebM"),
    "a WebM of another codec": ("other.webm", webm(codec=b"V_MPEG4/ISO/AVC"), "WebM"),
    "a PDF with a script": ("act.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (go) >>"), "script"),
    "a PDF with a script spelled otherwise": (
        "act.pdf",
        pdf(b"/OpenAction << /S /J#61vaScript >>"),
        "script",
    ),
    "a PDF with a script that is packed": ("act.pdf", pdf_with_packed(b"1 0 << /JS (go) >>"), "script"),
    "a PDF with a script between comments": (
        "act.pdf",
        pdf(head=b"%PDF-1.4\n%stream\n" + SCRIPT + b"%endstream\n"),
        "script",
    ),
    "a PDF with a script in what looks like a stream": (
        "act.pdf",
        pdf(head=b"%PDF-1.4\n%>>stream\n" + SCRIPT + b"%endstream\n"),
        "script",
    ),
    "a PDF packed otherwise": ("act.pdf", pdf_with_packed(b"", b"/ASCIIHexDecode"), "damaged"),
    "a PDF packed twice": ("act.pdf", pdf_with_packed(b"", b"[/FlateDecode /Fl#61teDecode]"), "damaged"),
    "a PDF that says elsewhere how it is packed": ("act.pdf", pdf_with_packed(b"", b"9 0 R"), "damaged"),
    "a PDF that starts a program": ("act.pdf", pdf(b"/OpenAction << /S /Launch /F (go.exe) >>"), "script"),
    "a PDF with a file in it": ("act.pdf", pdf(b"/Names << /EmbeddedFiles 3 0 R >>"), "script"),
    "a locked PDF": ("locked.pdf", pdf(b"/Encrypt 3 0 R"), "password"),
    "a PDF that unpacks without an end": ("bomb.pdf", pdf_with_packed(bytes(9 * 1024 * 1024)), "damaged"),
    "a page behind a PDF": ("long.pdf", pdf(tail=PAGE), "damaged"),
    "a PDF cut off": ("cut.pdf", pdf()[:-20], "damaged"),
    "captions without a caption": ("empty.vtt", b"WEBVTT\n\nNOTE nothing yet\n", "no caption"),
    "captions that end before they begin": (
        "back.vtt",
        b"WEBVTT\n\n00:04.000 --> 00:01.000\nBack.\n",
        "Line 3",
    ),
    "captions of another kind": ("film.vtt", b"WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\nx\n", "Line 4"),
}


def upload(name: str, content: bytes, claimed: str = "") -> SimpleUploadedFile:
    """As a browser sends it; what it claims the type to be counts for nothing."""
    return SimpleUploadedFile(name, content, claimed or "image/png")


def opened(content: bytes) -> BinaryIO:
    return io.BytesIO(content)
