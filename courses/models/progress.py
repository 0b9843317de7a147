"""How far somebody has come. Nothing here says how long they took or which of two ways they went."""

from django.db import models
from django.db.models.functions import Now

from courses.models.cohorts import Enrolment
from courses.models.content import Block, Lesson


class LessonDone(models.Model):
    """A lesson somebody finished; kept whatever happens afterwards."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons_done")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="lesson_done_once", fields=["enrolment", "lesson"])]


class Place(models.Model):
    """Where to go on: one lesson and block of an enrolment, on whatever device."""

    enrolment = models.OneToOneField(
        Enrolment, primary_key=True, on_delete=models.CASCADE, related_name="place"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(db_default=Now())


class CheckAnswer(models.Model):
    """What was chosen in a lesson's scenario or knowledge check, so that it is there on return."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="check_answers")
    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField()
    saved_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="check_answer_once", fields=["enrolment", "block"])]
