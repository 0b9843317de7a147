from django.apps import AppConfig


class WelfareConfig(AppConfig):
    name = "welfare"
    label = "welfare"

    def ready(self) -> None:
        # Pages need models, and models are there only now.
        from welfare.actions import contact_mail
        from welfare.web import menu

        menu.register()
        contact_mail.register_channel()
