"""The WSGI application that granian serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from lms.ops.limits import limit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
for database in settings.DATABASES.values():
    limit(database)
application = get_wsgi_application()
