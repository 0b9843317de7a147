"""Whatever goes wrong is answered as a problem of RFC 9457 (application/problem+json)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied as Forbidden
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from lms.kit.errors import Refused

CONTENT_TYPE = "application/problem+json"
PREFIX = "/api/"


@dataclass(frozen=True)
class Kind:
    """``name`` is the last part of the problem's ``type``, under which the page of the API explains it."""

    name: str
    title: Promise
    why: Promise


KINDS: dict[int, Kind] = {
    400: Kind("bad-request", _("The request cannot be read"),
              _("A parameter or the body is not what this address takes; “errors” say which and why.")),
    401: Kind("no-token", _("No valid token"), _("The token is missing, unknown, expired or revoked.")),
    403: Kind("not-allowed", _("Not allowed"), _("The token lacks the scope, or its login the role.")),
    404: Kind("not-found", _("Not found"), _("There is no such thing, or it is not yours to see.")),
    405: Kind("no-such-method", _("No such method here"), _("“Allow” names those there are.")),
    406: Kind("not-acceptable", _("Not acceptable"), _("Answers are application/json.")),
    413: Kind("too-large", _("Too large"), _("The body is larger than this address takes.")),
    415: Kind("no-such-type", _("Content type not taken"), _("Bodies are application/json.")),
    422: Kind("refused", _("Refused, and nothing was changed"),
              _("The body was read and does not hold; “errors” say where and why.")),
    429: Kind("too-many", _("Too many requests"),
              _("“Retry-After” says after how many seconds to ask again.")),
    500: Kind("fault", _("Something is broken here"),
              _("It is written down under the X-Request-ID of the answer.")),
    503: Kind("busy", _("Busy"), _("The database did not answer in time; ask again later.")),
}  # fmt: skip


class Unprocessable(exceptions.APIException):
    """A body that was understood and does not hold. ``errors`` are objects with field and detail."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "refused"

    def __init__(self, detail: Any, errors: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(detail)
        self.errors = list(errors)


class BadQuestion(exceptions.APIException):
    """Parameters of the address that are not what it takes."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_question"

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(" ".join(str(one["detail"]) for one in errors))
        self.errors = list(errors)


def problem(code: int, detail: str, errors: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    kind = KINDS.get(code) or Kind("other", _("Refused"), _("See the status."))
    told = {
        "type": f"{settings.SITE_URL}{reverse('api-docs')}#{kind.name}",
        "title": str(kind.title),
        "status": code,
        "detail": detail,
    }
    return told | ({"errors": list(errors)} if errors else {})


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """For REST framework; None leaves what nobody foresaw to the site's handler of faults."""
    found = understood(error)
    if found is None:
        return None
    errors = getattr(found, "errors", None)
    if errors is None:
        errors = list(flat(found.detail)) if isinstance(found, exceptions.ValidationError) else []
    detail = str(_("See “errors”.")) if isinstance(found, exceptions.ValidationError) else str(found.detail)
    headers = {}
    if challenge := getattr(found, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(found, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(
        problem(found.status_code, detail, errors),
        status=found.status_code,
        headers=headers,
        content_type=CONTENT_TYPE,
    )


def understood(error: Exception) -> exceptions.APIException | None:
    match error:
        case exceptions.ValidationError():
            error.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
            return error
        case exceptions.APIException():
            return error
        case Http404():
            return exceptions.NotFound(str(KINDS[404].why))
        case Forbidden():
            return exceptions.PermissionDenied(str(KINDS[403].why))
        case Refused():
            return Unprocessable(error.sentence, [{"field": error.field or "", "detail": error.sentence}])
    return None


def flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """REST framework's nested errors as a list, each with its field, as in ``lines.0.country``."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from flat(inner, here)
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from flat(inner, f"{path}.{number}".lstrip(".") if nested else path)
    else:
        yield {"field": path, "detail": str(detail)}


def wants_problem(request: HttpRequest) -> bool:
    """Whether a program asks: outside the views of the API, the address alone can tell."""
    return request.path_info.startswith(PREFIX)


def plain(code: int) -> HttpResponse:
    """For the site's handlers of errors: without the database, which may be what is broken."""
    body = json.dumps(problem(code, str(KINDS[code].why)), ensure_ascii=False)
    return HttpResponse(body, status=code, content_type=CONTENT_TYPE)
