"""Kinds of blocks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockKind(models.TextChoices):
    TEXT = "text", _("text")
    IMAGE = "image", _("image")
    VIDEO = "video", _("video")
    FILE = "file", _("file")
    SCENARIO = "scenario", _("scenario")
    CHECK = "check", _("knowledge check")
    REFLECTION = "reflection", _("reflection")
