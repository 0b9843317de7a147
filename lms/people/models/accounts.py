"""Logins, the roles granted to them, and invitations: nobody signs up uninvited."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lms.outbox.models import Message
from lms.people.enums import Role
from lms.people.models.organisations import Hotline
from lms.people.models.persons import Person


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A login. What it may do follows from the role grants in force today."""

    email = models.EmailField(_("e-mail"), unique=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user"
    )
    is_active = models.BooleanField(default=True)
    # An IANA name; blank means the reporting zone, which most of the network is in or near.
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["email"]


class RoleGrant(models.Model):
    """A role given for a hotline, or for the whole network where ``hotline`` is null, from day to day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    hotline = models.ForeignKey(
        Hotline, on_delete=models.PROTECT, null=True, blank=True, related_name="grants"
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    granted_at = models.DateTimeField(db_default=Now(), editable=False)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    # A grant given today and taken back today has no last day: only a moment can end it at once.
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["role", "from_on"]
        constraints = [
            models.CheckConstraint(name="grant_ends_after_start", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="grant_hotline_fits_role",
                condition=(~Q(role=Role.HOTLINE_MANAGER) | Q(hotline__isnull=False))
                & (~Q(role__in=[Role.STAFF, Role.ADMINISTRATOR]) | Q(hotline__isnull=True)),
            ),
            models.UniqueConstraint(
                name="grant_once",
                fields=["user", "role", "hotline", "from_on"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
            ),
        ]


class Invitation(models.Model):
    """The only way to a login: a link, valid once and for a time; the token is kept as a SHA-256 digest."""

    email = models.EmailField(_("e-mail"))
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.ANALYST)
    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_at = models.DateTimeField(db_default=Now(), editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    expires_at = models.DateTimeField(editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-invited_at"]


class InvitationMail(Message):
    """The mail with an invitation's link. The link's token is made of ``message_id`` when the mail is."""

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="mail")

    class Meta(Message.Meta):
        pass
