"""The catalogue and the player."""

from django.urls import path

from courses.web.learn import catalogue, glossary, lesson, media, reflections

urlpatterns = [
    path("courses/", catalogue.CataloguePage.as_view(), name="courses"),
    path("courses/<slug:slug>/", catalogue.CoursePage.as_view(), name="course"),
    path("courses/<slug:slug>/glossary/", glossary.GlossaryPage.as_view(), name="course-glossary"),
    path("me/reflections/", reflections.ReflectionsPage.as_view(), name="reflections"),
    path("me/reflections/keep/", reflections.KeepPage.as_view(), name="keep-reflection"),
    path("me/reflections/erase/", reflections.ErasePage.as_view(), name="erase-reflections"),
    path("learn/left/", lesson.LeftPage.as_view(), name="left"),
    path("learn/<int:pk>/", lesson.ResumeView.as_view(), name="learn"),
    path("learn/<int:pk>/hide/", catalogue.HidePage.as_view(), name="learn-hide"),
    path("learn/<int:pk>/end/", lesson.EndPage.as_view(), name="learn-end"),
    path("learn/<int:pk>/media/<int:media>/", media.MediaView.as_view(), name="learn-media"),
    path("learn/<int:pk>/<slug:lesson>/", lesson.LessonPage.as_view(), name="lesson"),
]
