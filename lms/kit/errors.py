"""What an action raises when it will not do what was asked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from django.db import IntegrityError, transaction


class Refused(Exception):  # read aloud: raise Refused(sentence)
    """An action's answer "no", in one sentence that the person who asked can act on.

    `sentence` is translated text for the screen, without names of other people.
    `field` is the form field it belongs to; without one it concerns the whole form.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Stale(Refused):
    """Somebody saved the same thing after the page was opened: what is saved stays, what was sent too."""


# What a refusal of the database, by the name of its constraint, is in words, and the field it is about.
# The sentence is called when it is needed, in the language of whoever asked.
Sentences: TypeAlias = Mapping[str, tuple[Callable[[], str], str]]


@contextmanager
def in_words(sentences: Sentences) -> Iterator[None]:
    """Raises Refused where the database refuses by one of these names; any other refusal is a fault.

    What is done within is one transaction, or a part of one, so that a refusal leaves the rest standing.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None))
        if name not in sentences:
            raise
        sentence, field = sentences[name]
        raise Refused(sentence(), field=field) from error
