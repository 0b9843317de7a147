"""Registers that wait to be filled in, and those of one cohort."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses import rules
from courses.models import Cohort
from courses.queries.registers import planned_sessions, unfinished
from courses.web.register.base import held, is_closed, name
from lms.web.tables import Column
from lms.web.views import ListPage


def address(session: Any) -> str:
    return reverse("teach-register", args=[session.pk])


class RegistersPage(ListPage):
    allowed = staticmethod(rules.may_keep_registers)
    page_title = _("Registers not filled in yet")
    empty_text = _("Every register of a training session that has begun is filled in.")
    default_sort = "-starts"
    columns = [
        Column("session", _("Training session"), value=name, link=address),
        Column("course", _("Course or activity"), order=["course"]),
        Column("starts", _("When"), value=held, order=["starts_at"]),
        Column("waiting", _("Not marked"), numeric=True, order=["waiting"]),
        Column("people", _("People"), numeric=True, order=["people"]),
    ]

    def get_rows(self) -> QuerySet[Any]:
        return unfinished(self.request.user)


def _start(session: Any) -> tuple[dt.datetime, int]:
    return session.starts_at, session.pk


def of_cohort(cohort: Cohort) -> list[dict[str, Any]]:
    """The registers of a cohort for its board, the earliest first. One query."""
    found: Any = sorted(planned_sessions().filter(activity=cohort.activity_id), key=_start)
    return [
        {
            "name": name(one),
            "held": held(one),
            "url": address(one),
            "cancelled": one.cancelled,
            "closed": is_closed(one),
        }
        for one in found
    ]
