"""Closed lists of words about people and organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    HOTLINE = "hotline", _("hotline")
    LAW_ENFORCEMENT = "law_enforcement", _("law enforcement")
    GOVERNMENT = "government", _("government")
    INDUSTRY = "industry", _("industry")
    OTHER = "other", _("other")


class Region(models.TextChoices):
    EUROPE = "Europe", _("Europe")
    ASIA_PACIFIC = "Asia Pacific", _("Asia Pacific")
    LATIN_AMERICA = "Latin America", _("Latin America")
    AFRICA = "Africa", _("Africa")
    NORTH_AMERICA = "North America", _("North America")


class Confidence(models.TextChoices):
    """How sure a row of the public list of hotlines is."""

    VERIFIED = "verified", _("named in the source")
    COUNTRY_VERIFIED = "country-verified", _("the country is named in the source")
    UNVERIFIED = "unverified", _("not verified")


class MembershipStatus(models.TextChoices):
    APPLICANT = "applicant", _("applicant")
    PROVISIONAL = "provisional", _("provisional member")
    FULL = "full", _("full member")
    FORMER = "former", _("former member")


class Role(models.TextChoices):
    ANALYST = "analyst", _("analyst")
    HOTLINE_MANAGER = "hotline_manager", _("hotline manager")
    TRAINER = "trainer", _("trainer")
    STAFF = "staff", _("INHOPE staff")
    WELFARE_OFFICER = "welfare_officer", _("welfare officer")
    ADMINISTRATOR = "administrator", _("administrator")


class PersonChangeKind(models.TextChoices):
    """What staff did by hand to what is known of somebody."""

    CREATED = "created", _("made known")
    EDITED = "edited", _("name or e-mail changed")
    AFFILIATION = "affiliation", _("affiliation changed")
    MOVED = "moved", _("moved to another hotline")
    UNDONE = "undone", _("taken back")


class TokenScope(models.TextChoices):
    """What a token may be used for; its login's rules are asked besides, at each request."""

    READ = "read", _("read lists: hotlines, people, activities, participations, ledger")
    COUNTS = "counts", _("read counts and published figures")
    WRITE = "write", _("write participations")
