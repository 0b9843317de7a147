"""Say which grants paid for an activity, or for one participation of it, from now on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.models import Activity, Funding, Grant, Participation, WorkPackage
from courses.queries.grants import funding_in_force, payers_named
from lms.kit.errors import Refused, Stale
from lms.kit.tokens import digest
from lms.people.models import User


@dataclass(frozen=True)
class Payers:
    """Ids of grants and of work packages of theirs; none of them is nobody in particular."""

    grants: frozenset[int] = frozenset()
    work_packages: frozenset[int] = frozenset()

    @property
    def mark(self) -> str:
        """Tells these from others."""
        return digest(f"{sorted(self.grants)} {sorted(self.work_packages)}")

    @classmethod
    def of(cls, grants: Iterable[Grant] = (), work_packages: Collection[WorkPackage] = ()) -> Self:
        """Who names a work package names its grant."""
        ids = {grant.pk for grant in grants} | {one.grant_id for one in work_packages}
        return cls(frozenset(ids), frozenset(one.pk for one in work_packages))

    @classmethod
    def chosen(cls, keys: Collection[str]) -> Self:
        """Those of keys of ``payers``. Raises Refused where one of them was removed meanwhile."""
        grants, packages = payers_named(keys)
        if len(grants) + len(packages) < len(set(keys)):
            raise Refused(gone(), field="payers")
        return cls.of(grants, packages)

    @classmethod
    def said(cls, funding: Funding | None) -> Self:
        return cls(frozenset(funding.grants), frozenset(funding.work_packages)) if funding else cls()


@dataclass(frozen=True)
class Paying:
    """Who pays, as a form of other things says it, too; ``seen`` is the ``funding_mark`` of what the person
    looked at, None where there was nothing to look at yet.
    """

    payers: Payers
    seen: str | None = None


def fund_as_said(*, activity: Activity, paying: Paying | None, by: User | None) -> None:
    """As ``fund_activity``, in the transaction of the rest; None leaves who paid as it is."""
    if paying is not None:
        fund_activity(activity=activity, payers=paying.payers, seen=paying.seen, by=by)


@transaction.atomic
def fund_activity(
    *, activity: Activity, payers: Payers, by: User | None, seen: str | None = None
) -> Funding | None:
    """Append which grants paid for an activity; where they say so already, nothing is, and what says so is
    returned (None for none ever said).

    ``seen`` is the ``funding_mark`` of what the person looked at, None where nobody looks: it is Stale where
    that is no longer so. Refused for who is no staff, and for a grant that is not there any more.
    """
    if by is not None and not rules.may_keep_grants(by):
        raise Refused(_("Which grant paid is said by INHOPE staff."))
    Activity.objects.select_for_update().get(pk=activity.pk)
    if seen is not None and seen != funding_mark(activity):
        raise Stale(_("Somebody else said who pays meanwhile. Nothing was saved."))
    return _append(activity, None, payers, by)


@transaction.atomic
def fund_participation(*, participation: Participation, payers: Payers, by: User | None) -> Funding | None:
    """Append which grants paid for one participation; without any, its activity's hold for it.

    For actions that have asked who may. Otherwise as ``fund_activity``.
    """
    activity = Activity.objects.select_for_update().get(pk=participation.activity_id)
    return _append(activity, participation, payers, by)


def funding_mark(activity: Activity) -> str:
    """Tells who pays for an activity from who paid before, and nothing else."""
    return Payers.said(funding_in_force(activity)).mark


def _append(
    activity: Activity, participation: Participation | None, payers: Payers, by: User | None
) -> Funding | None:
    last = funding_in_force(activity, participation)
    if payers == Payers.said(last):
        return last
    try:
        with transaction.atomic():
            return Funding.objects.create(
                activity=activity,
                participation=participation,
                number=last.number + 1 if last else 1,
                grants=sorted(payers.grants),
                work_packages=sorted(payers.work_packages),
                recorded_by=by,
            )
    except IntegrityError as error:
        # The activity is held, so it is not the number: somebody removed what was chosen.
        raise Refused(gone(), field="payers") from error


def gone() -> str:
    return _("A grant or work package of these is not there any more. Choose again.")
