from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    label = "courses"

    def ready(self) -> None:
        # Pages and mails need models, and models are there only now.
        from courses.actions import cohort_notices, nudges
        from courses.web import menu

        menu.register()
        nudges.register_channel()
        cohort_notices.register_channel()
