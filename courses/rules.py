"""Who may do what with training facts; sections and roles are the questions of lms.people.rules."""

from courses.enums import ExchangeState
from courses.kinds.exchanges import OPEN_TO_SIDES, PATH, UNDER_WAY, Mover
from courses.models import (
    Activity,
    Cohort,
    Course,
    CourseVersion,
    Enrolment,
    Exchange,
    SavedFilter,
    TrainingSession,
    Visit,
)
from lms.kit import clock
from lms.people import rules
from lms.people.models import Hotline
from lms.people.queries.affiliations import in_force
from lms.people.rules import Visitor


def may_see_own_training(user: Visitor) -> bool:
    return rules.is_known(user)


def may_browse_network(user: Visitor) -> bool:
    """Activities, hotlines and people of the whole network."""
    return rules.may_enter_staff(user)


def may_save_filters(user: Visitor) -> bool:
    """Give a set of filters a name, for oneself or all staff; whose it is decides who may change it."""
    return rules.may_enter_staff(user)


def may_change_filter(user: Visitor, saved: SavedFilter) -> bool:
    """Rename or delete a saved filter: whoever made it, and all staff where it is for all of them."""
    return may_save_filters(user) and (saved.shared or saved.owner_id == user.pk)


def may_act_in_bulk(user: Visitor) -> bool:
    """Choose many rows of a list and change them at once, or take them out as a file: staff."""
    return rules.may_enter_staff(user)


def may_see_training_of_hotline(user: Visitor, hotline: Hotline) -> bool:
    """Facts recorded for the people of a hotline while they were its people."""
    return rules.may_see_hotline(user, hotline)


def may_open_persons(user: Visitor) -> bool:
    """Whether a name leads on to all that is known of a person, at other hotlines too."""
    return rules.may_enter_staff(user)


def may_read_counts(user: Visitor) -> bool:
    """The network's training counts and the facts behind them."""
    return rules.may_enter_staff(user)


def may_list_training(user: Visitor) -> bool:
    """Lists for programs of hotlines, people, activities and what was recorded: staff those of the network,
    managers what is the own hotline's, which queries.readable tells.
    """
    return rules.may_enter_staff(user) or rules.may_enter_hotline(user)


def may_ask_counts(user: Visitor) -> bool:
    """Counts for programs: staff those of the network, managers those of the own hotline's year."""
    return may_read_counts(user) or rules.may_enter_hotline(user)


def may_freeze_figures(user: Visitor) -> bool:
    """Publish a figure: freeze it, read the frozen ones, and say where they were published."""
    return rules.may_enter_staff(user)


def may_confirm_year(user: Visitor, hotline: Hotline) -> bool:
    """Say that a hotline's year is right, or what is not: its managers."""
    return hotline.pk in rules.managed_hotline_ids(user)


def may_reopen_year(user: Visitor, hotline: Hotline) -> bool:
    """Open a confirmed year again: the hotline's managers, and staff who learn that it is not right."""
    return rules.may_enter_staff(user) or may_confirm_year(user, hotline)


def may_answer_corrections(user: Visitor) -> bool:
    """What managers asked to have corrected, and which hotlines confirmed their year."""
    return rules.may_enter_staff(user)


def may_keep_grants(user: Visitor) -> bool:
    """Grants and their work packages, and which of them paid for an activity or a visit."""
    return rules.may_enter_staff(user)


def may_take_courses(user: Visitor) -> bool:
    """The catalogue and one's own courses: every login."""
    return rules.is_known(user)


def may_revoke_certificates(user: Visitor) -> bool:
    """Staff any; trainers those of their own cohorts, which queries.certificates.revocable_by tells."""
    return rules.may_enter_staff(user) or rules.may_enter_teach(user)


def may_teach(user: Visitor) -> bool:
    """The pages of trainers; whose cohorts they show is a matter of the next questions."""
    return rules.may_enter_teach(user)


def may_take(user: Visitor, enrolment: Enrolment) -> bool:
    """Whether it is the user's own enrolment; nobody answers for somebody else."""
    return rules.is_known(user) and getattr(user, "person_id", None) == enrolment.person_id


def may_judge(user: Visitor, enrolment: Enrolment) -> bool:
    """Attendance and sign-off: the trainers of the cohort, and nobody about themselves."""
    return may_lead(user, enrolment.cohort) and not may_take(user, enrolment)


def may_mark(user: Visitor, enrolment: Enrolment) -> bool:
    """Marks: as before. Of who keeps the course to themselves trainers see no name."""
    return may_judge(user, enrolment)


