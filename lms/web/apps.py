from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "lms.web"
    label = "web"

    def ready(self) -> None:
        from lms.web import navigation, permissions

        navigation.register(_("Home"), "home", permissions.signed_in, order=0)
