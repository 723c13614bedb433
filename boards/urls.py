"""Pages that show how it goes over many items."""

from django.urls import path

from .views import (
    assigning,
    board,
    comparisons,
    offices,
    over_time,
    overview,
    plans,
    predecessors,
    saved_views,
    search,
    timeline,
)

app_name = "boards"
urlpatterns = [
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/<int:pk>/", board.plan_board, name="plan_board"),
    path("plans/<int:pk>/timeline/", timeline.plan_timeline, name="plan_timeline"),
    path("items/<int:pk>/", board.item_page, name="item_page"),
    path("overview/", overview.overview, name="overview"),
    path("plans/<int:pk>/views/", saved_views.plan_view_save, name="plan_view_save"),
    path("plans/<int:pk>/predecessors/", predecessors.plan_predecessors, name="plan_predecessors"),
    path("plans/<int:pk>/offices/", assigning.plan_offices, name="plan_offices"),
    path("saved-views/<int:pk>/delete/", saved_views.saved_view_delete, name="saved_view_delete"),
    path("overview/items/", overview.overview_rows, name="overview_rows"),
    path("overview/reporting/", comparisons.reporting_map, name="reporting_map"),
    path("overview/difficulties/", comparisons.difficulties, name="difficulties"),
    path("overview/comparison/", comparisons.comparison, name="comparison"),
    path("overview/trends/", over_time.over_time, name="over_time"),
    path("overview/offices/", offices.office_comparison, name="office_comparison"),
    path("offices/<int:pk>/", offices.office_page, name="office_page"),
    path("search/", search.search, name="search"),
    path("topics/", search.topics, name="topics"),
]
