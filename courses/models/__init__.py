from courses.models.activities import Activity, ActivityKind, ActivityVersion, Funder
from courses.models.assessments import Answer, Assessment, Attempt, Correction, ExtraTime, Mark, Question
from courses.models.bulk import BulkAct, BulkAction, BulkRow, BulkState
from courses.models.by_hand import FactAdded, FactChange, GenderTotal
from courses.models.candidates import Candidate, CandidateStep
from courses.models.catalogue import Course, CourseVersion, GlossaryTerm, Prerequisite
from courses.models.certificates import Certificate, NameTries
from courses.models.cohort_notices import CohortMessage, CohortNotice, DisplayName
from courses.models.cohorts import Cohort, Departure, Enrolment, HotlineSeats, SignOff, SignOffReversal
from courses.models.content import Block, Lesson, Module
from courses.models.exchange_notices import ExchangeNotice, ExchangeNoticesOff
from courses.models.exchanges import (
    Cost,
    CostStruck,
    Exchange,
    ExchangeMove,
    ExchangeYes,
    Traveller,
    Visit,
    VisitReport,
)
from courses.models.feedback import FeedbackAnswer, FeedbackForm, FeedbackGiven, FeedbackResult, PooledRating
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
from courses.models.grants import Funding, Grant, GrantChange, WorkPackage
from courses.models.imports import Import
from courses.models.ledger import Entry, Participation, Reversal
from courses.models.media import Media
from courses.models.mends import Mend
from courses.models.nudges import Nudge, NudgeOff
from courses.models.onboarding import OnboardingPlan, OnboardingStep
from courses.models.progress import CheckAnswer, LessonDone, Place
from courses.models.reflections import KeptReflection
from courses.models.register import AttendanceCode, AttendanceCodeTries, RegisterLock, RegisterMark
from courses.models.register_uploads import RegisterUpload, UploadState
from courses.models.registrations import Registration, RegistrationDesk, RegistrationMail
from courses.models.saved_filters import DefaultFilter, SavedFilter
from courses.models.session_mails import CalendarFeed, SessionMail
from courses.models.sessions import SessionVersion, TrainingSession
from courses.models.sheets import Choice, Sheet, SheetMatch, SheetPerson, SheetSource, SheetState
from courses.models.snapshots import CorrectionAnswer, CorrectionAsked, Snapshot, SnapshotPlace, YearWord
from courses.models.wishes import ExchangeWish
from courses.models.year_notices import YearNotice

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
    "AttendanceCode",
    "AttendanceCodeTries",
    "Block",
    "BulkAct",
    "BulkAction",
    "BulkRow",
    "BulkState",
    "CalendarFeed",
    "Candidate",
    "CandidateStep",
    "Certificate",
    "Check",
    "CheckAnswer",
    "CheckDone",
    "CheckQuestion",
    "CheckSheet",
    "Choice",
    "Cohort",
    "CohortMessage",
    "CohortNotice",
    "Correction",
    "CorrectionAnswer",
    "CorrectionAsked",
    "Cost",
    "CostStruck",
    "Course",
    "CourseVersion",
    "DefaultFilter",
    "Departure",
    "DisplayName",
    "Enrolment",
    "Entry",
    "Exchange",
    "ExchangeMove",
    "ExchangeNotice",
    "ExchangeNoticesOff",
    "ExchangeWish",
    "ExchangeYes",
    "ExtraTime",
    "FactAdded",
    "FactChange",
    "FeedbackAnswer",
    "FeedbackForm",
    "FeedbackGiven",
    "FeedbackResult",
    "Funder",
    "Funding",
    "GenderTotal",
    "GlossaryTerm",
    "Grant",
    "GrantChange",
    "HotlineSeats",
    "Import",
    "KeptReflection",
    "Lesson",
    "LessonDone",
    "Mark",
    "Media",
    "Mend",
    "Module",
    "NameTries",
    "Nudge",
    "NudgeOff",
    "OnboardingPlan",
    "OnboardingStep",
    "Participation",
    "PersonalLink",
    "Place",
    "PooledRating",
    "Prerequisite",
    "Pseudonym",
    "Question",
    "RegisterLock",
    "RegisterMark",
    "RegisterUpload",
    "Registration",
    "RegistrationDesk",
    "RegistrationMail",
    "Reversal",
    "SavedFilter",
    "SessionMail",
    "SessionVersion",
    "Sheet",
    "SheetMatch",
    "SheetPerson",
    "SheetSource",
    "SheetState",
    "SignOff",
    "SignOffReversal",
    "Snapshot",
    "SnapshotPlace",
    "TrainingSession",
    "Traveller",
    "UploadState",
    "Visit",
    "VisitReport",
    "WorkPackage",
    "YearNotice",
    "YearWord",
]
