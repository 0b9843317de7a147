"""What /readyz, /metrics and `doctor` tell about mail."""

from lms.outbox.queries import held_by_state, oldest_due_seconds
from lms.outbox.states import State


def report() -> dict[str, float]:
    held = held_by_state()
    return {
        "oldest_due_mail_seconds": oldest_due_seconds(),
        "mails_parked": held[State.FAILED],
        "mails_uncertain": held[State.UNCERTAIN],
    }
