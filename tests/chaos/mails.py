"""The mails of a run, by the server's own record of what it took."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from lms.outbox.channels import channels
from lms.outbox.states import State
from tests.outbox import made

MAILS_A_TIME = 6
# An end that the row tells: refused for good, held for somebody to look at, or no longer wanted.
TELLS = {State.FAILED, State.UNCERTAIN, State.CANCELLED}


@dataclass
class MailVerdict:
    """What became of the mails; what the mode promises is a breach where it does not hold."""

    rows: int = 0
    taken: int = 0
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    breaches: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    states: Counter[str] = field(default_factory=Counter)


def write_mails() -> None:
    """Some more of the ordinary mails, as they are written beside the reminders."""
    numbers = range(made.InvitationMail.objects.count(), made.InvitationMail.objects.count() + MAILS_A_TIME)
    for number in numbers:
        made.mail(f"new{number}@test.example")


def judge_mails(taken: list[str], mode: str) -> MailVerdict:
    """Hold: nothing comes twice, and what did not come says so. Resend: nothing that can come is lost."""
    rows = {
        row.message_id: State(row.state)
        for channel in channels()
        for row in channel.model._default_manager.all()
    }
    times, verdict = Counter(taken), MailVerdict(len(rows), len(taken))
    verdict.states.update(state.value for state in rows.values())
    verdict.doubled = [one for one, number in times.items() if number > 1]
    verdict.lost = [one for one, state in rows.items() if not times[one] and state not in TELLS]
    if mode == "hold":
        verdict.breaches["mail doubled"] = verdict.doubled
    else:
        held = [one for one, state in rows.items() if not times[one] and state == State.UNCERTAIN]
        verdict.breaches["mail left uncertain"] = held
    verdict.breaches["mail lost"] = verdict.lost
    verdict.breaches["mail of nobody"] = [one for one in times if one not in rows]
    return verdict
