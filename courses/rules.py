"""Who may do what with training facts; sections and roles are the questions of lms.people.rules."""

from courses.models import Cohort, Course, CourseVersion, Enrolment, TrainingSession
from lms.people import rules
from lms.people.models import Hotline
from lms.people.rules import Visitor


def may_see_own_training(user: Visitor) -> bool:
    return rules.is_known(user)


def may_browse_network(user: Visitor) -> bool:
    """Activities, hotlines and people of the whole network."""
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


def may_correct(user: Visitor, version: CourseVersion) -> bool:
    """What is right in a version's questions: whoever trains a cohort that takes it."""
    return may_teach(user) and version.cohorts.filter(trainers=user.pk).exists()


def may_author(user: Visitor, course: Course) -> bool:
    """Write, publish and retire versions of a course: its authors, as long as they are trainers."""
    return may_teach(user) and course.authors.filter(pk=user.pk).exists()


def may_merge_persons(user: Visitor) -> bool:
    """Whether somebody may say that two records are one person, and take that back."""
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
