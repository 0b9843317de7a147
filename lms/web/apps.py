from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lms.web"
    label = "web"

    def ready(self) -> None:
        # The rules need models, and models are there only now.
        from lms.web.accounts import menu

        menu.register()
