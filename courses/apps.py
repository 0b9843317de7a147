from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    label = "courses"

    def ready(self) -> None:
        # Pages need models, and models are there only now.
        from courses.web import menu

        menu.register()
