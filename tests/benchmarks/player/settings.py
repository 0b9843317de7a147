"""The site as it is deployed, on the scratch database, with one bare page beside its own."""

from lms.config.settings import *  # noqa: F403
from lms.config.settings import DATA_DIR, DATABASES, STORAGES
from tests.benchmarks.scratch import NAME

DATABASES["default"]["NAME"] = NAME
ROOT_URLCONF = "tests.benchmarks.player.urls"
# As a deployment serves them; a demo serves them from the sources, as they are.
STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STATIC_ROOT = DATA_DIR / "bench-static"
WHITENOISE_USE_FINDERS = False
