"""Pages of tables that leave the system and come back."""

from django.urls import include, path

from . import views
from .layouts import views as layouts

app_name = "sheets"
urlpatterns = [
    path("plans/<int:pk>/progress.xlsx", views.plan_progress_xlsx, name="plan_progress_xlsx"),
    path("overview/trends/<slug:ending>/", views.over_time_file, name="over_time_file"),
    path("sheets/<slug:page>/", views.export_options, name="export_options"),
    path("sheets/<slug:page>/preview/", views.export_preview, name="export_preview"),
    path("sheets/<slug:page>/file/", views.export_file, name="export_file"),
    path("layouts/", layouts.layout_list, name="layout_list"),
    path("layouts/new/", layouts.layout_new, name="layout_new"),
    path("layouts/<int:pk>/", layouts.layout_change, name="layout_change"),
    path("layouts/<int:pk>/delete/", layouts.layout_delete, name="layout_delete"),
    path("", include("sheets.filling.urls")),
    path("", include("sheets.long.urls")),
]
