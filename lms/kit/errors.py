"""What an action raises when it will not do what was asked."""


class Refused(Exception):  # read aloud: raise Refused(sentence)
    """An action's answer "no", in one sentence that the person who asked can act on.

    `sentence` is translated text for the screen, without names of other people.
    `field` is the form field it belongs to; without one it concerns the whole form.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
