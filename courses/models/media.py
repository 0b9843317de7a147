"""Pictures, videos and files of a course. What is in them stands on disk, under its digest."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.kinds.media import MediaType
from courses.models.catalogue import Course

# A block says a file's name; people's results point at published versions, and those at their files.
KEEP_PUBLISHED = """
IF EXISTS (
    SELECT FROM courses_block b JOIN courses_courseversion v ON v.id = b.version_id
    WHERE v.course_id = OLD.course_id AND v.status <> 'draft' AND b.kind IN ('image', 'video', 'file')
      AND OLD.name IN (b.data->>'file', b.data->>'captions')
) THEN
    RAISE EXCEPTION 'A published course version shows this file: it stays.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'media_published';
END IF;
RETURN OLD;
"""


class Media(models.Model):
    """A file of a course, for all its versions. A row is never changed: another file has another name.

    ``size`` is in bytes; ``width`` and ``height`` in pixels are those of a picture. ``digest`` is the
    SHA-256 of what is handed out, which for pictures and videos is not all that was uploaded.
    """

    granted_to_application = ("SELECT", "INSERT", "DELETE")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="media")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=MediaType)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size"))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["course", "name"]
        indexes = [models.Index(fields=["digest"], name="media_digest")]
        constraints = [
            models.UniqueConstraint(name="media_name_once", fields=["course", "name"]),
            models.UniqueConstraint(name="media_content_once", fields=["course", "digest"]),
            models.CheckConstraint(name="media_digest_is_one", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="media_kind_known", condition=Q(kind__in=MediaType.values)),
            models.CheckConstraint(name="media_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="media_width_and_height",
                condition=Q(width__isnull=True, height__isnull=True) | Q(width__gt=0, height__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="media_never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="keep_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=KEEP_PUBLISHED,
            ),
        ]
