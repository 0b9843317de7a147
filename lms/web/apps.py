from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "lms.web"
    label = "web"

    def ready(self) -> None:
        # The rules need models, and models are there only now.
        from lms.web import navigation, permissions
        from lms.web.accounts import menu

        navigation.register(_("Home"), "home", permissions.signed_in, order=0)
        menu.register()
