"""What trainers and staff see of somebody on registers, for that person to look at."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.models import Participation, RegisterMark
from courses.queries.registers import planned_sessions
from courses.web.register.base import name
from lms.people.enums import Role
from lms.people.models import Person
from lms.people.queries.merges import records_of
from lms.web.as_seen import Look, Said


def seen_of(person: Person) -> Iterator[Look | Said]:
    """Registers somebody stands on; a constant number of queries."""
    records = records_of(person.pk)
    taken = Participation.objects.filter(person__in=records).exclude(enrolment__hidden=True)
    marked = RegisterMark.objects.filter(participation__in=taken.values("pk"))
    mine = Q(activity__in=taken.values("activity")) | Q(pk__in=marked.values("session"))
    found = list(planned_sessions().filter(mine).select_related("activity__cohort").order_by("pk"))
    for session in found:
        role = Role.TRAINER if getattr(session.activity, "cohort", None) else Role.STAFF
        title = _("The register of %(session)s") % {"session": name(session)}
        yield Look(role, "teach-register", title, session.pk)
    if found:
        yield from _in_words()


def _in_words() -> Iterator[Said]:
    guests = _(
        "A trainer of another cohort of your course finds your name by its first letters, to let you make up"
        " a training session there."
    )
    yield Said(Role.TRAINER, guests, ("teach-guests",))
    lists = _("Before the list of a call is recorded, a trainer sees beside your name what it says of you.")
    yield Said(Role.TRAINER, lists, ("teach-call-list",))
    numbers = _("The register asks how it stands now by numbers that stand for people, without a name.")
    yield Said(Role.TRAINER, numbers, ("teach-register-marks",))
