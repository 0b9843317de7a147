"""Keep grants and their work packages; what a grant paid for is said in courses/actions/funding.py."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.models import Funder, Grant, GrantChange, WorkPackage
from courses.queries.grants import is_named
from lms.kit.errors import Refused, Sentences, in_words
from lms.people.models import User

DOT = "·"
TAKEN = (lambda: _("There is a grant that is written like this already."), "number")
# Of two who write the same at once the second is refused by the database.
SENTENCES: Sentences = {
    "funders_grant_once": TAKEN,
    "courses_grant_name_key": TAKEN,
    "work_package_once": (lambda: _("The grant has a work package of this code already."), "code"),
}


@dataclass(frozen=True)
class Terms:
    """What is said of a grant. ``first`` and ``last`` are days of the reporting zone, both included."""

    number: str
    first: dt.date
    last: dt.date
    title: str = ""

    def check(self) -> None:
        """Raises Refused at the field that cannot be."""
        if not self.number.strip():
            raise Refused(_("Give the number of the grant."), field="number")
        if self.last < self.first:
            raise Refused(_("It ends before it begins."), field="last")

    def known(self) -> dict[str, object]:
        return vars(self) | {"number": self.number.strip(), "title": self.title.strip()}


@transaction.atomic
def make_grant(*, funder: str, terms: Terms, by: User | None) -> Grant:
    """A new grant of a funder, who is made where there is none of that name. ``by`` is None for the demo.

    Raises Refused for who is no staff, without a funder, for days that cannot be, and where a grant is
    written like that already.
    """
    _check_keeper(by)
    terms.check()
    if not funder.strip():
        raise Refused(_("Say whose grant it is."), field="funder")
    payer = Funder.objects.get_or_create(name=funder.strip())[0]
    with in_words(SENTENCES):
        made = Grant.objects.create(funder=payer, **terms.known())
    made.refresh_from_db(fields=["name"])
    return made


@transaction.atomic
def change_grant(*, grant: Grant, terms: Terms, by: User | None) -> Grant:
    """Another number, title or period; a change of number or period is kept with who made it.

    Raises Refused as ``make_grant`` does, and for one that somebody removed.
    """
    _check_keeper(by)
    terms.check()
    current = _held(grant)
    said = terms.known()
    kept = ("number", "first", "last")
    before = {name: getattr(current, name) for name in kept}
    with in_words(SENTENCES):
        Grant.objects.filter(pk=current.pk).update(**said)
    if any(before[name] != said[name] for name in kept):
        GrantChange.objects.create(
            grant=current,
            recorded_by=by,
            **{name: said[name] for name in kept},
            **{f"{name}_before": value for name, value in before.items()},
        )
    current.refresh_from_db()
    return current


@transaction.atomic
def delete_grant(*, grant: Grant, by: User) -> None:
    """Remove a grant that was never used, with its work packages; its changes stay.

    Raises Refused for who is no staff, and while an activity or a visit names it or once did.
    """
    _check_keeper(by)
    current = Grant.objects.select_for_update().filter(pk=grant.pk).first()
    if current is None:
        return
    if is_named(current):
        raise Refused(_("It is named by what it paid for, so it stays."))
    current.delete()


@transaction.atomic
def add_work_package(*, grant: Grant, code: str, title: str = "", by: User | None) -> WorkPackage:
    """Raises Refused for who is no staff, for a code that is empty, taken or has a dot in it, and of a grant
    that somebody removed.
    """
    _check_keeper(by)
    current = _held(grant)
    with in_words(SENTENCES):
        return WorkPackage.objects.create(grant=current, code=_code(code), title=title.strip())


@transaction.atomic
def change_work_package(*, work_package: WorkPackage, code: str, title: str = "", by: User) -> None:
    """Another title; another code only while nothing names it, since counts go by it.

    Raises Refused for that, and as ``add_work_package`` does.
    """
    _check_keeper(by)
    current = WorkPackage.objects.select_for_update().filter(pk=work_package.pk).first()
    if current is None:
        raise Refused(_("Somebody removed this work package."))
    if _code(code) != current.code and is_named(current):
        raise Refused(_("It is named by what it paid for, so its code stays."), field="code")
    with in_words(SENTENCES):
        WorkPackage.objects.filter(pk=current.pk).update(code=_code(code), title=title.strip())


@transaction.atomic
def remove_work_package(*, work_package: WorkPackage, by: User) -> None:
    """Raises Refused for who is no staff, and while anything names it or once did."""
    _check_keeper(by)
    current = WorkPackage.objects.select_for_update().filter(pk=work_package.pk).first()
    if current is None:
        return
    if is_named(current):
        raise Refused(_("It is named by what it paid for, so it stays."))
    current.delete()


def _check_keeper(by: User | None) -> None:
    if by is not None and not rules.may_keep_grants(by):
        raise Refused(_("Grants are kept by INHOPE staff."))


def _held(grant: Grant) -> Grant:
    """As it is, so that nobody removes it before this is done."""
    current = Grant.objects.select_for_update().filter(pk=grant.pk).first()
    if current is None:
        raise Refused(_("Somebody removed this grant."))
    return current


def _code(code: str) -> str:
    if not code.strip():
        raise Refused(_("Give the code of the work package, as in WP2."), field="code")
    if DOT in code:
        raise Refused(_("A code has no “·”: it parts the code from the grant."), field="code")
    return code.strip()
