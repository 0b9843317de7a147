"""What /readyz, /metrics and `doctor` tell about reminders and erasures."""

from welfare.queries.erasures import is_behind
from welfare.queries.lateness import oldest_due_seconds


def report() -> dict[str, float]:
    return {"oldest_due_reminder_seconds": oldest_due_seconds(), "erasures_to_replay": is_behind()}
