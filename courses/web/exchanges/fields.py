"""Fields of the forms of exchanges: topics and languages as somebody types them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

MOST_TOPICS = 12
LONGEST_TOPIC = 80


class ListField(forms.CharField):
    """Several words with commas between them, as a list without repetitions, in the order typed."""

    def to_python(self, value: Any) -> Any:
        typed = value if isinstance(value, list) else str(value or "").split(",")
        words = {word.casefold(): word for word in reversed([" ".join(one.split()) for one in typed]) if word}
        return list(reversed(words.values()))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, (list, tuple)) else value

    def run_validators(self, value: Any) -> None:
        if len(value) > MOST_TOPICS:
            raise ValidationError(_("These are more than %(n)s: name the main ones.") % {"n": MOST_TOPICS})
        for word in value:
            if len(word) > LONGEST_TOPIC:
                text = _("“%(word)s…” is longer than %(n)s characters.")
                raise ValidationError(text % {"word": word[:30], "n": LONGEST_TOPIC})


class LanguagesField(ListField):
    """Languages by their English name, own name or code, as ISO 639-1 codes."""

    def clean(self, value: Any) -> list[str]:
        found = []
        for word in super().clean(value):
            code = BY_NAME.get(word.casefold())
            if code is None:
                raise ValidationError(
                    _("“%(word)s” is no language known here: write it as in English, Français or es.")
                    % {"word": word}
                )
            found.append(code)
        return list(dict.fromkeys(found))

    def prepare_value(self, value: Any) -> Any:
        return languages(value) if isinstance(value, (list, tuple)) else value


def _by_name() -> dict[str, str]:
    """English names, own names and codes of the languages that Django ships, without case."""
    found: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        if len(code) == 2:
            for name in (code, info["name"], info["name_local"]):
                found.setdefault(name.casefold(), code)
    # Said more often than the two written forms that stand there.
    return found | {"norwegian": "nb", "chinese": "zh", "zh": "zh"}


BY_NAME = _by_name()


def languages(codes: Iterable[str]) -> str:
    """The names of languages in the reader's own."""
    return ", ".join(_language(code) for code in codes)


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return _("Chinese") if code == "zh" else code


class Suggesting(forms.TextInput):
    """A text field that offers what was written before; anything else may be typed as well."""

    def __init__(self, key: str, words: Iterable[str] = ()) -> None:
        super().__init__(attrs={"list": key, "autocomplete": "off"})
        self.key, self.words = key, list(words)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((word,) for word in self.words))
        return format_html('{}<datalist id="{}">{}</datalist>', field, self.key, options)
