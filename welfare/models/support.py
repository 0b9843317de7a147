"""Who can be asked to get in touch, who asked, what was handed on, and whom to call in a country.

A login is a number here and nothing more. What names somebody's way to be reached, or says what was handed
on, is never in clear in a row.
"""

import uuid
from contextlib import AbstractContextManager

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import lms.kit.models  # noqa: F401 - brings the lookup ``octets`` of the constraints below
from lms.kit.keyring import WRAP_BYTES
from lms.kit.moves import only_these_moves
from lms.kit.sealing import SEAL_BYTES, SIZES
from lms.outbox.models import Message
from welfare.enums import RequestState, StepState, SupporterKind
from welfare.models.wall import as_engine

LADDER = 3
CONTACT = "contact"
LONGEST_WAIT = 7 * 24
# A way to reach somebody takes the first size of lms.kit.sealing, also when there is none or no more.
REACH_BYTES = SIZES[0] + WRAP_BYTES
SHARED_BYTES = [size + SEAL_BYTES + WRAP_BYTES for size in SIZES]

REQUEST_MOVES = {
    RequestState.OPEN: [RequestState.ANSWERED, RequestState.WITHDRAWN, RequestState.UNANSWERED],
    # Somebody who was asked may still get in touch after all.
    RequestState.UNANSWERED: [RequestState.ANSWERED, RequestState.WITHDRAWN],
}
STEP_MOVES = {
    StepState.WAITING: [StepState.SENT, StepState.LEFT_OUT],
    StepState.SENT: [StepState.SEEN, StepState.PASSED],
    StepState.SEEN: [StepState.ANSWERED, StepState.PASSED],
    StepState.PASSED: [StepState.ANSWERED],
}
# With whom it lies now.
ASKED = (StepState.SENT, StepState.SEEN)
NOT_TOLD = (StepState.WAITING, StepState.LEFT_OUT)


class Supporter(models.Model):
    """A login that can be chosen, with what the analyst reads about it before sending anything.

    ``hotline_id`` is the number of the hotline whose analysts may choose this person; null means the whole
    network. ``hours`` is how long a request waits here before it goes on; nights and weekends count.
    """

    user_id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SupporterKind)
    hotline_id = models.BigIntegerField(null=True)
    languages = models.CharField(_("languages"), max_length=200)
    nights = models.CharField(_("nights and weekends"), max_length=500)
    danger = models.CharField(_("imminent danger"), max_length=500)
    hours = models.PositiveSmallIntegerField(_("hours"), default=24)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="supporter_hours_in_a_week", condition=Q(hours__range=(1, LONGEST_WAIT))
            ),
            models.CheckConstraint(
                name="supporter_says_what_to_know", condition=~Q(nights="") & ~Q(danger="")
            ),
        ]


