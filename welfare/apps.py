from django.apps import AppConfig


class WelfareConfig(AppConfig):
    name = "welfare"
    label = "welfare"

    def ready(self) -> None:
        # Pages need models, and models are there only now.
        from welfare.actions import deliveries
        from welfare.web import menu

        deliveries.register_channel()
        menu.register()
