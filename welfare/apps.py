from django.apps import AppConfig


class WelfareConfig(AppConfig):
    name = "welfare"
    label = "welfare"

    def ready(self) -> None:
        # Pages and actions need models, and models are there only now.
        from welfare.actions import schedules  # noqa: F401 -- says how reminders are erased
        from welfare.web import menu

        menu.register()
