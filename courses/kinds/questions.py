"""Kinds of questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("one right answer")
    MULTIPLE = "multiple", _("several right answers")
    TRUEFALSE = "truefalse", _("true or false")
    MATCHING = "matching", _("matching")
    ORDERING = "ordering", _("ordering")
    NUMERIC = "numeric", _("a number")
    SHORT = "short", _("a short answer")
    ESSAY = "essay", _("an essay")
