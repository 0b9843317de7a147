"""What each count means, in words. docs/counts.md says the same, and a test holds the two together."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.enums import CountStage, Dimension, Unit

# Taking part is counted three ways, and an activity by itself.
UNITS_OF_TAKING_PART = (Unit.PARTICIPATIONS, Unit.PEOPLE, Unit.UNIDENTIFIED)
UNITS_OF_STAGE: dict[str, tuple[Unit, ...]] = {
    CountStage.HELD: (Unit.EVENTS, Unit.HOTLINES),
    CountStage.ENROLLED: UNITS_OF_TAKING_PART,
    CountStage.ATTENDED: UNITS_OF_TAKING_PART,
    CountStage.COMPLETED: UNITS_OF_TAKING_PART,
}

STAGES: dict[str, Promise] = {
    CountStage.HELD: _("Activities with the status “held” that start in the span."),
    CountStage.ENROLLED: _("Enrolments dated in the span, on activities that are not cancelled."),
    CountStage.ATTENDED: _(
        "Attendances (a “yes” in the attendance register) at activities that were held and start in the span."
    ),
    CountStage.COMPLETED: _("Completions dated in the span."),
}
UNITS: dict[str, Promise] = {
    Unit.EVENTS: _("Each activity counts once."),
    Unit.HOTLINES: _(
        "Different hotlines that hosted or visited (by an attendance with the audience “hotline”)."
    ),
    Unit.PARTICIPATIONS: _(
        "Each person counts once for each activity, and a head count without names by its number."
    ),
    Unit.PEOPLE: _("Different persons, however often they took part; merged records are one person."),
    Unit.UNIDENTIFIED: _(
        "The part of the participations that is head count: whether these are different people is unknown."
    ),
}
DIMENSIONS: dict[str, Promise] = {
    Dimension.AUDIENCE: _(
        "What the person took part as, on the day. It does not apply to events and hotlines."
    ),
    Dimension.HOTLINE: _("The person's hotline on the day; for events the host."),
    Dimension.COUNTRY: _("The person's country on the day; for events that of the activity."),
    Dimension.REGION: _("The region of that country, by the table that comes with the program."),
    Dimension.FUNDER: _("Who paid for the activity."),
    Dimension.GRANT: _(
        "The grants that paid for the participation, else those for the activity; for events all of these."
    ),
    Dimension.WORK_PACKAGE: _("The work packages of these grants, where one was named."),
    Dimension.TOPIC: _("The activity's topics. A participation counts under each of them."),
    Dimension.MODE: _("In person, online or hybrid, as the activity says."),
    Dimension.MONTH: _("The month the activity starts for held and attended, else that of the date itself."),
}
SPAN_RULE = _("Days, months and years are those of the reporting zone, %(zone)s.")
RANGE_RULE = _(
    "The number of different people lies between “people” and “people” plus “head counts without names”."
)
NOT_ADDITIVE = _("People do not add up over a breakdown: one person may be in several rows.")
NOT_ADDITIVE_TOPICS = _("Topics do not add up: a participation counts under each topic of its activity.")
NOT_ADDITIVE_GRANTS = _("Grants do not add up: what several of them paid for counts under each.")


KIND = re.compile(r"[-\w]+", re.ASCII)


@dataclass(frozen=True, order=True)
class Code:
    """The name of a count: an activity kind, a stage and a unit, as in ``basic.completed.people``."""

    kind: str
    stage: str
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Code":
        """Raises ValueError with a sentence when the text is not the name of a count."""
        parts = text.split(".")
        if (
            len(parts) != 3
            or not KIND.fullmatch(parts[0])
            or parts[2] not in UNITS_OF_STAGE.get(parts[1], ())
        ):
            raise ValueError(f"“{text}” is not a count; write kind.stage.unit, as in basic.completed.people.")
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.kind}.{self.stage}.{self.unit}"

    @property
    def of_taking_part(self) -> bool:
        return self.unit in UNITS_OF_TAKING_PART

    @property
    def words(self) -> str:
        return f"{STAGES[self.stage]} {UNITS[self.unit]}"
