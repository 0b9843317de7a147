from courses.models.activities import Activity, ActivityKind, ActivityVersion, Funder
from courses.models.assessments import Answer, Assessment, Attempt, Correction, ExtraTime, Mark, Question
from courses.models.catalogue import Course, CourseVersion, GlossaryTerm, Prerequisite
from courses.models.certificates import Certificate, NameTries
from courses.models.cohorts import Cohort, Enrolment, SignOff, SignOffReversal
from courses.models.content import Block, Lesson, Module
from courses.models.imports import Import
from courses.models.ledger import Entry, Participation, Reversal
from courses.models.media import Media
from courses.models.nudges import Nudge, NudgeOff
from courses.models.progress import CheckAnswer, LessonDone, Place
from courses.models.reflections import KeptReflection
from courses.models.register import AttendanceCode, AttendanceCodeTries, RegisterLock, RegisterMark
from courses.models.sessions import SessionVersion, TrainingSession

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityVersion",
    "Answer",
    "Assessment",
    "Attempt",
    "AttendanceCode",
    "AttendanceCodeTries",
    "Block",
    "Certificate",
    "CheckAnswer",
    "Cohort",
    "Correction",
    "Course",
    "CourseVersion",
    "Enrolment",
    "Entry",
    "ExtraTime",
    "Funder",
    "GlossaryTerm",
    "Import",
    "KeptReflection",
    "Lesson",
    "LessonDone",
    "Mark",
    "Media",
    "Module",
    "NameTries",
    "Nudge",
    "NudgeOff",
    "Participation",
    "Place",
    "Prerequisite",
    "Question",
    "RegisterLock",
    "RegisterMark",
    "Reversal",
    "SessionVersion",
    "SignOff",
    "SignOffReversal",
    "TrainingSession",
]
