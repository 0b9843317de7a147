"""Closed lists of words about activities and taking part in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


class Mode(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")


class Stage(models.TextChoices):
    """The three stages of taking part that the training ledger records."""

    ENROLLED = "enrolled", _("enrolled")
    ATTENDED = "attended", _("attended")
    COMPLETED = "completed", _("completed")


class Presence(models.TextChoices):
    """What an attendance register says of somebody at one training session."""

    PRESENT = "present", _("present")
    LATE = "late", _("came late")
    LEFT_EARLY = "left_early", _("left early")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")

    @classmethod
    def there(cls) -> "tuple[Presence, ...]":
        """Those that mean somebody was there."""
        return cls.PRESENT, cls.LATE, cls.LEFT_EARLY


class RegisterSource(models.TextChoices):
    """Where a mark in a register came from."""

    TRAINER = "trainer", _("entered by a trainer")
    SELF = "self", _("checked in by themselves")
    CALL_LIST = "call_list", _("the list of a call")


class FeedbackKind(models.TextChoices):
    """How a question about a training is answered."""

    RATING = "rating", _("very good … very poor")
    AGREEMENT = "agreement", _("agree … disagree")
    CHOICE = "choice", _("one of several")
    CHOICES = "choices", _("any of several")
    TEXT = "text", _("in own words")


class CheckPhase(models.TextChoices):
    """When the same few questions are asked."""

    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class CandidateState(models.TextChoices):
    """How far somebody's way into a cohort has come, as the person reads it."""

    INVITED = "invited", _("invited")
    REQUESTED = "requested", _("asked for a place")
    NOMINATED = "nominated", _("nominated")
    WAITING = "waiting", _("on the waiting list")
    OFFERED = "offered", _("a place is offered")
    ACCEPTED = "accepted", _("enrolled")
    DECLINED = "declined", _("declined")
    REFUSED = "refused", _("not taken")
    EXPIRED = "expired", _("not answered in time")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CohortNoticeKind(models.TextChoices):
    """What a cohort has to tell somebody: what became of a place, or a trainer's message."""

    PLACE = "place", _("A place in a cohort")
    MESSAGE = "message", _("A message of a trainer")


class Finding(models.TextChoices):
    """What can be wrong with the data, as staff read it."""

    AFFILIATION = "affiliation", _("People without an affiliation")
    ZONE = "zone", _("Activities without a time zone")
    DUPLICATES = "duplicates", _("Possible duplicates")
    DATES = "dates", _("Completed before enrolled")
    PAST = "past", _("Still planned, though over")
    UNTRAINED = "untrained", _("Hotlines without any training in a year")


class YearNoticeKind(models.TextChoices):
    """What there is to tell about a hotline's year."""

    ASKED = "asked", _("A correction asked for")
    ANSWERED = "answered", _("An answer to a correction")
    REOPENED = "reopened", _("A year that is open again")
    QUESTION = "question", _("A year without any training")


class Recipients(models.TextChoices):
    """Whom a message to a cohort goes to."""

    ALL = "all", _("everybody enrolled")
    OPEN = "open", _("those who have not completed")
    MISSING = "missing", _("those with something missing")
    NOT_BEGUN = "not_begun", _("those who have not begun")


class CorrectionState(models.TextChoices):
    """How a hotline's request to correct its year stands."""

    OPEN = "open", _("open")
    DONE = "done", _("corrected")
    DECLINED = "declined", _("declined")


class CountStage(models.TextChoices):
    """What a count can be about: an activity that took place, or a stage of taking part."""

    HELD = "held", _("held")
    ENROLLED = "enrolled", _("enrolled")
    ATTENDED = "attended", _("attended")
    COMPLETED = "completed", _("completed")


class Unit(models.TextChoices):
    EVENTS = "events", _("events")
    HOTLINES = "hotlines", _("hotlines")
    PARTICIPATIONS = "participations", _("participations")
    PEOPLE = "people", _("people")
    UNIDENTIFIED = "unidentified", _("head counts without names")


