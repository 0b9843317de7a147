from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lms.people"
    label = "people"

    def ready(self) -> None:
        # Mails are made of models, and models are there only now.
        from lms.people import mail

        mail.register_channels()
