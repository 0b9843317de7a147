from courses.models.activities import Activity, ActivityKind, ActivityVersion, Funder
from courses.models.assessments import Answer, Assessment, Attempt, Correction, ExtraTime, Mark, Question
from courses.models.candidates import Candidate, CandidateStep
from courses.models.catalogue import Course, CourseVersion, GlossaryTerm, Prerequisite
from courses.models.certificates import Certificate, NameTries
from courses.models.cohort_notices import CohortMessage, CohortNotice, DisplayName
from courses.models.cohorts import Cohort, Departure, Enrolment, HotlineSeats, SignOff, SignOffReversal
from courses.models.content import Block, Lesson, Module
from courses.models.imports import Import
from courses.models.ledger import Entry, Participation, Reversal
from courses.models.media import Media
from courses.models.nudges import Nudge, NudgeOff
from courses.models.progress import CheckAnswer, LessonDone, Place
from courses.models.reflections import KeptReflection
from courses.models.register import RegisterMark
from courses.models.sessions import SessionVersion, TrainingSession

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityVersion",
    "Answer",
    "Assessment",
    "Attempt",
    "Block",
    "Candidate",
    "CandidateStep",
    "Certificate",
    "CheckAnswer",
    "Cohort",
    "CohortMessage",
    "CohortNotice",
    "Correction",
    "Course",
    "CourseVersion",
    "Departure",
    "DisplayName",
    "Enrolment",
    "Entry",
    "ExtraTime",
    "Funder",
    "GlossaryTerm",
    "HotlineSeats",
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
    "RegisterMark",
    "Reversal",
    "SessionVersion",
    "SignOff",
    "SignOffReversal",
    "TrainingSession",
]
