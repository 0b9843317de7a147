"""Form fields for what authors write."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from courses.kinds.writing.sources import LONGEST, Unreadable


class LinesField(forms.CharField):
    """A list of texts, one a line; blank lines count for nothing."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = (line.strip() for line in super().clean(value).splitlines())
        return [line for line in lines if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class SourceField(forms.CharField):
    """Text that ``read`` turns into data; what it cannot read is told line by line."""

    widget = forms.Textarea(attrs={"rows": 18, "class": "source", "spellcheck": "false"})

    def __init__(self, read: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(strip=False, max_length=LONGEST, **kwargs)
        self.read = read

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.read(text)
        except Unreadable as unreadable:
            raise ValidationError([mistake.sentence for mistake in unreadable.mistakes]) from unreadable
