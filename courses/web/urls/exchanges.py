"""Peer-to-peer exchanges, for managers and staff; lessons learnt, for all who work for a hotline."""

from django.urls import path

from courses.web.exchanges import board, detail, lists, planning, reports, steps, year

urlpatterns = [
    path("exchanges/", lists.ExchangesPage.as_view(), name="exchanges"),
    path("exchanges/new/", planning.NewExchangePage.as_view(), name="exchange-new"),
    path("exchanges/year/", year.YearPage.as_view(), name="exchange-year"),
    path("exchanges/costs/", reports.AllCostsPage.as_view(), name="exchange-all-costs"),
    path("exchanges/board/", board.BoardPage.as_view(), name="exchange-board"),
    path("exchanges/board/new/", board.NewWishPage.as_view(), name="exchange-new-wish"),
    path("exchanges/board/<int:pk>/", board.WishPage.as_view(), name="exchange-wish"),
    path("exchanges/board/<int:pk>/with/<int:other>/", board.MeetPage.as_view(), name="exchange-meet"),
    path("exchanges/<int:pk>/", detail.ExchangePage.as_view(), name="exchange"),
    path("exchanges/<int:pk>/plan/", planning.PlanPage.as_view(), name="exchange-plan"),
    path("exchanges/<int:pk>/programme/", planning.ProgrammePage.as_view(), name="exchange-programme"),
    path("exchanges/<int:pk>/visits/new/", planning.AddVisitPage.as_view(), name="exchange-add-visit"),
    path("exchanges/<int:pk>/yes/<slug:to>/<int:hotline>/", steps.YesPage.as_view(), name="exchange-yes"),
    path("exchanges/<int:pk>/to/<slug:to>/", steps.MovePage.as_view(), name="exchange-move"),
    path("exchanges/visits/<int:pk>/", planning.VisitPage.as_view(), name="exchange-visit"),
    path("exchanges/visits/<int:pk>/leave/", planning.LeaveView.as_view(), name="exchange-leave"),
    path("exchanges/visits/<int:pk>/report/", reports.ReportPage.as_view(), name="exchange-report"),
    path("exchanges/visits/<int:pk>/costs/", reports.CostsPage.as_view(), name="exchange-costs"),
    path("exchanges/costs/<int:pk>/strike/", reports.StrikeCostView.as_view(), name="exchange-strike-cost"),
    path("lessons-learnt/", reports.LessonsPage.as_view(), name="exchange-lessons"),
]
