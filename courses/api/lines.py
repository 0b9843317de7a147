"""Lines of participations as programs send them, and what came of them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from courses.actions.imports import Problem
from courses.actions.participation_lines import FILE, Sent
from lms.people.enums import Audience
from lms.web.api.problems import Unprocessable

MOST_LINES = 1_000


class Cell(serializers.CharField):
    """A cell as a file would have it: a text or nothing; what may stand in it the import says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, allow_blank=True, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class LineBody(serializers.Serializer[Any]):
    """A line of participations.csv for one person; the address names activity and person."""

    audience = Cell(
        help_text=f"One of: {', '.join(Audience.values)}. Blank: as the affiliation of the day says."
    )
    organisation = Cell(help_text="The hotline, agency or company; blank: as the affiliation says.")
    country = Cell(help_text="ISO 3166 alpha-2; blank: as the affiliation says.")
    enrolled_on = Cell(help_text="As 2023-05-31.")
    attended = Cell(help_text="yes, no or blank.")
    completed_on = Cell(help_text="As 2023-05-31.")

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {name: [_("A line has no such column.")] for name in unknown}
                )
        return super().to_internal_value(data)

    @property
    def cells(self) -> dict[str, str]:
        return cells(self.validated_data)


class Line(LineBody):
    """A line of participations.csv; without person_id it is a head count."""

    activity_id = serializers.CharField(help_text="As registers have it.")
    person_id = Cell(help_text="As registers have it.")
    headcount = Number(
        required=False, allow_null=True, help_text="1 or nothing with a person, 1 or more without."
    )


class Lines(serializers.Serializer[Any]):
    lines = serializers.ListField(child=Line(), min_length=1, max_length=MOST_LINES)

    @property
    def cells(self) -> list[dict[str, str]]:
        return [cells(line) for line in self.validated_data["lines"]]


def cells(line: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in line.items()}


class TallyItem(serializers.Serializer[Any]):
    lines = serializers.IntegerField()
    repeated = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()


class Warned(serializers.Serializer[Any]):
    line = serializers.IntegerField(allow_null=True, help_text="Its place among the lines sent, from 1.")
    field = serializers.CharField()
    value = serializers.CharField()
    detail = serializers.CharField()


class SentItem(serializers.Serializer[Any]):
    """What came of lines: the same numbers as an import of a register tells."""

    changed = serializers.BooleanField(help_text="Whether anything was written.")
    source_import = serializers.IntegerField(allow_null=True, help_text="Its number at /staff/imports/.")
    participations = TallyItem()
    warnings = Warned(many=True)


def sent_item(sent: Sent) -> dict[str, Any]:
    return {
        "changed": sent.changed,
        "source_import": sent.outcome.import_id,
        "participations": vars(sent.outcome.tallies[FILE]),
        "warnings": [told(problem) for problem in sent.outcome.warnings],
    }


def refused(sent: Sent) -> Unprocessable:
    sentence = _("Some lines are rejected, so nothing was changed.")
    return Unprocessable(sentence, [told(problem) for problem in sent.outcome.rejections])


def told(problem: Problem) -> dict[str, Any]:
    said = problem.as_json()
    return {"line": said["line"], "field": said["column"], "value": said["value"], "detail": said["reason"]}
