"""Lists a page at a time, in the order of ids, from where the last page ended."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

DEFAULT, MOST = 100, 200
LARGEST_ID = 2**63 - 1


class Cursor(serializers.CharField):
    """The id of the last record of the page before; what it looks like is nobody's business."""

    def to_internal_value(self, data: Any) -> int:  # type: ignore[override]  # a text outside, a number inside
        try:
            number = int(base64.urlsafe_b64decode(super().to_internal_value(data)).decode("ascii"))
        except (ValueError, binascii.Error):
            number = -1
        if not 0 <= number <= LARGEST_ID:
            raise serializers.ValidationError(_("This is no cursor: follow “next” as it was given."))
        return number


class PageQuery(serializers.Serializer[Any]):
    cursor = Cursor(required=False, help_text="As “next” of the page before has it.")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, default=DEFAULT, help_text="Records in a page."
    )


@dataclass(frozen=True)
class Page:
    """``next`` is the whole address of the page after this one, None after the last."""

    next: str | None
    results: list[Any]


def page(rows: QuerySet[Any], asked: dict[str, Any], request: Request, *, key: str) -> Page:
    """One page of ``rows`` in the order of ``key``, a number that none of them shares.

    One more is read than is shown, to know whether there is a next.
    """
    if "cursor" in asked:
        rows = rows.filter(**{f"{key}__gt": asked["cursor"]})
    found = list(rows.order_by(key)[: asked["limit"] + 1])
    shown = found[: asked["limit"]]
    return Page(_next(request, getattr(shown[-1], key)) if len(found) > len(shown) else None, shown)


def encoded(last: int) -> str:
    """The cursor after a record."""
    return base64.urlsafe_b64encode(str(last).encode()).decode()


def _next(request: Request, last: int) -> str:
    query = request.query_params.copy()
    query["cursor"] = encoded(last)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
