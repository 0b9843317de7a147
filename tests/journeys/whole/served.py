"""The site as granian serves it, on the database of a test: JOURNEY_DATABASE says which."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
settings.DATABASES["default"]["NAME"] = os.environ["JOURNEY_DATABASE"]
django.setup()

from lms.ops.served import application  # noqa: E402 -- reads the settings as it comes in

__all__ = ["application"]