class ContactRequest(models.Model):
    """Somebody would like to be contacted. The number is made by chance: no address counts requests.

    ``reach`` is padded, wrapped with WELFARE_KEYS for this request, and emptied when it is over.
    ``climbs_at`` is when the engine looks at it next, ``over_at`` when it was answered, withdrawn or had
    been with everybody in vain.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.BigIntegerField(editable=False)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    reach = models.BinaryField(editable=False)
    made_at = models.DateTimeField(editable=False)
    climbs_at = models.DateTimeField(null=True, editable=False)
    over_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_request", fields=["user_id"], condition=Q(state=RequestState.OPEN)
            ),
            models.CheckConstraint(
                name="request_over_or_climbing",
                condition=Q(state=RequestState.OPEN, climbs_at__isnull=False, over_at__isnull=True)
                | (~Q(state=RequestState.OPEN) & Q(climbs_at__isnull=True, over_at__isnull=False)),
            ),
            models.CheckConstraint(name="request_reach_one_size", condition=Q(reach__octets=REACH_BYTES)),
        ]
        indexes = [
            models.Index(name="request_to_climb", fields=["climbs_at"], condition=Q(state=RequestState.OPEN))
        ]
        triggers = [only_these_moves("state", REQUEST_MOVES, starts=[RequestState.OPEN])]


class ContactStep(models.Model):
    """One rung of a request's ladder: who is asked at which place, and how long it waits there.

    ``user_id`` is the asker's, so that the policies of the two tables need not look at each other.
    """

    request = models.ForeignKey(ContactRequest, on_delete=models.CASCADE, related_name="steps")
    user_id = models.BigIntegerField(editable=False)
    supporter_id = models.BigIntegerField(editable=False)
    place = models.PositiveSmallIntegerField(editable=False)
    hours = models.PositiveSmallIntegerField(editable=False)
    state = models.CharField(max_length=8, choices=StepState, default=StepState.WAITING)
    sent_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(name="one_step_a_place", fields=["request", "place"]),
            models.UniqueConstraint(name="one_step_a_supporter", fields=["request", "supporter_id"]),
            models.UniqueConstraint(
                name="one_step_at_a_time", fields=["request"], condition=Q(state__in=ASKED)
            ),
            models.CheckConstraint(name="step_on_the_ladder", condition=Q(place__range=(1, LADDER))),
            models.CheckConstraint(name="step_asks_somebody_else", condition=~Q(supporter_id=F("user_id"))),
            models.CheckConstraint(
                name="step_sent_once_told", condition=Q(state__in=NOT_TOLD) ^ Q(sent_at__isnull=False)
            ),
        ]
        indexes = [models.Index(name="steps_of_supporter", fields=["supporter_id"])]
        triggers = [only_these_moves("state", STEP_MOVES, starts=[StepState.WAITING])]


class ContactMail(Message):
    """The mail that tells somebody on the ladder of a message, and nothing of it: one for each step.

    ``off_digest`` is of the token in the mail that ends these mails for its receiver.
    """

    step = models.OneToOneField(ContactStep, on_delete=models.CASCADE, related_name="mail")
    off_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)

    also_marked = ("off_digest",)

    class Meta(Message.Meta):
        pass

    @classmethod
    def speaking(cls, *, writes: bool = True) -> AbstractContextManager[None]:
        """The engine sends: row-level security shows these rows to nobody else."""
        return as_engine()


class OwnLadder(models.Model):
    """The order in which somebody asks, for those who had it remembered: no row means not remembered."""

    user_id = models.BigIntegerField(primary_key=True)
    supporters = ArrayField(models.BigIntegerField(), size=LADDER)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ladder_of_one_to_three", condition=Q(supporters__len__range=(1, LADDER))
            )
        ]


class SharedItem(models.Model):
    """One thing that was handed to one person: sealed to that person's key, the sharer's name inside.

    No column says from whom. ``until`` is the last day (UTC) on which it is there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    supporter_id = models.BigIntegerField(editable=False, db_index=True)
    kept = models.BinaryField(editable=False)
    until = models.DateField(editable=False)
    opened = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="shared_few_sizes", condition=Q(kept__octets__in=SHARED_BYTES))
        ]


class LocalHelp(models.Model):
    """Whom to call in a country (ISO 3166 alpha-2), for everybody to read; with where that is said and when
    somebody looked.
    """

    country = models.CharField(_("country"), max_length=2)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("what for"), max_length=300)
    phone = models.CharField(_("number"), max_length=60, blank=True)
    url = models.URLField(_("web page"), blank=True)
    hours = models.CharField(_("hours"), max_length=120)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    source = models.URLField(_("source"))
    checked_on = models.DateField(_("checked on"))

    class Meta:
        ordering = ["country", "pk"]
        constraints = [
            models.UniqueConstraint(name="help_once_a_country", fields=["country", "name"]),
            models.CheckConstraint(name="help_can_be_reached", condition=~Q(phone="") | ~Q(url="")),
            models.CheckConstraint(name="help_has_its_source", condition=~Q(source="")),
        ]

    @property
    def dial(self) -> str:
        """The number as a telephone takes it; '' for one with words in it, which a person has to read."""
        spaces = str.maketrans("", "", " -.")
        number = self.phone.translate(spaces)
        return number if number.removeprefix("+").isdecimal() else ""
