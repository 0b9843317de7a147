"""What managers, trainers and staff see of somebody's training, for that person to look at."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.models import Answer, Certificate, Enrolment, Entry, SignOff
from courses.queries.completions import standing_sign_offs
from courses.queries.facts import known_versions, seen
from courses.web import words
from courses.web.gatherings.as_seen import of_gatherings
from courses.web.sessions import as_seen as sessions
from lms.people.enums import Role
from lms.people.models import Hotline, Person
from lms.people.queries.merges import records_of
from lms.web.as_seen import Look, Said

# Forms and previews that would open something if they were shown here.
BY_HAND = (
    "staff-activity-people",
    "staff-activity-add",
    "staff-activity-correct",
    "staff-undo-facts",
    "staff-edit-person",
    "staff-move-person",
    "staff-new-affiliation",
    "staff-affiliation",
    "staff-undo-person-change",
)
MANAGER, TRAINER, STAFF = Role.HOTLINE_MANAGER, Role.TRAINER, Role.STAFF


def seen_of(person: Person) -> Iterator[Look | Said]:
    """Pages and sentences of each role; a constant number of queries."""
    records = records_of(person.pk)
    hotlines = list(_hotlines(records))
    yield from _of_managers(hotlines)
    yield from _in_evidence()
    yield from _of_trainers(records)
    yield from _of_staff(person, records, hotlines)
    yield from of_gatherings(records)


def _of_managers(hotlines: list[Hotline]) -> Iterator[Look]:
    for hotline in hotlines:
        yield Look(MANAGER, "own-hotline", _page_of(hotline), hotline.pk, hotline)


def _in_evidence() -> Iterator[Said]:
    text = _(
        "The training evidence of your hotline, a PDF, lists its people by name with what they completed for"
        " it and until when that is valid. Self-care courses that you keep to yourself are not in it."
    )
    yield Said(MANAGER, text, ("own-evidence",))
    yield Said(STAFF, text, ("staff-evidence",))


def _of_trainers(records: set[int]) -> Iterator[Look | Said]:
    enrolments = list(_enrolments(records))
    for one in enrolments:
        if not one.hidden:
            title = _("The board of %(course)s") % {"course": one.cohort.version.title}
            yield Look(TRAINER, "teach-cohort", title, one.cohort_id)
    yield from sessions.seen_of(enrolments)
    yield from _marking(records)
    yield from _extra_time(enrolments)
    if enrolments:
        yield _corrected()
    for given in _sign_offs(records):
        about = {"course": given.enrolment.cohort.version.title}
        title = _("Taking back your sign-off in %(course)s") % about
        yield Look(TRAINER, "teach-sign-off", title, given.pk)
    yield from _revoking(TRAINER, records, entry__participation__enrolment__hidden=False)


def _marking(records: set[int]) -> Iterator[Look | Said]:
    essays = Answer.objects.filter(
        question__kind="essay", attempt__enrolment__person__in=records, attempt__submitted_at__isnull=False
    )
    found = list(essays.select_related("question", "attempt__enrolment__cohort__version").order_by("pk"))
    if found:
        yield Look(TRAINER, "teach-marks", _("The list of essays to mark"))
    for one in found:
        about = {"course": one.attempt.enrolment.cohort.version.title, "question": one.question.key}
        title = _("Marking your essay in %(course)s, question %(question)s") % about
        yield Look(TRAINER, "teach-essay", title, one.pk)


def _corrected() -> Said:
    text = _("Before a question is corrected, your trainers see whose marks would change, and to what.")
    return Said(TRAINER, text, ("teach-questions", "teach-correction"))


def _extra_time(enrolments: list[Enrolment]) -> Iterator[Look]:
    timed = [one for one in enrolments if not one.hidden and _minutes(one) is not None]
    if timed:
        yield Look(TRAINER, "teach-extra-times", _("The list of extra times"))
    for one in timed:
        title = _("Your extra time in %(course)s") % {"course": one.cohort.version.title}
        yield Look(TRAINER, "teach-extra-time", title, one.pk)


def _minutes(enrolment: Enrolment) -> int | None:
    return getattr(getattr(enrolment.cohort.version, "assessment", None), "minutes", None)


def _of_staff(person: Person, records: set[int], hotlines: list[Hotline]) -> Iterator[Look | Said]:
    yield Look(STAFF, "staff-person", _("The page about you"), person.pk)
    yield Look(STAFF, "staff-people", _("The list of people"))
    for hotline in hotlines:
        yield Look(STAFF, "staff-hotline", _page_of(hotline), hotline.pk)
    taken = seen(Entry.objects.filter(person__in=records)).order_by().values_list("activity", flat=True)
    for version in known_versions(taken.distinct()).values():
        title = _("The page of the activity %(title)s") % {"title": words.title(version)}
        yield Look(STAFF, "staff-activity", title, version.activity_id)
    yield from _revoking(STAFF, records)
    yield from _staff_in_words()


def _staff_in_words() -> Iterator[Said]:
    behind = _(
        "Behind each number of the yearly counts is a list of the facts it is made of. Yours stand there as"
        " on the page about you; of a self-care course that you keep to yourself, without your name."
    )
    yield Said(STAFF, behind, ("staff-counts-facts",))
    merging = _(
        "Where two records may be one person, staff see both side by side: name, register id, e-mail address"
        " and where they belong."
    )
    yield Said(STAFF, merging, ("staff-merge", "staff-undo-merge"))
    looked_for = _(
        "Staff can search the whole network by names, e-mail addresses and register ids, and narrow the list"
        " of people by where they belong and what they were trained in. What stands there about you stands on"
        " the list of people and the page about you."
    )
    yield Said(STAFF, looked_for, ("staff-search",))
    at_once = _(
        "Staff can choose people from their list, end their affiliations at once, undo it, and take the rows"
        " of the list out as a file: names, e-mail addresses, register ids and where they belong."
    )
    yield Said(STAFF, at_once, ("staff-bulk", "staff-bulk-rows"))
    by_hand = _(
        "What you took part in is put right by staff on lists and forms that show you by name: what is"
        " recorded, what it would be and why. So are your name, your e-mail address and where you belong."
    )
    yield Said(STAFF, by_hand, BY_HAND)
    paper = _("Staff can download your certificates: the same files as those under My training.")
    yield Said(STAFF, paper, ("staff-certificate",))


def _revoking(role: Role, records: set[int], **more: bool) -> Iterator[Look]:
    theirs = Certificate.objects.filter(person__in=records, **more)
    for one in theirs.select_related("version").order_by("pk"):
        title = _("Revoking your certificate of %(course)s") % {"course": one.version.title}
        yield Look(role, "revoke-certificate", title, one.pk)


def _sign_offs(records: set[int]) -> list[SignOff]:
    given = standing_sign_offs().filter(enrolment__person__in=records, enrolment__hidden=False)
    return list(given.select_related("enrolment__cohort__version").order_by("pk"))


def _page_of(hotline: Hotline) -> str:
    return _("The page of the hotline %(name)s") % {"name": hotline.name}


def _hotlines(records: set[int]) -> Iterator[Hotline]:
    """Where somebody belongs or belonged, and hotlines that something is recorded for."""
    recorded = seen(Entry.objects.filter(person__in=records, hotline__isnull=False))
    ties = Q(affiliations__person__in=records) | Q(pk__in=recorded.order_by().values("hotline"))
    yield from Hotline.objects.filter(ties).distinct().order_by("name")


def _enrolments(records: set[int]) -> Iterator[Enrolment]:
    found = Enrolment.objects.filter(person__in=records)
    yield from found.select_related("cohort__version__assessment").order_by("-enrolled_at")
