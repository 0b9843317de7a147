"""What a version holds: modules of lessons of blocks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.enums import Intensity
from courses.kinds.blocks import BlockKind
from courses.models.catalogue import CourseVersion, VersionContent


class Module(VersionContent):
    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="modules")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)

    class Meta(VersionContent.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="module_position", fields=["version", "position"], deferrable=models.Deferrable.DEFERRED
            )
        ]


class Lesson(VersionContent):
    """``key`` names the lesson in addresses and stays the same from version to version.

    An alternative reaches the same aims another way. It is the same lesson to everybody else: nothing
    records which of the two somebody read.
    """

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="lessons")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    intensity = models.CharField(_("intensity"), max_length=8, choices=Intensity, default=Intensity.NONE)
    intensity_note = models.TextField(_("what is hard in it"), blank=True)
    aims = models.JSONField(_("aims"), default=list, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    alternative_title = models.CharField(_("title of the alternative"), max_length=200, blank=True)
    alternative_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(VersionContent.Meta):
        ordering = ["module__position", "position"]
        constraints = [
            models.UniqueConstraint(
                name="lesson_position", fields=["module", "position"], deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(name="lesson_key", fields=["version", "key"]),
        ]


class Block(VersionContent):
    """One piece of a lesson; ``data`` is what its kind (courses/kinds/blocks.py) says it holds."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="blocks")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="blocks")
    position = models.PositiveSmallIntegerField()
    alternative = models.BooleanField(default=False)
    kind = models.CharField(max_length=12, choices=BlockKind)
    data = models.JSONField(default=dict)

    class Meta(VersionContent.Meta):
        ordering = ["alternative", "position"]
        constraints = [
            models.UniqueConstraint(
                name="block_position",
                fields=["lesson", "alternative", "position"],
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
