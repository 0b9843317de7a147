"""A form that a trainer asked for, and people who answer it."""

import datetime as dt

import time_machine

from courses.actions.feedback import ask_feedback, close_due, give_feedback
from courses.kinds.feedback import Question, standard
from courses.models import Cohort, FeedbackForm
from lms.kit.clock import today
from lms.people.models import User
from tests.courses.cohorts import made

RATINGS = ("very_good", "good", "fair", "poor", "very_poor")


def form(
    cohort: Cohort | None = None, *, days: int = 7, questions: list[Question] | None = None
) -> FeedbackForm:
    cohort = cohort or made.cohort()
    return ask_feedback(
        activity=cohort.activity,
        session=None,
        questions=questions or standard(),
        closes_on=today() + dt.timedelta(days=days),
        by=cohort.trainers.first() or made.trainer(cohort),
    )


def taker(of: FeedbackForm, name: str = "Example") -> User:
    return made.person(of.activity.cohort, name, lessons=0).person.user


def answer(of: FeedbackForm, rating: str = "good", **more: list[str]) -> User:
    """Somebody of the cohort answers."""
    login = taker(of)
    give_feedback(form=of, posted={"overall": [rating], **more}, by=login)
    return login


def over(of: FeedbackForm) -> None:
    """The day after the last one comes, and what is due is done."""
    with time_machine.travel(dt.datetime.combine(of.closes_on, dt.time(12), dt.UTC) + dt.timedelta(days=1)):
        close_due()
