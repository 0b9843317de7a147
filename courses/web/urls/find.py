"""Searching the network, saved filters, and what is done to many rows at once."""

from django.urls import path

from courses.web.find import bulk, history, saved, search

urlpatterns = [
    path("staff/search/", search.SearchPage.as_view(), name="staff-search"),
    path("staff/filters/", saved.FiltersPage.as_view(), name="staff-filters"),
    path("staff/filters/new/<slug:listing>/", saved.NewFilterPage.as_view(), name="staff-new-filter"),
    path("staff/filters/<int:pk>/", saved.FilterPage.as_view(), name="staff-filter"),
    path("staff/bulk/", history.HistoryPage.as_view(), name="staff-bulk-actions"),
    path("staff/bulk/choose/<slug:listing>/", bulk.ChooseView.as_view(), name="staff-bulk-choose"),
    path("staff/bulk/<int:pk>/", bulk.BulkPage.as_view(), name="staff-bulk"),
    path("staff/bulk/<int:pk>/rows/<slug:form>/", history.RowsFile.as_view(), name="staff-bulk-rows"),
]
