"""How columns and matches are called on screen."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.sheets import Role
from courses.queries.matching import Suggestion, Why
from lms.kit.text import Text

NOT_READ = gettext_lazy("not read")
ROLES: dict[str, Text] = {
    Role.EMAIL: gettext_lazy("E-mail"),
    Role.GIVEN: gettext_lazy("Given name"),
    Role.FAMILY: gettext_lazy("Family name"),
    Role.FULL: gettext_lazy("Full name"),
    Role.AUDIENCE: gettext_lazy("Audience"),
    Role.ORGANISATION: gettext_lazy("Organisation"),
    Role.COUNTRY: gettext_lazy("Country"),
    Role.ACTIVITY: gettext_lazy("Register id of the activity"),
    Role.ATTENDED: gettext_lazy("Was there (a word)"),
    Role.MINUTES: gettext_lazy("Was there (minutes)"),
    Role.ENROLLED: gettext_lazy("Date of enrolment"),
    Role.COMPLETED: gettext_lazy("Date of completion"),
    Role.HEADCOUNT: gettext_lazy("How many, where a line names nobody"),
}
REASONS: dict[Why, Text] = {
    Why.REGISTER_ID: gettext_lazy("this register id"),
    Why.EMAIL: gettext_lazy("the same e-mail"),
    Why.NAME: gettext_lazy("the same name"),
    Why.FAMILY_NAME: gettext_lazy("the same family name"),
}


def role_label(role: str) -> Text:
    return ROLES.get(role, NOT_READ)


def suggestion(one: Suggestion) -> str:
    where = f", {one.hotline.name}" if one.hotline else ""
    return f"{one.person.name}{where} – {REASONS[one.why]}"


def unexplained(found: Mapping[str, Sequence[str]]) -> list[str]:
    """What the sheet says that nobody has explained yet, as sentences that say what to do."""
    sentences = {
        "words": _("These words mean neither yes nor no so far: %(values)s. Say what they mean."),
        "minutes": _(
            "These are no lengths of time in minutes: %(values)s. Mend them, or read another column."
        ),
        "dates": _("Of these dates it has to be said whether day or month comes first: %(values)s."),
        "nobody": _(
            "No line of it names anybody or says how many. Is the right line the header, and the right column"
            " the name?"
        ),
    }
    return [sentences[kind] % {"values": ", ".join(values)} for kind, values in found.items()]
