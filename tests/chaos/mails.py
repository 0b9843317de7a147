"""The mails of a run, by the server's own record of what it took."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from lms.outbox.moves import TRIES
from lms.outbox.states import State
from tests.outbox import made

MAILS_A_TIME = 6
# An end that the row tells: refused for good, held for somebody to look at, no longer wanted, or gone because
# a newer reminder followed or its time to be kept is over.
TELLS = {State.FAILED.value, State.UNCERTAIN.value, State.CANCELLED.value, "gone"}


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


@dataclass(frozen=True)
class Mail:
    """The last that its row told; `about` is what there may be one mail of."""

    message_id: str
    about: str
    state: str
    failures: int


def of_invitations() -> list[Mail]:
    rows = made.InvitationMail.objects.values_list("message_id", "pk", "state", "tries")
    return [Mail(one, f"invitation {about}", state, tries) for one, about, state, tries in rows]


def judge_mails(taken: list[str], mails: list[Mail], mode: str, waiting: Collection[str] = ()) -> MailVerdict:
    """Hold: nothing comes twice, and what did not come says so. Resend: nothing that can come is lost.

    ``waiting`` are those whose next moment is still ahead, as of mails in somebody's quiet hours.
    """
    times, verdict = Counter(taken), MailVerdict(len(mails), len(taken))
    verdict.states.update(mail.state for mail in mails)
    verdict.doubled = [one for one, number in times.items() if number > 1]
    missing = [mail for mail in mails if not times[mail.message_id]]
    verdict.lost = [
        mail.message_id for mail in missing if mail.state not in TELLS and mail.message_id not in waiting
    ]
    if mode == "hold":
        verdict.breaches["mail doubled"] = verdict.doubled
    else:
        # After its last try even this mode leaves it to somebody to look.
        verdict.breaches["mail left uncertain"] = [
            mail.message_id for mail in missing if mail.state == State.UNCERTAIN and mail.failures < TRIES
        ]
    verdict.breaches["mail lost"] = verdict.lost
    abouts = Counter(mail.about for mail in mails)
    verdict.breaches["second mail of one reminder"] = [
        about for about, number in abouts.items() if number > 1
    ]
    known = {mail.message_id for mail in mails}
    verdict.breaches["mail of nobody"] = [one for one in times if one not in known]
    return verdict
