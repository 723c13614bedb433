"""Pages of progress."""

from django.urls import include, path

from . import views
from .exports import views as exports
from .reports.views import history
from .views import layouts

app_name = "tracking"
urlpatterns = [
    path("plans/<int:pk>/", views.plan_board, name="plan_board"),
    path("plans/<int:pk>/progress.xlsx", exports.plan_progress_xlsx, name="plan_progress_xlsx"),
    path("sheets/<slug:page>/", exports.export_options, name="export_options"),
    path("sheets/<slug:page>/file/", exports.export_file, name="export_file"),
    path("layouts/", layouts.layout_list, name="layout_list"),
    path("layouts/new/", layouts.layout_new, name="layout_new"),
    path("layouts/<int:pk>/", layouts.layout_change, name="layout_change"),
    path("layouts/<int:pk>/delete/", layouts.layout_delete, name="layout_delete"),
    path("items/<int:pk>/", views.item_page, name="item_page"),
    path("items/<int:pk>/history/", history.item_history, name="item_history"),
    path("reports/<int:pk>/history/", history.report_history, name="report_history"),
    path("my/", views.my_reports, name="my_reports"),
    path("review/", views.review, name="review"),
    path("reports/<int:pk>/", views.report_page, name="report_page"),
    path("reports/<int:pk>/draft/", views.report_draft, name="report_draft"),
    path("reports/<int:pk>/evidence/", views.report_evidence, name="report_evidence"),
    path("reports/<int:pk>/<slug:step>/", views.report_step, name="report_step"),
    path("evidence/<int:pk>/", views.evidence_download, name="evidence_download"),
    path("evidence/<int:pk>/delete/", views.evidence_delete, name="evidence_delete"),
    path("", include("tracking.periods.urls")),
    path("", include("tracking.urls_filling")),
    path("", include("tracking.urls_feedback")),
    path("", include("boards.urls")),
    path("", include("tracking.urls_table_exports")),
]
