"""The pulse: five taps about the last weeks, in our own words, and what may help at once.

No answer is added to another, compared or given a name: this is no test and measures nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from lms.kit.text import Text

# The places of a scale, from hard to well; below this one something is said that may help.
PLACES = ("0", "1", "2", "3", "4")
HARD = frozenset({"0", "1"})


@dataclass(frozen=True)
class Item:
    """A sentence about oneself, the words of its five places from hard to well, and what may help."""

    key: str
    sentence: Text
    words: tuple[Text, Text, Text, Text, Text]
    help_title: Text
    help: tuple[Text, ...]

    @property
    def places(self) -> list[tuple[str, Text]]:
        return list(zip(PLACES, self.words, strict=True))


ITEMS = (
    Item(
        "sleep",
        _("I slept well enough"),
        (_("hardly"), _("some nights"), _("half of them"), _("most nights"), _("yes")),
        _("When sleep will not come"),
        (
            _("Put at least an hour between the last report and bed, with something that uses your hands."),
            _("Get up if you lie awake for long; sit somewhere dim until you are tired, then try again."),
            _("Nights that stay bad for over two weeks are reason enough to see a doctor."),
        ),
    ),
    Item(
        "images",
        _("Images or thoughts from work came back when I did not want them"),
        (_("often"), _("every week"), _("now and then"), _("once"), _("no")),
        _("When something from work comes back"),
        (
            _("Minds do this with what was hard. It says nothing about your strength, and mostly it fades."),
            _("Name five things you see, four you can touch, three you hear: it brings you back here."),
            _("Ask for other work for a while. You need not say what came back, or why."),
        ),
    ),
    Item(
        "away",
        _("I kept away from people, places or tasks"),
        (_("often"), _("every week"), _("now and then"), _("once"), _("no")),
        _("When you keep away"),
        (
            _("Think of one small thing put off and one person you miss; do the easier of the two."),
            _("A colleague can take a task at work, or sit beside you: both are ordinary requests."),
        ),
    ),
    Item(
        "temper",
        _("I lost patience quickly"),
        (_("often"), _("every week"), _("now and then"), _("once"), _("no")),
        _("When patience runs out"),
        (
            _("Take the pause before the answer: stand up, breathe out slowly twice, then speak or write."),
            _("Shorter blocks with real breaks help more than one long rest at the end of the day."),
        ),
    ),
    Item(
        "supported",
        _("I felt supported"),
        (_("no"), _("hardly"), _("partly"), _("mostly"), _("yes")),
        _("When you feel alone with it"),
        (
            _("Tell one person that it is a hard week. The work itself need not come into it."),
            _("Your hotline has a welfare policy. You may ask what it offers without giving a reason."),
        ),
    ),
)


def answered(sent: Mapping[str, str]) -> dict[str, str]:
    """Item key to place, for what was answered; whatever else was sent is left out."""
    found = {item.key: sent.get(item.key, "") for item in ITEMS}
    return {key: place for key, place in found.items() if place in PLACES}


def sentences(answers: Mapping[str, str]) -> list[str]:
    """Each sentence that was answered, with the words chosen for it."""
    said = ((item.sentence, in_words(item, answers.get(item.key))) for item in ITEMS)
    return [f"{sentence}: {words}" for sentence, words in said if words]


def helps(answers: Mapping[str, str]) -> list[Item]:
    """The items whose words are shown: those with a hard answer, in their own order."""
    return [item for item in ITEMS if answers.get(item.key) in HARD]


def in_words(item: Item, place: str | None) -> str | None:
    """The word of a place; None for an item that was skipped."""
    return None if place is None else str(item.words[PLACES.index(place)])
