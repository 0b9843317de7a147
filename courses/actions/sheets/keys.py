"""By what somebody on the sheets of a source is known again: a digest that nobody can make without the
site's secret, and that says nothing on the sheets of another source.
"""

from courses.kinds.sheets import Who
from courses.models import Sheet
from lms.kit import tokens


def purpose(sheet: Sheet) -> str:
    return f"somebody on sheets of source {sheet.source_id}" if sheet.source_id else f"on sheet {sheet.pk}"


def key_of(sheet: Sheet, who: Who) -> str:
    return tokens.token(purpose(sheet), who.sign)


def keys_of(sheet: Sheet, who: Who) -> list[str]:
    """The present key first, then those by earlier secrets, which rows of then have."""
    return list(tokens.tokens(purpose(sheet), who.sign))
