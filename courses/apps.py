from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    label = "courses"

    def ready(self) -> None:
        # Pages and mails need models, and models are there only now.
        from courses.actions import cohort_notices, nudges, registration_mail, session_mails, year_notices
        from courses.actions.exchanges import telling
        from courses.web import menu

        menu.register()
        nudges.register_channel()
        session_mails.register_channel()
        telling.register_channel()
        registration_mail.register_channel()
        cohort_notices.register_channel()
        year_notices.register_channel()
