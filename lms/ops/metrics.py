"""The same facts as /readyz in Prometheus' words, and nothing else.

What its client tells about the process is left out: whoever may ask before and after a request would see by
the seconds of the processor how much work it was, and so whether somebody kept a check-in (docs/proof.md).
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lms.ops import health


class HealthCollector(Collector):
    """Asks when it is asked: nothing is kept between two scrapes."""

    def collect(self) -> Iterator[Metric]:
        seen = health.look()
        yield GaugeMetricFamily("lms_database_up", "The database answers.", value=seen.database)
        yield GaugeMetricFamily("lms_broker_up", "The broker answers.", value=seen.broker)
        missing = len(seen.missing_migrations)
        yield GaugeMetricFamily("lms_migrations_missing", "Migrations not yet applied.", value=missing)
        since = GaugeMetricFamily("lms_seen_seconds", "Seconds since it was last alive.", labels=["part"])
        for part, age in seen.ages.items():
            if age is not None:
                since.add_metric([part], age)
        yield since
        for name, value in seen.reported.items():
            if isinstance(value, int | float):
                yield GaugeMetricFamily(f"lms_{name}", "As /readyz reports it.", value=value)


def render() -> bytes:
    """Everything known, as text."""
    registry = CollectorRegistry()
    registry.register(HealthCollector())
    return generate_latest(registry)
