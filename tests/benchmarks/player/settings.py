"""The site as it is shipped, on the scratch database, with one bare page beside its own."""

from lms.config.settings import *  # noqa: F403
from lms.config.settings import DATABASES
from tests.benchmarks.scratch import NAME

DATABASES["default"]["NAME"] = NAME
ROOT_URLCONF = "tests.benchmarks.player.urls"
