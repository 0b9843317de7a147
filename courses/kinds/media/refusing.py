"""The answer "no" to a file, in a sentence at the field it came from."""

from django.utils.translation import gettext as _

from lms.kit.errors import Refused

FIELD = "file"


def refuse(sentence: str) -> Refused:
    return Refused(sentence, field=FIELD)


def broken(what: str) -> Refused:
    """For a file that begins as one thing and is not that to its end."""
    return refuse(
        _("This %(what)s is damaged or was cut off on its way: open it, save it anew and try that one.")
        % {"what": what}
    )
