"""Refusals that a person reads."""


class Refused(Exception):  # noqa: N818 -- it is no error: the answer to somebody is no
    """An action did not happen; ``sentence`` says why, ``field`` names the input it is about."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.field = field
