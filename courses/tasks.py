"""What beat wakes for training."""

from datetime import timedelta

from courses.actions.attempts import close_overdue
from courses.actions.bulk import working as bulk
from courses.actions.bulk.forgetting import forget_old_choices
from courses.actions.exchanges.telling import tell_what_is_over
from courses.actions.feedback import close_due
from courses.actions.media import forget_unneeded
from courses.actions.nudges import plan_nudges
from courses.actions.places import sweep
from courses.actions.reflections import shuffle_reflections
from courses.actions.register.locking import settle_closed
from courses.actions.registrations import forget_old_registrations
from courses.actions.sheets.sources import forget_old_sheets
from courses.actions.sheets.working import work_on_sheet
from courses.actions.uploads.forgetting import forget_old_registers
from courses.actions.uploads.working import work_once
from lms.kit.tasks import nudge, task
from lms.outbox.tasks import send_due


@task(name="courses.close_overdue_attempts", every=timedelta(minutes=1))
def close_overdue_attempts() -> None:
    """Mark attempts of people who did not come back before their time was over."""
    close_overdue()


@task(name="courses.plan_nudges", every=timedelta(minutes=30))
def plan_due_nudges() -> None:
    """Find who is due a nudge, and have the mails sent."""
    if plan_nudges():
        nudge(send_due)


@task(name="courses.tell_of_exchanges", every=timedelta(minutes=30))
def tell_of_exchanges() -> None:
    """Ask hosts whether what is over was held, and have the mails sent."""
    if tell_what_is_over():
        nudge(send_due)


@task(name="courses.pass_places_on", every=timedelta(minutes=2))
def pass_places_on() -> None:
    """Offers that nobody answered in time go to the next in line."""
    if sweep():
        nudge(send_due)


@task(name="courses.forget_unneeded_media", every=timedelta(hours=6))
def forget_unneeded_media() -> None:
    """Remove files that no course names any more from the disk."""
    forget_unneeded()


@task(name="courses.shuffle_reflections", every=timedelta(hours=1))
def shuffle() -> None:
    """No kept reflection tells when it was written."""
    shuffle_reflections()


@task(name="courses.settle_closed_registers", every=timedelta(hours=6))
def settle_closed_registers() -> None:
    """Record who attended nothing, once the day after which the last register closes is over."""
    settle_closed()


@task(name="courses.close_feedback", every=timedelta(minutes=15))
def close_feedback() -> None:
    """Write the results of forms whose last day is over, and forget their answers."""
    close_due()


@task(name="courses.forget_registrations", every=timedelta(hours=12))
def forget_registrations() -> None:
    """Empty what people typed a year after the event they registered for."""
    forget_old_registrations()


@task(name="courses.work_on_registers", every=timedelta(seconds=30), most=timedelta(minutes=30))
def work_on_registers() -> None:
    """Read or apply one register that staff brought in; the next one is another wake-up's."""
    if work_once():
        nudge(work_on_registers)


@task(name="courses.forget_registers", every=timedelta(hours=6))
def forget_registers() -> None:
    """Remove the files of registers and sheets that nobody needs any more, and what was read of them."""
    forget_old_sheets()
    forget_old_registers()


@task(name="courses.work_on_bulk_actions", every=timedelta(seconds=30))
def work_on_bulk_actions() -> None:
    """Look at, or do, one bulk action of many rows; the next one is another wake-up's."""
    if bulk.work_once():
        nudge(work_on_bulk_actions)


@task(name="courses.forget_bulk_choices", every=timedelta(hours=6))
def forget_bulk_choices() -> None:
    """Drop rows that somebody chose and nobody decided about, and forget those of what was dropped."""
    forget_old_choices()


@task(name="courses.work_on_sheets", every=timedelta(seconds=30))
def work_on_sheets() -> None:
    """Take one sheet that staff brought in a step further; what became a register is read next."""
    if work_on_sheet():
        nudge(work_on_sheets)
        nudge(work_on_registers)
