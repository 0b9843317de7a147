"""The OpenAPI description of the API, made of the code that answers."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.people.models import ApiToken
from lms.web.api import problems
from lms.web.api.authentication import BearerToken
from lms.web.api.views import ListView

ALWAYS = (400, 401, 403, 404, 405, 406, 429, 500, 503)
WITH_BODY = (413, 415, 422)
METHODS = ("get", "post", "put")
ERROR = {
    "type": "object",
    "required": ["field", "detail"],
    "properties": {
        "field": {
            "type": "string",
            "description": "The parameter or the field of the body; empty for the whole.",
        },
        "detail": {"type": "string"},
        "line": {"type": ["integer", "null"], "description": "The place among the lines sent, from 1."},
        "value": {"type": "string", "description": "What was there."},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": ERROR},
    },
}


class Schema(AutoSchema):
    """What REST framework cannot tell by itself: the parameters, the scope, and what lists look like."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        return [self.view.query] if self.view.query().fields else []

    def get_operation_id(self) -> str:
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.view).__name__.removesuffix("View")).lower()
        return f"{self.method.lower()}_{words}"

    def get_summary(self) -> str:
        """The sentence that its code begins with, at the method or else at the view."""
        method = getattr(self.view, self.method.lower())
        said = method.__doc__ if method.__qualname__.startswith(type(self.view).__name__) else None
        return " ".join((said or type(self.view).__doc__ or "").split())

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular asks it without arguments
        return f"Scope of the token: `{self.view.scope}`."

    def get_tags(self) -> list[str]:
        return [self.path.split("/")[3]]

    def get_response_serializers(self) -> Any:
        item = getattr(self.view, "item", None)
        return self._page_of(item) if isinstance(self.view, ListView) else item

    def _page_of(self, item: Any) -> Any:
        fields = {
            "next": serializers.CharField(allow_null=True, help_text="The address of the next page."),
            "results": item(many=True),
        }
        return type(f"{item.__name__}Page", (serializers.Serializer,), fields)


def with_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Every address answers the same problems; said once here instead of at each."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method, operation in path.items():
            codes = (*ALWAYS, *(WITH_BODY if "requestBody" in operation else ()))
            if method in METHODS:
                operation["responses"] |= {
                    str(code): told(code) for code in codes if str(code) not in operation["responses"]
                }
    return result


def told(code: int) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": str(problems.KINDS[code].title),
        "content": {problems.CONTENT_TYPE: {"schema": reference}},
    }


class Bearer(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself by a metaclass
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of /me/tokens/."}


class TokenIfAny(BearerToken):
    """A program fetches the description with its token; a reader of the page with the session."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:  # type: ignore[override]  # may pass on
        return super().authenticate(request) if "Authorization" in request.headers else None


def description() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped there
    return made


class SchemaView(APIView):
    """Every login, by its session or any of its tokens; what it says is the same for all."""

    authentication_classes = [TokenIfAny, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_classes = []
    http_method_names = ["get", "head"]
    schema = None

    def get(self, request: Request) -> Response:
        return Response(description())
