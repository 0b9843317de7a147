"""The kinds of address for other programs; every one names its scope and the rule that opens it."""

import inspect
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.people.enums import TokenScope
from lms.people.models import ApiToken, User
from lms.web.api import paging
from lms.web.api.problems import BadQuestion, flat


class NoQuery(serializers.Serializer[Any]):
    """Takes no parameter."""


class ApiView(APIView):
    """A subclass says `allowed = staticmethod(rule)` and `scope`, and in `query` what parameters it takes.

    A class without a rule cannot be made. Parameters that it does not take are refused, not ignored.
    """

    allowed: ClassVar["staticmethod[[Any], bool]"]
    scope: ClassVar[TokenScope]
    query: ClassVar[type[serializers.Serializer[Any]]] = NoQuery
    # Programs of other sites have no browser that would ask by OPTIONS first.
    http_method_names = ["get", "head", "post", "put"]

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        rule = inspect.getattr_static(cls, "allowed", None)
        if not abstract and not (isinstance(rule, staticmethod) and hasattr(cls, "scope")):
            raise TypeError(f"{cls.__name__} names no rule and scope")

    @property
    def login(self) -> User:
        """Whose token it is."""
        found: User = self.request.user  # type: ignore[assignment]  # BearerToken lets nobody else in
        return found

    @property
    def token(self) -> ApiToken:
        found: ApiToken = self.request.auth  # type: ignore[assignment]  # as above
        return found

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asked = self.read_query(request)

    def read_query(self, request: Request) -> dict[str, Any]:
        """The parameters, checked. Raises BadQuestion with a sentence for each that cannot be taken."""
        form = self.query(data=request.query_params)
        errors = [
            {"field": name, "detail": _("This address takes no parameter of that name.")}
            for name in request.query_params
            if name not in form.fields
        ]
        errors += [
            {"field": name, "detail": _("This parameter is given more than once.")}
            for name, values in request.query_params.lists()
            if len(values) > 1
            and name in form.fields
            and not isinstance(form.fields[name], serializers.ListField)
        ]
        if not form.is_valid():
            errors += flat(form.errors)
        if errors:
            raise BadQuestion(errors)
        return dict(form.validated_data)


class ListView(ApiView, abstract=True):
    """A page of records; `item` says how each is shown, `rows` which there are for whoever asks."""

    query = paging.PageQuery
    item: ClassVar[type[serializers.Serializer[Any]]]
    # The number that is shown as the record's id.
    key: ClassVar[str] = "pk"

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def shown(self, found: list[Any]) -> list[Any]:
        """Those of a page that are still there: what hangs on them is read after them."""
        return found

    def get(self, request: Request) -> Response:
        page = paging.page(self.rows(), self.asked, request, key=self.key)
        shown = self.item(self.shown(page.results), many=True, context={"view": self}).data
        return Response({"next": page.next, "results": shown})


class DetailView(ApiView, abstract=True):
    """One record; what is not there and what is another's are alike not found."""

    item: ClassVar[type[serializers.Serializer[Any]]]

    def found(self) -> Any:
        """The record of the address, by `self.kwargs`. Raises Http404."""
        raise NotImplementedError

    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.item(self.found(), context={"view": self}).data)
