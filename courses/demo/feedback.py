"""Demo data of feedback: a form to answer, and one that is closed."""

import datetime as dt

from courses.actions.feedback import ask_feedback, close
from courses.kinds.feedback import standard
from courses.models import Cohort, FeedbackAnswer, FeedbackForm
from lms.kit.clock import today
from lms.people.models import User

SAID = [
    {"overall": "very_good", "useful": "fully", "pace": "1", "keep": "The way back out of every page."},
    {"overall": "very_good", "useful": "rather", "pace": "1"},
    {"overall": "good", "useful": "fully", "pace": "2", "change": "More time for the last scenario."},
    {"overall": "good", "useful": "rather", "pace": "1", "keep": "The picture of a report's path."},
    {"overall": "good", "useful": "partly", "pace": "0"},
    {"overall": "fair", "useful": "partly", "pace": "1", "change": "An example from our own country."},
]


def asked(workshop_slug: str, under_way: str) -> None:
    """A form that the analyst can answer, and last month's, which is closed and has a result."""
    trainer = User.objects.get(email="trainer@demo.example")
    workshop = Cohort.objects.filter(version__course__slug=workshop_slug).earliest("pk")
    last = today() + dt.timedelta(days=21)
    ask_feedback(activity=workshop.activity, session=None, questions=standard(), closes_on=last, by=trainer)
    before = Cohort.objects.filter(version__course__slug=under_way).first()
    if before is None:
        return
    form = FeedbackForm.objects.create(
        activity=before.activity,
        questions=[question.as_data() for question in standard()],
        closes_on=today() - dt.timedelta(days=30),
        opened_by=trainer,
    )
    FeedbackAnswer.objects.bulk_create(FeedbackAnswer(form=form, data=said) for said in SAID)
    close(form=form)
