from courses.models.activities import Activity, ActivityKind, ActivityVersion, Funder
from courses.models.assessments import Answer, Assessment, Attempt, Correction, ExtraTime, Mark, Question
from courses.models.catalogue import Course, CourseVersion, GlossaryTerm, Prerequisite
from courses.models.certificates import Certificate, NameTries
from courses.models.cohorts import Cohort, Enrolment, SignOff, SignOffReversal
from courses.models.content import Block, Lesson, Module
from courses.models.gatherings import (
    ActivityNote,
    Amendment,
    AttendanceCertificate,
    Check,
    CheckDone,
    CheckQuestion,
    CheckSheet,
    PersonalLink,
    Pseudonym,
)
from courses.models.imports import Import
from courses.models.ledger import Entry, Participation, Reversal
from courses.models.media import Media
from courses.models.nudges import Nudge, NudgeOff
from courses.models.progress import CheckAnswer, LessonDone, Place
from courses.models.reflections import KeptReflection
from courses.models.register import RegisterMark
from courses.models.registrations import Registration, RegistrationDesk, RegistrationMail
from courses.models.sessions import SessionVersion, TrainingSession

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityNote",
    "ActivityVersion",
    "Amendment",
    "Answer",
    "Assessment",
    "Attempt",
    "AttendanceCertificate",
    "Block",
    "Certificate",
    "Check",
    "CheckAnswer",
    "CheckDone",
    "CheckQuestion",
    "CheckSheet",
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
    "PersonalLink",
    "Place",
    "Prerequisite",
    "Pseudonym",
    "Question",
    "RegisterMark",
    "Registration",
    "RegistrationDesk",
    "RegistrationMail",
    "Reversal",
    "SessionVersion",
    "SignOff",
    "SignOffReversal",
    "TrainingSession",
]
