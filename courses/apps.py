from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    label = "courses"

    def ready(self) -> None:
        # Pages and mails need models, and models are there only now.
        from courses.actions import nudges, registration_mail
        from courses.web import menu

        menu.register()
        nudges.register_channel()
        registration_mail.register_channel()
