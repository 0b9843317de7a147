"""Who hears of a training session: rows written with the version, and the mails made of them."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.enums import CalendarMethod
from courses.kinds.calendars import Event, invitation
from courses.models import Activity, Participation, SessionMail, SessionVersion
from courses.queries.session_mails import Look, look
from courses.queries.sessions import Reader, enrolled, leaders, planned, readers
from lms.kit.text import Text
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.outbox.models import sender_domain
from lms.people.mail import A_MESSAGE, address

OVER, LEFT, CLOSED, NEVER = (
    "it was no longer so",
    "neither enrolled nor leading it any more",
    "the login was closed",
    "nothing was sent that could be struck out",
)
REQUEST, CANCEL = CalendarMethod.REQUEST, CalendarMethod.CANCEL
BATCH = 2000
# By session, the records of who leads it.
Leading = Mapping[int, frozenset[int]]


def register_channel() -> None:
    """Called once, when the app is ready."""
    # As with nudges: what somebody is told of is nothing that an administrator is to learn from a list.
    register(Channel(SessionMail, compose, addresses, A_MESSAGE, ("user", "person")))


def tell(versions: Sequence[SessionVersion], method: CalendarMethod) -> int:
    """Rows for everybody enrolled and for who leads each, for these new versions of one activity; how many.

    Called in the transaction that appends them, which holds the activity, after it has said who leads them.
    """
    if not versions:
        return 0
    taking = set(enrolled(versions[0].session.activity).values_list("person", flat=True))
    led = leaders([version.session_id for version in versions])
    # Nearly always the same people lead all of them.
    people = {leading: readers(taking | leading) for leading in set(led.values())}
    rows = [
        _row(version, reader, method, 1) for version in versions for reader in people[led[version.session_id]]
    ]
    SessionMail.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def tell_leaders(before: Leading, *, besides: Collection[SessionVersion] = ()) -> int:
    """Others lead these sessions than ``before``: who came is invited, who left has it struck out; how many.

    Called in the transaction that says so, which holds the activity, after it has. Of the versions
    ``besides``, which were told, only those who left have still to hear.
    """
    told = {version.session_id for version in besides}
    now = leaders(before.keys())
    to_come = SessionVersion.objects.in_force().filter(
        session__in=before.keys(), cancelled=False, ends_at__gt=timezone.now()
    )
    came = {one: now[one] - was for one, was in before.items() if one not in told}
    left = {one: was - now[one] for one, was in before.items()}
    # Nearly always the same people come to all of them, or leave.
    people = {whom: readers(whom) for whom in {*came.values(), *left.values()} if whom}
    versions = list(to_come.order_by("starts_at", "session"))
    last = _last(versions, {one.person_id for those in people.values() for one in those})
    rows = [
        _row(version, one, method, last.get((version.session_id, one.person_id), 0) + 1)
        for version in versions
        for method, moved in ((REQUEST, came), (CANCEL, left))
        for one in people.get(moved.get(version.session_id, frozenset()), ())
    ]
    SessionMail.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


@transaction.atomic
def tell_sessions(*, participation: Participation, method: CalendarMethod) -> int:
    """Somebody was enrolled: rows for the sessions to come. Or withdrew: rows that strike them out.

    How many. Called in the transaction that enrols or withdraws, after it has; whoever plans at the same
    moment waits for it, or it for them, so nobody is left out or told twice.
    """
    persons = [participation.person_id] if participation.person_id else []
    return tell_sessions_of(activity=participation.activity, persons=persons, method=method)


def tell_sessions_of(*, activity: Activity, persons: Collection[int], method: CalendarMethod) -> int:
    """The same of several people of one activity; as many queries however many they are."""
    with connection.cursor() as cursor:
        # Shared among enrolments, and not together with whoever plans, who holds the row for an update.
        cursor.execute("SELECT FROM courses_activity WHERE id = %s FOR KEY SHARE", [activity.pk])
    to_come = list(planned(activity).filter(ends_at__gt=timezone.now()))
    if not to_come or not persons:
        return 0
    people = readers(persons)
    last = _last(to_come, [reader.person_id for reader in people])
    rows = [
        _row(version, reader, method, last.get((version.session_id, reader.person_id), 0) + 1)
        for version in to_come
        for reader in people
    ]
    SessionMail.objects.bulk_create(rows)
    return len(rows)


def _row(version: SessionVersion, reader: Reader, method: CalendarMethod, ordinal: int) -> SessionMail:
    return SessionMail(
        session_id=version.session_id,
        person_id=reader.person_id,
        user_id=reader.user_id,
        number=version.number,
        ordinal=ordinal,
        kind=method,
    )


def _last(versions: Sequence[SessionVersion], people: Collection[int]) -> dict[tuple[int, int], int]:
    """By session and person the last ordinal of what was said of these very versions. One query."""
    numbers = {version.session_id: version.number for version in versions}
    about = SessionMail.objects.filter(session__in=numbers, person__in=people).order_by()
    rows = about.values_list("session", "person", "number").annotate(last=Max("ordinal"))
    return {(session, one): last for session, one, number, last in rows if number == numbers[session]}


def addresses(mails: Sequence[SessionMail]) -> list[str]:
    return [mail.user.email if mail.user else mail.person.email for mail in mails]


def compose(mail: SessionMail) -> Mail:
    """The mail of what still holds; raises Unwanted for what a newer version has overtaken. For the drain."""
    now = timezone.now()
    found = look(mail, now)
    _refuse_unwanted(mail, found)
    version, kept = found.version, bool(found.hidden)
    to, zone = _reader(found)
    method = CalendarMethod(mail.kind)
    # Who is told of an end may be out, and the call another one by now.
    event = event_of(version, kept=kept, stamped_at=now, link=method == REQUEST)
    if method == CANCEL:
        event = replace(event, cancelled=True)
    words = {
        "title": event.title,
        "version": version,
        "kept": kept,
        "method": method,
        "changed": found.told,
        "leads": found.leads and found.hidden is None,
        "led": not found.took_part,
        "zones": list(dict.fromkeys([version.timezone, zone])),
        "link": address("my-sessions"),
    }
    organizer = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    calendar = invitation(event, method=method.upper(), organizer=organizer, attendee=to)
    text = render_to_string("emails/session.txt", words)
    subject = _subject(method, found.told, event.title)
    return Mail(to, subject, text, calendar=calendar, method=method.upper())


def _refuse_unwanted(mail: SessionMail, found: Look) -> None:
    """Raises Unwanted for a mail nobody needs any more.

    Who has left meanwhile is told of no newer version, and is to hear of the end all the same; unless they
    are in it the other way, as a trainer who takes part, or takes part no more.
    """
    is_in_it = found.hidden is not None or found.leads
    is_request = mail.kind == REQUEST
    if found.is_over or found.overtaken or (is_request and found.version.number != mail.number):
        raise Unwanted(OVER)
    if not is_request and not found.told:
        raise Unwanted(NEVER)
    if not is_request and is_in_it and not found.version.cancelled:
        raise Unwanted(OVER)
    if is_request and not is_in_it:
        raise Unwanted(LEFT)


def _reader(found: Look) -> tuple[str, str]:
    """Address and IANA zone of who is told: their login's, else the record's; raises Unwanted without one."""
    if found.is_active and found.email:
        return found.email, found.zone or settings.REPORTING_ZONE
    if found.is_active is not None or not found.address:
        raise Unwanted(CLOSED)
    return found.address, settings.REPORTING_ZONE


def _subject(method: CalendarMethod, before: bool, title: Text) -> str:
    if method == CANCEL:
        return _("Cancelled: %(title)s") % {"title": title}
    if before:
        return _("Changed: %(title)s") % {"title": title}
    return _("Training session: %(title)s") % {"title": title}


def event_of(version: SessionVersion, *, kept: bool, stamped_at: dt.datetime, link: bool = False) -> Event:
    """A titled version as a calendar reads it.

    Of a course that somebody keeps to themselves a calendar says no more than the time: others look into
    calendars. ``link`` lets the call's link in, which a mail to one reader may hold and a feed may not.
    """
    page = address("my-sessions")
    call = version.call_link if link and not kept else ""
    return Event(
        uid=f"{version.session.uid}@{sender_domain()}",
        sequence=version.number,
        title=_("Training session") if kept else title_of(version),
        starts_at=version.starts_at,
        ends_at=version.ends_at,
        zone=version.timezone,
        stamped_at=stamped_at,
        place="" if kept else version.place,
        text=_("Place, call and materials: %(page)s") % {"page": page},
        url=call or page,
        cancelled=version.cancelled,
    )


def title_of(version: SessionVersion) -> str:
    """What a titled version is called: by its own title, with the course's or activity's before it."""
    known: Iterable[str | None] = (
        getattr(version, name, None) for name in ("course_title", "activity_title", "kind_name")
    )
    of = next((title for title in known if title), "")
    return ": ".join(part for part in (of, version.title) if part) or _("Training session")
