"""The shapes that pages are made of, as template tags; each has its partial in templates/components/."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django import forms, template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lms.kit.text import Text
from lms.web.charts import Chart
from lms.web.markdown import render
from lms.web.tables import Pager, Table

register = template.Library()


class Chip(NamedTuple):
    """One choice of a filter: its address, and whether it is the one in force."""

    label: Text
    url: str
    current: bool = False


@register.simple_tag
def steady(template_name: str) -> SafeString:
    """A partial that is the same for everybody, rendered once for each language.

    It gets neither the page's context nor the request, so nothing of anybody can be in it.
    """
    return _steady(template_name, get_language() or "")


@lru_cache(maxsize=64)
def _steady(template_name: str, language: str) -> SafeString:
    return render_to_string(template_name)


@register.inclusion_tag("components/table.html")
def table(table: Table) -> dict[str, Any]:
    """A table with sortable headers, and its pager where it has one."""
    return {"table": table}


@register.inclusion_tag("components/pager.html")
def pager(pager: Pager) -> dict[str, Any]:
    """The pages around, for lists that are not tables."""
    return {"pager": pager}


@register.inclusion_tag("components/field.html")
def field(field: BoundField) -> dict[str, Any]:
    """A form field with label, help and errors, tied together for a screen reader."""
    widget = field.field.widget
    return {"field": field, "single_choice": isinstance(widget, forms.CheckboxInput)}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """All fields of a form, after a list of what is wrong with it."""
    return {"form": form}


@register.inclusion_tag("components/empty.html")
def empty(text: str, url: str = "", action: str = "") -> dict[str, Any]:
    """What stands where a list would be, and the one thing to do about it."""
    return {"text": text, "url": url, "action": action}


@register.inclusion_tag("components/note.html")
def note(text: str, tone: str = "", live: bool = False) -> dict[str, Any]:
    """A sentence set apart; `tone` is '', good or warm, and `live` has it read out when it appears."""
    return {"text": text, "tone": tone, "live": live}


@register.inclusion_tag("components/figure.html")
def figure(
    label: str, value: float | None, rule: str = "", url: str = "", action: str = ""
) -> dict[str, Any]:
    """A number, big, with its rule beside it and its facts one click away."""
    return {"label": label, "value": value, "rule": rule, "url": url, "action": action}


@register.inclusion_tag("components/chips.html")
def chips(label: str, chips: Iterable[Chip]) -> dict[str, Any]:
    """A filter as a row of links; `label` says what is chosen."""
    return {"label": label, "chips": chips}


@register.inclusion_tag("components/progress.html")
def progress(label: str, done: int, total: int, note: str = "") -> dict[str, Any]:
    """How far something has come, in steps."""
    return {"label": label, "done": done, "total": total, "note": note}


@register.inclusion_tag("components/definitions.html")
def definitions(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Terms and their values, one pair a line."""
    return {"pairs": pairs}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(crumbs: Sequence[tuple[str, str]], here: str) -> dict[str, Any]:
    """The way back: (label, address) from the furthest page to the nearest, then where one is."""
    return {"crumbs": crumbs, "here": here}


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """A chart from lms.web.charts with its data table beneath."""
    return {"chart": chart}


@register.filter
def markdown(source: str) -> str:
    """Authors' Markdown as safe HTML."""
    return render(str(source))
