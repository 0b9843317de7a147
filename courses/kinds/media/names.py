"""What a file is called: a name that lessons can say, whatever its owner called it."""

import unicodedata

from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.kinds.media.refusing import refuse
from courses.kinds.media.types import MediaType

LONGEST = 80
# Signs that show a name in another order than it is written in.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def require_plain(name: str) -> None:
    """Raise Refused for a name with a path or signs that nobody sees: it is a slip or a trick."""
    if "/" in name or "\\" in name or name in ("", ".", ".."):
        raise refuse(_("The name of a file is without folders: only what stands after the last stroke."))
    if any(sign in TURNING or unicodedata.category(sign) == "Cc" for sign in name):
        raise refuse(_("The name of this file holds signs that cannot be seen: give it another name."))
    if len(name) > 255:
        raise refuse(_("The name of this file is longer than 255 characters: give it a shorter one."))


def stem_of(name: str) -> str:
    """The name without its ending, in small letters, digits and hyphens of any script."""
    stem = name.rpartition(".")[0] or name
    return slugify(stem, allow_unicode=True)[:LONGEST].strip("-_") or "file"


def numbered(stem: str, number: int, kind: MediaType) -> str:
    """`trace.png`, then `trace-2.png` ...; the ending is that of what the file is."""
    return f"{stem}.{kind.extension}" if number == 1 else f"{stem}-{number}.{kind.extension}"
