"""What may be asked: within the token's scopes, by the same rules as the pages."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class MayAsk(BasePermission):
    """The scope first, then the view's rule, asked of the login as it is today."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.scope not in view.token.scopes:
            raise PermissionDenied(_("This token lacks the scope “%(scope)s”.") % {"scope": view.scope})
        if not view.allowed(request.user):
            raise PermissionDenied(_("Your roles do not open this."))
        return True