class Dimension(models.TextChoices):
    """What a count can be filtered and broken down by."""

    AUDIENCE = "audience", _("audience")
    HOTLINE = "hotline", _("hotline")
    COUNTRY = "country", _("country")
    REGION = "region", _("region")
    FUNDER = "funder", _("funder")
    GRANT = "grant", _("grant")
    WORK_PACKAGE = "work_package", _("work package")
    TOPIC = "topic", _("topic")
    MODE = "mode", _("mode")
    MONTH = "month", _("month")

    @classmethod
    def several(cls) -> "tuple[Dimension, ...]":
        """Those of which a fact may have several values: they do not add up over a breakdown."""
        return cls.TOPIC, cls.GRANT, cls.WORK_PACKAGE


class Level(models.TextChoices):
    INTRODUCTORY = "introductory", _("introductory")
    INTERMEDIATE = "intermediate", _("intermediate")
    ADVANCED = "advanced", _("advanced")


class Intensity(models.TextChoices):
    """How hard a lesson's subject is to read about; a label shown in advance, never a measure of anybody."""

    NONE = "none", _("nothing difficult")
    MILD = "mild", _("some difficult subjects")
    INTENSE = "intense", _("difficult subjects throughout")


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class CertificateStatus(models.TextChoices):
    """What a certificate is worth today. Withdrawn: the completion behind it was taken back."""

    VALID = "valid", _("valid")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")
    WITHDRAWN = "withdrawn", _("withdrawn")


class NudgeKind(models.TextChoices):
    """What somebody can be reminded of; each kind can be turned off."""

    EXPIRING = "expiring", _("A certificate that runs out")
    NOT_BEGUN = "not_begun", _("A course not begun")
    FEEDBACK = "feedback", _("A training to say something about")


class NotNudged(models.TextChoices):
    """Why a nudge that was planned is not sent."""

    OVER = "over", _("it was no longer so")
    OFF = "off", _("you had turned this kind off")
    CLOSED = "closed", _("the login was closed")


class RegistrationNews(models.TextChoices):
    """What somebody who registered is told by a mail."""

    CONFIRMED = "registration", _("confirmation")
    CHANGED = "changed", _("change")
    CANCELLED = "cancelled", _("cancellation")


class CalendarMethod(models.TextChoices):
    """What the calendar part of a mail asks of a calendar (RFC 5546): enter or change, or strike out."""

    REQUEST = "request", _("invitation")
    CANCEL = "cancel", _("cancellation")


class ExchangeState(models.TextChoices):
    """How far a peer-to-peer exchange has come."""

    REQUESTED = "requested", _("requested")
    AGREED = "agreed", _("agreed")
    APPROVED = "approved", _("approved")
    HELD = "held", _("held")
    REPORTED = "reported", _("reported")
    COUNTED = "counted", _("counted")
    CANCELLED = "cancelled", _("cancelled")


class YesTo(models.TextChoices):
    """What both sides of an exchange say yes to: the plan before it, and what is to count after it."""

    PLAN = "plan", _("the plan")
    OUTCOME = "outcome", _("what is to count")


class WishKind(models.TextChoices):
    """What a hotline says on the board of exchanges."""

    OFFER = "offer", _("offer to host")
    REQUEST = "request", _("request to visit")


class CostCategory(models.TextChoices):
    TRAVEL = "travel", _("travel")
    STAY = "stay", _("accommodation")
    MEALS = "meals", _("meals")
    INTERPRETING = "interpreting", _("interpreting")
    OTHER = "other", _("other")


class ListName(models.TextChoices):
    """The lists of the network that staff search, narrow and choose rows of."""

    PEOPLE = "people", _("People")
    ACTIVITIES = "activities", _("Activities")
    HOTLINES = "hotlines", _("Hotlines")
