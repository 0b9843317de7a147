from lms.people.models.accounts import Invitation, InvitationMail, RoleGrant, User
from lms.people.models.keys import OwnKeys
from lms.people.models.organisations import Agency, Country, Hotline, HotlineMembership
from lms.people.models.persons import Affiliation, Person, PersonChange, PersonMerge
from lms.people.models.tokens import ApiToken

__all__ = [
    "Affiliation",
    "Agency",
    "ApiToken",
    "Country",
    "Hotline",
    "HotlineMembership",
    "Invitation",
    "InvitationMail",
    "OwnKeys",
    "Person",
    "PersonChange",
    "PersonMerge",
    "RoleGrant",
    "User",
]
