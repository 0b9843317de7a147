"""The cards of the home page; apps register theirs when they are ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lms.kit.text import Text


@dataclass(frozen=True)
class Card:
    """One thing to do: a title, a sentence, and the link that leads there.

    `figure` is a number worth showing big; `main` marks the one card to begin with.
    """

    title: Text
    text: Text
    url: str
    action: Text
    figure: str = ""
    main: bool = False


CardFunction = Callable[[Any], Iterable[Card]]
"""Takes a signed-in user and gives that user's cards: none, one or several."""

_functions: dict[str, tuple[int, CardFunction]] = {}


def register(card_function: CardFunction, order: int = 100) -> None:
    """Have `card_function` asked on every visit of the home page; the lowest order comes first."""
    name = f"{card_function.__module__}.{card_function.__qualname__}"
    _functions[name] = (order, card_function)


def cards_for(user: Any) -> list[Card]:
    """Every card for this user, in order."""
    in_order = [function for _, function in sorted(_functions.values(), key=lambda pair: pair[0])]
    return [card for function in in_order for card in function(user)]
