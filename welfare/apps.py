from django.apps import AppConfig


class WelfareConfig(AppConfig):
    name = "welfare"
    label = "welfare"

    def ready(self) -> None:
        # Pages need models, and models are there only now.
        from lms.web import notices
        from welfare.actions import contact_mail, deliveries
        from welfare.web import menu
        from welfare.web.notices import ReminderNotices

        deliveries.register_channel()
        notices.register(ReminderNotices())
        menu.register()
        contact_mail.register_channel()
