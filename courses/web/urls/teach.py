"""Authoring: trainers write, preview and publish their own courses."""

from django.urls import path

from courses.web.authoring import (
    assessments,
    changes,
    lesson,
    media,
    mine,
    preview,
    questions,
    settings,
    version,
)

COURSE = "teach/courses/<slug:slug>/"
VERSION = f"{COURSE}<int:number>/"
urlpatterns = [
    path("teach/", mine.MyCoursesPage.as_view(), name="teach"),
    path("teach/courses/new/", mine.NewCoursePage.as_view(), name="teach-new-course"),
    path(COURSE, mine.CoursePage.as_view(), name="teach-course"),
    path(f"{COURSE}authors/<int:pk>/remove/", mine.RemoveAuthorView.as_view(), name="teach-remove-author"),
    path(f"{COURSE}media/", media.MediaPage.as_view(), name="teach-media"),
    path(f"{COURSE}media/<int:media>/", media.MediaFileView.as_view(), name="teach-media-file"),
    path(f"{COURSE}media/<int:media>/remove/", media.RemoveMediaView.as_view(), name="teach-remove-media"),
    path(VERSION, version.VersionPage.as_view(), name="teach-version"),
    path(f"{VERSION}draft/", mine.NewDraftView.as_view(), name="teach-new-draft"),
    path(f"{VERSION}publish/", version.PublishView.as_view(), name="teach-publish"),
    path(f"{VERSION}retire/", mine.RetireView.as_view(), name="teach-retire"),
    path(f"{VERSION}discard/", version.DiscardView.as_view(), name="teach-discard"),
    path(f"{VERSION}changes/", changes.ChangesPage.as_view(), name="teach-changes"),
    path(f"{VERSION}settings/", settings.SettingsPage.as_view(), name="teach-settings"),
    path(f"{VERSION}glossary/", settings.GlossaryPage.as_view(), name="teach-glossary"),
    path(f"{VERSION}modules/", version.AddModuleView.as_view(), name="teach-add-module"),
    path(f"{VERSION}modules/<int:pk>/", version.ModulePage.as_view(), name="teach-module"),
    path(
        f"{VERSION}modules/<int:pk>/remove/", version.RemoveModuleView.as_view(), name="teach-remove-module"
    ),
    path(f"{VERSION}lessons/", version.AddLessonView.as_view(), name="teach-add-lesson"),
    path(f"{VERSION}lessons/<int:pk>/", lesson.LessonPage.as_view(), name="teach-lesson"),
    path(f"{VERSION}lessons/<int:pk>/preview/", preview.PreviewPage.as_view(), name="teach-preview"),
    path(f"{VERSION}lessons/<int:pk>/remove/", lesson.RemoveLessonView.as_view(), name="teach-remove-lesson"),
    path(f"{VERSION}assessment/", assessments.AssessmentPage.as_view(), name="teach-assessment"),
    path(
        f"{VERSION}assessment/remove/",
        assessments.RemoveAssessmentView.as_view(),
        name="teach-remove-assessment",
    ),
    path(f"{VERSION}questions/", questions.NewQuestionPage.as_view(), name="teach-new-question"),
    path(f"{VERSION}questions/<int:pk>/", questions.QuestionPage.as_view(), name="teach-question"),
    path(
        f"{VERSION}questions/<int:pk>/move/",
        assessments.MoveQuestionView.as_view(),
        name="teach-move-question",
    ),
    path(
        f"{VERSION}questions/<int:pk>/remove/",
        assessments.RemoveQuestionView.as_view(),
        name="teach-remove-question",
    ),
]