def may_give_time(user: Visitor, enrolment: Enrolment) -> bool:
    """Extra time: the trainers of the cohort, who have to see whose it is."""
    return not enrolment.hidden and may_judge(user, enrolment)


def can_be_hidden(version: CourseVersion) -> bool:
    """A self-care course, unless it ends with what a trainer sees: who was there, and the sign-off."""
    return version.course.self_care and not (version.needs_attendance or version.needs_sign_off)


def may_lead(user: Visitor, cohort: Cohort) -> bool:
    """A cohort's board, attendance and sign-offs: its trainers."""
    return may_teach(user) and cohort.trainers.filter(pk=user.pk).exists()


def may_plan_cohorts(user: Visitor) -> bool:
    """Make cohorts and say who gets in: trainers for their own, staff for any."""
    return may_teach(user) or rules.may_enter_staff(user)


def may_plan(user: Visitor, cohort: Cohort) -> bool:
    """Change a cohort's plan, invite, enrol, and decide about requests: its trainers, and staff."""
    return may_lead(user, cohort) or rules.may_enter_staff(user)


def may_nominate_for(user: Visitor, hotline: Hotline) -> bool:
    """Name people of a hotline for a cohort: its managers."""
    return hotline.pk in rules.managed_hotline_ids(user)


def may_correct(user: Visitor, version: CourseVersion) -> bool:
    """What is right in a version's questions: whoever trains a cohort that takes it."""
    return may_teach(user) and version.cohorts.filter(trainers=user.pk).exists()


def may_author(user: Visitor, course: Course) -> bool:
    """Write, publish and retire versions of a course: its authors, as long as they are trainers."""
    return may_teach(user) and course.authors.filter(pk=user.pk).exists()


def may_import_registers(user: Visitor) -> bool:
    """Bring training registers in, apply and undo them: what they change is the whole network's."""
    return rules.may_enter_staff(user)


def may_merge_persons(user: Visitor) -> bool:
    """Whether somebody may say that two records are one person, and take that back."""
    return rules.may_keep_persons(user)


def may_mend_data(user: Visitor) -> bool:
    """What is likely to be wrong with the network's data, and mending it: staff."""
    return rules.may_enter_staff(user)


def may_run_session(user: Visitor, session: TrainingSession) -> bool:
    """Change a training session and keep its register: its trainers, those of its cohort, and staff where it
    is of no cohort.
    """
    cohort = Cohort.objects.filter(activity=session.activity_id).first()
    if cohort is not None and may_lead(user, cohort):
        return True
    if cohort is None and rules.may_enter_staff(user):
        return True
    return may_teach(user) and session.trainers.filter(pk=user.pk).exists()


def may_keep_registers(user: Visitor) -> bool:
    """The pages of registers; whose sessions they show is a matter of ``may_run_session``."""
    return may_teach(user) or rules.may_enter_staff(user)


def may_run_sessions(user: Visitor) -> bool:
    """The pages of training sessions; whose they show is a matter of the next question and the one before."""
    return may_teach(user) or rules.may_enter_staff(user)


def may_plan_sessions(user: Visitor, activity: Activity) -> bool:
    """Plan training sessions of an activity, and say that it took place: the trainers of its cohort, and
    staff where it is of none.
    """
    cohort = Cohort.objects.filter(activity=activity.pk).first()
    return rules.may_enter_staff(user) if cohort is None else may_lead(user, cohort)


def may_read_feedback(user: Visitor) -> bool:
    """Forms for feedback and their results: trainers those of what they lead, staff all."""
    return may_teach(user) or rules.may_enter_staff(user)


def may_read_all_feedback(user: Visitor) -> bool:
    """What people said all in all, over the whole network and year."""
    return rules.may_enter_staff(user)


def may_ask_feedback(user: Visitor, activity: Activity) -> bool:
    """Ask the people of an activity what they think of it: who leads it or one of its sessions, and staff."""
    if rules.may_enter_staff(user):
        return True
    cohort = Cohort.objects.filter(activity=activity).first()
    if cohort is not None and may_lead(user, cohort):
        return True
    return may_teach(user) and activity.training_sessions.filter(trainers=user.pk).exists()


def may_plan_onboarding(user: Visitor) -> bool:
    """Plans by which new hotlines are brought in; a hotline's manager sees and ticks those of the own one."""
    return rules.may_enter_staff(user)


