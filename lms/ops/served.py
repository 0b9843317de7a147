"""The WSGI application as `make run` serves it: granian's worker ends when granian is killed."""

import os
import signal

from lms.config.wsgi import application
from lms.ops.embedded.identity import die_with_parent

__all__ = ["application"]

die_with_parent(signal.SIGKILL, os.getppid())
