"""Whether a name that somebody typed is a name on record."""

import unicodedata

# Letters that no decomposition takes apart, as people without that key on their keyboard type them.
LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "ς": "σ"}
PAIRS = {"ß": "ss", "þ": "th", "æ": "ae", "œ": "oe"}
PLAIN = str.maketrans(LETTERS | PAIRS)
# Marks below this class change the sound of a kana or an Indic letter; those above are accents.
FIRST_ACCENT = 10


def is_same_name(typed: str, given_name: str, family_name: str) -> bool:
    """Whether ``typed`` is the whole name, in either order.

    Case, spaces, punctuation and accents do not matter. A record without a name is nobody's.
    """
    given, family = folded(given_name), folded(family_name)
    return bool(given + family) and folded(typed) in (given + family, family + given)


def folded(name: str) -> str:
    """The letters and digits of a name, without case and accents."""
    if name.isascii():
        # The same, and several times as fast: a list of everybody is mostly this.
        return "".join(filter(str.isalnum, name.lower()))
    decomposed = unicodedata.normalize("NFKD", name.casefold()).casefold()
    return "".join(sign for sign in decomposed if _stays(sign)).translate(PLAIN)


def _stays(sign: str) -> bool:
    if unicodedata.combining(sign):
        return unicodedata.combining(sign) < FIRST_ACCENT
    return unicodedata.category(sign)[0] in "LNM"
