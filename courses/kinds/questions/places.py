"""Questions answered by putting something in each place. An answer is {"placed": {slot: what}}."""

from abc import abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.fields import Field, Rows
from courses.kinds.questions.base import (
    Answer,
    Data,
    Kind,
    Line,
    Option,
    Posted,
    Public,
    QuestionKind,
    first,
    listed,
    options_of,
    shuffled,
    token,
)


class Placing(Kind):
    """What matching and ordering share: slots, and options that may be put there."""

    @abstractmethod
    def slots(self, data: Data) -> list[Option]:
        """The places, in the author's order."""

    @abstractmethod
    def options(self, data: Data) -> list[Option]:
        """What may be put in a place, in the author's order."""

    def clean(self, data: Data, posted: Posted) -> Answer | None:
        known = {option.token for option in self.options(data)}
        placed = {slot.token: first(posted, slot.token) for slot in self.slots(data)}
        placed = {slot: what for slot, what in placed.items() if what in known}
        return {"placed": placed} if placed else None

    def feedback(self, data: Data, answer: Answer | None) -> list[Line]:
        placed, wanted = (answer or {}).get("placed", {}), (self.right(data) or {})["placed"]
        text = {option.token: option.text for option in self.options(data)}
        return [
            Line(
                text=slot.text,
                right=placed.get(slot.token) == wanted[slot.token],
                yours=text.get(placed.get(slot.token, ""), ""),
                wanted=text[wanted[slot.token]],
            )
            for slot in self.slots(data)
        ]


class Matching(Placing):
    """Points by the share of pairs that are right. Two left sides may share a right side."""

    kind = QuestionKind.MATCHING
    fields = (
        Rows(
            "pair",
            gettext_lazy("Pair"),
            gettext_lazy("Add a pair"),
            [
                Field("left", gettext_lazy("This"), needed=True),
                Field("right", gettext_lazy("belongs to"), needed=True),
            ],
        ),
    )

    def slots(self, data: Data) -> list[Option]:
        return options_of([str(pair["left"]) for pair in listed(data, "pair")])

    def options(self, data: Data) -> list[Option]:
        return options_of([str(pair["right"]) for pair in listed(data, "pair")])

    def public(self, data: Data, *, seed: int, shuffle: bool = True) -> Public:
        # The right sides are shuffled in any case: in the author's order they would be the answer.
        slots = shuffled(self.slots(data), seed) if shuffle else self.slots(data)
        return Public("slots", data["prompt"], shuffled(self.options(data), seed + 1), slots)

    def right(self, data: Data) -> Answer | None:
        return {"placed": {token(pair["left"]): token(pair["right"]) for pair in listed(data, "pair")}}

    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        text = {option.token: option.text for option in self.options(data)}
        return {
            **data,
            "pairs": [
                {**pair, "right": text[answer["placed"].get(token(pair["left"]), token(pair["right"]))]}
                for pair in listed(data, "pair")
            ],
        }

    def share(self, data: Data, answer: Answer) -> Fraction:
        wanted = (self.right(data) or {})["placed"]
        met = sum(answer["placed"].get(slot) == what for slot, what in wanted.items())
        return Fraction(met, len(wanted) or 1)

    def gaps(self, data: Data) -> Iterator[str]:
        pairs = listed(data, "pair")
        lefts = [str(pair.get("left", "")).strip() for pair in pairs]
        if len(pairs) < 2:
            yield _("There are fewer than two pairs.")
        if not all(lefts) or not all(str(pair.get("right", "")).strip() for pair in pairs):
            yield _("A pair is not complete.")
        if len(set(lefts)) < len(lefts):
            yield _("Two pairs begin the same.")


class Ordering(Placing):
    """Each item gets a place, counted from 1.

    Points by (pairs of items in the right order - pairs in the wrong order) / all pairs, never below 0;
    an item without a place, or two in the same place, makes a pair that counts for neither. This is
    Kendall's tau-a, cut off at 0: one item out of place costs by how far it is out.
    """

    kind = QuestionKind.ORDERING
    fields = (
        Rows("items", gettext_lazy("In its right place"), gettext_lazy("Add one more to put in order")),
    )

    def items(self, data: Data) -> list[str]:
        return [str(item) for item in listed(data, "item")]

    def slots(self, data: Data) -> list[Option]:
        return options_of(self.items(data))

    def options(self, data: Data) -> list[Option]:
        return [Option(str(place), str(place)) for place in range(1, len(self.items(data)) + 1)]

    def public(self, data: Data, *, seed: int, shuffle: bool = True) -> Public:
        # Shuffled in any case: the author's order is the answer.
        return Public("slots", data["prompt"], self.options(data), shuffled(self.slots(data), seed))

    def right(self, data: Data) -> Answer | None:
        return {"placed": {token(item): str(place) for place, item in enumerate(self.items(data), 1)}}

    def with_right(self, data: Data, answer: Answer) -> dict[str, Any]:
        placed = answer["placed"]
        last = len(self.items(data))
        return {
            **data,
            "items": sorted(self.items(data), key=lambda item: int(placed.get(token(item), last))),
        }

    def share(self, data: Data, answer: Answer) -> Fraction:
        placed = answer["placed"]
        pairs = list(combinations([token(item) for item in self.items(data)], 2))
        signs = [
            (int(placed[after]) > int(placed[before])) - (int(placed[after]) < int(placed[before]))
            for before, after in pairs
            if before in placed and after in placed
        ]
        return max(Fraction(0), Fraction(sum(signs), len(pairs) or 1))

    def gaps(self, data: Data) -> Iterator[str]:
        items = [item.strip() for item in self.items(data)]
        if len(items) < 2:
            yield _("There are fewer than two things to put in order.")
        if not all(items):
            yield _("One of the things to put in order is empty.")
        if len(set(items)) < len(items):
            yield _("Two of the things to put in order are the same.")
