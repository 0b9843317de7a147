"""Six words that open what somebody keeps for own eyes: made by chance, known to their owner alone."""

import re
import secrets
from pathlib import Path

# Our own list: 2,048 short words of which no two are one letter apart, so that a slip is seen as a slip.
WORDS = tuple(Path(__file__).with_name("words.txt").read_text(encoding="ascii").split())
# 6 words of 11 bits each are 66 bits, before what each try costs (lms/kit/sealing.py).
COUNT = 6

_known = frozenset(WORDS)


def new_phrase() -> str:
    """Six words by chance, with a space between."""
    return " ".join(secrets.choice(WORDS) for _ in range(COUNT))


def tidied(typed: str) -> str:
    """What was typed, as it is compared: small letters, one space between words, whatever stood there."""
    return " ".join(re.findall(r"[a-z]+", typed.casefold()))


def strangers(typed: str) -> list[str]:
    """Typed words that are in nobody's six, because the list does not hold them; it is public."""
    return [word for word in tidied(typed).split() if word not in _known]
