from django.apps import AppConfig


class WelfareConfig(AppConfig):
    name = "welfare"
    label = "welfare"

    def ready(self) -> None:
        # Pages and actions need models, and models are there only now.
        from lms.web import as_seen as looks
        from lms.web import notices
        from welfare.actions import (
            contact,  # noqa: F401 -- these three say how what they write is erased
            contact_mail,
            deliveries,
            schedules,  # noqa: F401
            sealed,  # noqa: F401
        )
        from welfare.web import as_seen, menu
        from welfare.web.notices import ReminderNotices

        deliveries.register_channel()
        notices.register(ReminderNotices())
        looks.register(as_seen.seen_of)
        menu.register()
        contact_mail.register_channel()
