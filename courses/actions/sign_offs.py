"""The trainer's sign-off: given to one or many at once, taken back with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import rules
from courses.actions.completions import complete_if_due
from courses.actions.ledger import reverse_entry
from courses.enums import Stage
from courses.models import Cohort, Enrolment, Entry, SignOff, SignOffReversal
from courses.queries.boards import Place, places
from courses.queries.completions import rule_of, standing_sign_offs
from lms.kit.errors import Refused
from lms.people.models import User


@dataclass(frozen=True)
class Signed:
    """What a round of sign-offs did: those given now, and those that another trainer had given before."""

    given: Sequence[SignOff]
    before: Sequence[SignOff]


def preview(*, cohort: Cohort, chosen: Sequence[int], by: User) -> list[Place]:
    """The places that signing off the enrolments ``chosen`` would complete, in the order of the board.

    Raises Refused for who does not lead the cohort, where the course asks for no sign-off, where nobody is
    chosen, and where somebody chosen is not of this cohort, has something else still to do, or is ``by``.
    """
    if not rules.may_lead(by, cohort):
        raise Refused(_("Only a trainer of this cohort signs off."))
    if not rule_of(cohort.version).sign_off:
        raise Refused(_("This course asks for no sign-off."))
    found = places(cohort, cohort.enrolments.filter(pk__in=chosen, hidden=False, withdrawn_at=None))
    if not found or len(found) != len(set(chosen)):
        raise Refused(_("Choose who is to be signed off."))
    if not all(rules.may_judge(by, place.enrolment) for place in found):
        raise Refused(_("Nobody signs themselves off: ask another trainer of the cohort."))
    early = sum(1 for place in found if place.missing)
    if early:
        raise Refused(
            ngettext(
                "%(n)s of them has something else to do first. Nobody was signed off.",
                "%(n)s of them have something else to do first. Nobody was signed off.",
                early,
            )
            % {"n": early}
        )
    return [place for place in found if place.sign_off is None]


@transaction.atomic
def sign_off(*, cohort: Cohort, chosen: Sequence[int], by: User) -> Signed:
    """Sign off the enrolments ``chosen``; each is completed in this transaction and dated by it.

    All of them or none. Who was signed off by another trainer meanwhile keeps that one sign-off and is
    returned as ``before``. Raises Refused as ``preview`` does, so nothing happens that it would not show.
    """
    # In one order, so that two trainers who chose the same people wait for each other and do not block.
    list(cohort.enrolments.select_for_update().filter(pk__in=chosen).order_by("pk"))
    due = preview(cohort=cohort, chosen=chosen, by=by)
    standing = standing_sign_offs().filter(enrolment__in=chosen)
    before = list(standing.select_related("enrolment__person"))
    given = [_sign(place.enrolment, by) for place in due]
    return Signed(given, before)


def _sign(enrolment: Enrolment, by: User) -> SignOff:
    last = enrolment.sign_offs.aggregate(last=Max("ordinal"))["last"] or 0
    made = SignOff.objects.create(enrolment=enrolment, ordinal=last + 1, recorded_by=by)
    complete_if_due(enrolment=enrolment, by=by)
    return made


@transaction.atomic
def take_back(*, sign_off: SignOff, reason: str, by: User) -> SignOffReversal:
    """Take a sign-off back, and with it the completion that it led to; the certificate reads as withdrawn.

    Raises Refused for who does not lead the cohort, without a reason, where it is taken back already, and
    where the completion came from a register, which is then to be corrected there.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=sign_off.enrolment_id)
    if not rules.may_lead(by, enrolment.cohort):
        raise Refused(_("Only a trainer of this cohort takes a sign-off back."))
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the sign-off."), field="reason")
    if not standing_sign_offs().filter(pk=sign_off.pk).exists():
        raise Refused(_("This sign-off is taken back already."))
    completion = _completion_of(enrolment)
    if completion is not None and completion.source_line is not None:
        raise Refused(_("The completion came with an imported register: correct it there first."))
    made = SignOffReversal.objects.create(sign_off=sign_off, reason=reason.strip(), recorded_by=by)
    if completion is not None:
        reverse_entry(entry=completion, by=by)
    return made


def _completion_of(enrolment: Enrolment) -> Entry | None:
    standing = Entry.objects.standing().filter(participation=enrolment.participation_id)
    return standing.filter(stage=Stage.COMPLETED).first()
