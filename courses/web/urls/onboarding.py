"""Onboarding of hotlines, and evidence packs."""

from django.urls import path

from courses.web.onboarding import evidence, plan, plans

urlpatterns = [
    path("hotline/<int:pk>/evidence/", evidence.OwnEvidencePack.as_view(), name="own-evidence"),
    path("hotline/<int:pk>/onboarding/", plan.OwnPlanPage.as_view(), name="own-onboarding"),
    path("staff/hotlines/<int:pk>/evidence/", evidence.StaffEvidencePack.as_view(), name="staff-evidence"),
    path("staff/onboarding/", plans.PlansPage.as_view(), name="staff-onboarding"),
    path("staff/onboarding/new/", plans.NewPlanPage.as_view(), name="staff-new-onboarding"),
    path("staff/onboarding/<int:pk>/", plan.StaffPlanPage.as_view(), name="staff-onboarding-plan"),
    path("staff/onboarding/<int:pk>/add/", plans.AddStepPage.as_view(), name="staff-onboarding-step"),
]
