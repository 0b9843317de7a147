"""Pictures: decoded, and written anew from their pixels alone.

What is not a pixel is gone afterwards: where and with which camera it was taken, comments, colour
profiles, and whatever somebody hung onto the end of the file.
"""

from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from courses.kinds.media.refusing import broken, refuse
from lms.kit.errors import Refused

# A pixel takes up to four bytes while a picture is decoded, however small its file is.
MOST_PIXELS = 20_000_000
LONGEST_SIDE = 10_000
MODES = {"PNG": ("L", "LA", "P", "RGB", "RGBA"), "JPEG": ("L", "RGB"), "WEBP": ("RGB", "RGBA")}
SAVED_AS: dict[str, dict[str, object]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 90, "optimize": True},
    "WEBP": {"quality": 90, "method": 4},
}


def check_png(content: BinaryIO) -> tuple[int, int]:
    return renew(content, "PNG")


def check_jpeg(content: BinaryIO) -> tuple[int, int]:
    return renew(content, "JPEG")


def check_webp(content: BinaryIO) -> tuple[int, int]:
    return renew(content, "WEBP")


def renew(content: BinaryIO, form: str) -> tuple[int, int]:
    """Write the picture anew in place; width and height as it is shown."""
    opened = whole(lambda: Image.open(content, formats=[form]))
    require_bounded(opened)
    # A JPEG that holds several is one of a camera, which shows the first of them.
    if form != "JPEG" and getattr(opened, "n_frames", 1) > 1:
        raise refuse(_("This picture moves and cannot be stopped by who reads: save it as a video."))
    picture = whole(lambda: pixels(opened, MODES[form]))
    content.seek(0)
    content.truncate()
    picture.save(content, format=form, **SAVED_AS[form])
    return picture.size


def whole(step: Callable[[], Image.Image]) -> Image.Image:
    # Pillow's readers raise what they stumble over: OSError, SyntaxError, struct.error, ValueError ...
    try:
        return step()
    except Image.DecompressionBombError as error:
        raise too_many_pixels() from error
    except Exception as error:
        raise broken(_("picture")) from error


def require_bounded(picture: Image.Image) -> None:
    """Before a single pixel is decoded: a small file can say that it is an enormous picture."""
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise too_many_pixels()


def too_many_pixels() -> Refused:
    most = {"most": MOST_PIXELS // 1_000_000}
    return refuse(_("This picture has more than %(most)s million pixels: make it smaller.") % most)


def pixels(opened: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """The upright picture in one of the modes, and nothing beside it."""
    opened.load()
    ImageOps.exif_transpose(opened, in_place=True)
    picture = opened
    if picture.mode not in modes or (picture.mode == "P" and picture.has_transparency_data):
        picture = picture.convert("RGBA" if "RGBA" in modes and picture.has_transparency_data else "RGB")
    bare = Image.new(picture.mode, picture.size)
    if palette := picture.getpalette("RGB"):
        bare.putpalette(palette)
    bare.paste(picture)
    return bare
