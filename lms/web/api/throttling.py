"""So many requests of one token in a minute of the clock."""

import time
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

log = structlog.get_logger(__name__)
SECONDS = 60


class PerToken(BaseThrottle):
    """Counted in the cache, of which each process of a demo has its own; one that is down limits nobody."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.now = int(time.time())
        key = f"api:{request.auth.pk}:{self.now // SECONDS}"
        try:
            cache.add(key, 0, timeout=2 * SECONDS)
            return int(cache.incr(key)) <= settings.API_REQUESTS_A_MINUTE
        except (RedisError, OSError, ValueError) as error:
            log.warning("requests are not limited", exc_info=error)
            return True

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return SECONDS - self.now % SECONDS
