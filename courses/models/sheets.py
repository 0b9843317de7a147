"""Any sheet that staff bring in, until it is a register; and what is remembered of where it came from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity
from courses.models.register_uploads import RegisterUpload
from lms.kit.moves import only_these_moves
from lms.people.models import Person


class SheetSource(models.Model):
    """Where sheets of one shape come from, by the name staff gave it. ``layout`` and ``plan`` are of the
    last sheet that became a register (courses/kinds/sheets.py).
    """

    name = models.CharField(_("name"), max_length=100)
    layout = models.JSONField(default=dict, blank=True)
    plan = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [models.UniqueConstraint(Lower("name"), name="sheet_source_once")]


class SheetMatch(models.Model):
    """Who somebody on the sheets of a source is, as a person decided. ``key`` is a keyed digest.

    With neither person nor register id whoever it is was left out; ``register_id`` alone is a new person's,
    who may not be known yet.
    """

    source = models.ForeignKey(SheetSource, on_delete=models.CASCADE, db_index=False, related_name="matches")
    key = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    register_id = models.CharField(max_length=200, default="", blank=True)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="sheet_match_once", fields=["source", "key"]),
            models.CheckConstraint(
                name="sheet_match_is_one", condition=Q(person__isnull=True) | Q(register_id="")
            ),
        ]


class SheetState(models.TextChoices):
    TO_READ = "to_read", _("being read")
    LAYOUT = "layout", _("layout to be said")
    COLUMNS = "columns", _("columns to be said")
    TO_COLLECT = "to_collect", _("its people are being collected")
    PEOPLE = "people", _("people to be said")
    TO_MAKE = "to_make", _("being written as a register")
    MADE = "made", _("a register")
    UNUSABLE = "unusable", _("cannot be used")
    FAILED = "failed", _("did not come to an end")
    DROPPED = "dropped", _("dropped")

    @classmethod
    def under_way(cls) -> "tuple[SheetState, ...]":
        """Those in which a worker has something to do."""
        return cls.TO_READ, cls.TO_COLLECT, cls.TO_MAKE

    @classmethod
    def asking(cls) -> "tuple[SheetState, ...]":
        """Those in which somebody is asked something."""
        return cls.LAYOUT, cls.COLUMNS, cls.PEOPLE

    @classmethod
    def to_drop(cls) -> "tuple[SheetState, ...]":
        """Those in which it can be put away."""
        return *cls.asking(), *cls.under_way(), cls.UNUSABLE, cls.FAILED


S = SheetState
MOVES = {
    # Straight on where all of it was said of an earlier sheet of the source.
    S.TO_READ: (S.LAYOUT, S.COLUMNS, S.TO_COLLECT, S.UNUSABLE, S.FAILED, S.DROPPED),
    S.LAYOUT: (S.TO_READ, S.COLUMNS, S.DROPPED),
    S.COLUMNS: (S.TO_READ, S.TO_COLLECT, S.DROPPED),
    S.TO_COLLECT: (S.COLUMNS, S.PEOPLE, S.FAILED, S.DROPPED),
    S.PEOPLE: (S.TO_READ, S.COLUMNS, S.TO_COLLECT, S.TO_MAKE, S.DROPPED),
    # To be collected once more: somebody of it was erased meanwhile.
    S.TO_MAKE: (S.TO_COLLECT, S.PEOPLE, S.MADE, S.FAILED, S.DROPPED),
    # What came of it was dropped, and somebody goes back to change it.
    S.MADE: (S.PEOPLE, S.DROPPED),
    S.UNUSABLE: (S.TO_READ, S.DROPPED),
    S.FAILED: (S.TO_READ, S.DROPPED),
}


class Sheet(models.Model):
    """A file and how far it has come; the files stand in REGISTERS_DIR under their digests.

    ``lines`` is that of what was read of it and ``origins`` that of which lines of it each line of the
    register came from (lms/kit/shelves.py); '' for none. ``layout`` says how the file is read, ``plan`` what
    its columns are. ``found`` is what the last step has to say: numbers, problems, words nobody explained.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    source = models.ForeignKey(SheetSource, on_delete=models.SET_NULL, null=True, related_name="sheets")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.TO_READ)
    state_at = models.DateTimeField(db_default=Now())
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    layout = models.JSONField(default=dict, blank=True)
    plan = models.JSONField(default=dict, blank=True)
    found = models.JSONField(default=dict, blank=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="+")
    lines = models.CharField(max_length=64, default="", blank=True)
    origins = models.CharField(max_length=64, default="", blank=True)
    upload = models.OneToOneField(RegisterUpload, on_delete=models.PROTECT, null=True, related_name="sheet")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="sheet_state_known", condition=Q(state__in=SheetState.values)),
            models.CheckConstraint(name="sheet_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="sheet_digest_is_one", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="sheet_made_with_upload", condition=~Q(state="made") | Q(upload__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                name="sheet_under_way",
                fields=["id"],
                condition=Q(state__in=["to_read", "to_collect", "to_make"]),
            )
        ]
        triggers = [only_these_moves("state", MOVES, starts=[SheetState.TO_READ])]


class Choice(models.TextChoices):
    """What somebody on a sheet is; '' is not decided."""

    PERSON = "person", _("somebody known")
    NEW = "new", _("a new person")
    OUT = "out", _("left out")


class SheetPerson(models.Model):
    """One person of a sheet as it names them, and who that is. Gone as soon as the sheet is forgotten.

    ``version`` counts decisions, so that nobody decides over somebody else's head. ``register_id`` is a new
    person's. ``remembered`` says that an earlier sheet of the source brought the decision.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, db_index=False, related_name="people")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    email = models.CharField(max_length=254, blank=True)
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=400, blank=True)
    line = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    choice = models.CharField(max_length=6, choices=Choice, default="", blank=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    register_id = models.CharField(max_length=200, default="", blank=True)
    remembered = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="sheet_person_once", fields=["sheet", "key"]),
            models.UniqueConstraint(name="sheet_person_number", fields=["sheet", "number"]),
            models.CheckConstraint(
                name="sheet_person_is_one",
                condition=Q(choice="person", person__isnull=False, register_id="")
                | (Q(choice="new", person__isnull=True) & ~Q(register_id=""))
                | Q(choice__in=["", "out"], person__isnull=True, register_id=""),
            ),
        ]