def may_enter_exchanges(user: Visitor) -> bool:
    """The exchanges of one's own hotlines, and the board of offers and requests: managers, and staff."""
    return rules.may_enter_exchanges(user)


def may_oversee_exchanges(user: Visitor) -> bool:
    """The exchanges of all hotlines: approve them, speak for a hotline, correct what was counted."""
    return rules.may_enter_staff(user)


def may_speak_for(user: Visitor, hotline_id: int) -> bool:
    """Say a hotline's word in its exchanges and on the board: its managers, and staff in their stead."""
    return may_oversee_exchanges(user) or hotline_id in rules.managed_hotline_ids(user)


def may_move_exchange(user: Visitor, exchange: Exchange, to: ExchangeState) -> bool:
    """Take an exchange to a state by one's own decision; what all sides move by their words is nobody's."""
    if may_oversee_exchanges(user):
        return to == ExchangeState.CANCELLED or PATH[to] in (Mover.STAFF, Mover.HOST_OR_STAFF)
    if to == ExchangeState.CANCELLED:
        return exchange.state in OPEN_TO_SIDES and _of_a_side(user, exchange)
    return PATH[to] == Mover.HOST_OR_STAFF and may_speak_for(user, exchange.host_id)


def may_plan_exchange(user: Visitor, exchange: Exchange) -> bool:
    """Title, dates and place: all sides until the plan is agreed, then staff."""
    if exchange.state == ExchangeState.CANCELLED:
        return False
    return may_oversee_exchanges(user) or (
        exchange.state == ExchangeState.REQUESTED and _of_a_side(user, exchange)
    )


def may_write_programme(user: Visitor, exchange: Exchange) -> bool:
    """The programme: the host, who has the house, and staff, until it counts."""
    return exchange.state in UNDER_WAY and may_speak_for(user, exchange.host_id)


def may_arrange_visit(user: Visitor, visit: Visit) -> bool:
    """Who travels and who pays: the visiting hotline until it counts, then staff as a correction."""
    if visit.left_at is not None or visit.exchange.state == ExchangeState.CANCELLED:
        return False
    counted = visit.exchange.state == ExchangeState.COUNTED
    return may_oversee_exchanges(user) if counted else may_speak_for(user, visit.hotline_id)


def may_see_costs(user: Visitor, visit: Visit) -> bool:
    """What a visit cost: the visiting hotline and staff, and not its host."""
    return may_speak_for(user, visit.hotline_id)


def may_read_lessons(user: Visitor) -> bool:
    """Lessons learnt that hotlines share with the network: who works for a hotline today, and staff."""
    if may_enter_exchanges(user):
        return True
    person = getattr(user, "person_id", None)
    return (
        rules.is_known(user) and in_force(clock.today()).filter(person=person, hotline__isnull=False).exists()
    )


def _of_a_side(user: Visitor, exchange: Exchange) -> bool:
    visiting = exchange.visits.filter(left_at=None).values_list("hotline_id", flat=True)
    return any(may_speak_for(user, hotline) for hotline in [exchange.host_id, *visiting])


def may_plan_gatherings(user: Visitor) -> bool:
    """Law-enforcement sessions and whom they were given to: trainers those they lead, staff all."""
    return rules.may_enter_staff(user) or may_teach(user)


def may_plan_activities(user: Visitor) -> bool:
    """Every other kind of activity that is neither a cohort nor an exchange: staff."""
    return rules.may_enter_staff(user)


def may_record_by_hand(user: Visitor) -> bool:
    """Correct what is known of any activity and who took part, looked up among all people: staff."""
    return rules.may_enter_staff(user)


def may_keep_persons(user: Visitor) -> bool:
    """Make people known, and say what they are called and where they belong."""
    return rules.may_keep_persons(user)


def may_say_genders(user: Visitor) -> bool:
    """How many women, men and others were at a funded activity, for its funder alone: staff."""
    return rules.may_enter_staff(user)


def may_keep_gathering(user: Visitor, activity: Activity) -> bool:
    """Change an activity and say who took part: staff, and the trainers of its sessions.

    Not where a cohort or an exchange is behind it, which have ways of their own. One of any kind that came
    with a register, or was written down by hand, is kept here.
    """
    # Asked of the activity itself, so that a page that asks several things of it asks this once.
    if getattr(activity, "cohort", None) or getattr(activity, "exchange", None):
        return False
    if rules.may_enter_staff(user):
        return True
    return may_teach(user) and TrainingSession.objects.filter(activity=activity, trainers=user.pk).exists()
