"""/accounts/email/: why nobody changes the address of the own login."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from lms.web.permissions import signed_in
from lms.web.views import PageView


class AddressesPage(PageView):
    """Answers 403 to everybody: a new password is sent to the address, so it is as good as the login."""

    allowed = staticmethod(signed_in)
    page_title = gettext_lazy("Your address is changed for you")
    template_name = "people/address.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(status=403)

    post = get
