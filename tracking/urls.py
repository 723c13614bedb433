"""Pages of reports and periods."""

from django.urls import include, path

from .reports.views import evidence, history, instructions, my, reports, review, table
from .setting_up import views as setting_up

app_name = "tracking"
urlpatterns = [
    path("items/<int:pk>/history/", history.item_history, name="item_history"),
    path("reports/<int:pk>/history/", history.report_history, name="report_history"),
    path("my/", my.my_reports, name="my_reports"),
    path("my/table/", table.my_table, name="my_table"),
    path("review/", review.review, name="review"),
    path("reports/<int:pk>/", reports.report_page, name="report_page"),
    path("items/<int:pk>/instruct/", instructions.item_instruct, name="item_instruct"),
    path("instructions/<int:pk>/answer/", instructions.instruction_answer, name="instruction_answer"),
    path("reports/<int:pk>/remark/", instructions.report_remark, name="report_remark"),
    path("reports/<int:pk>/draft/", reports.report_draft, name="report_draft"),
    path("reports/<int:pk>/evidence/", evidence.report_evidence, name="report_evidence"),
    path("reports/<int:pk>/<slug:step>/", reports.report_step, name="report_step"),
    path("evidence/<int:pk>/", evidence.evidence_download, name="evidence_download"),
    path("evidence/<int:pk>/preview/", evidence.evidence_preview, name="evidence_preview"),
    path("evidence/<int:pk>/pictures/<int:number>/", evidence.evidence_picture, name="evidence_picture"),
    path("evidence/<int:pk>/delete/", evidence.evidence_delete, name="evidence_delete"),
    path("", include("tracking.periods.urls")),
    path("setup/", setting_up.setup, name="setup"),
    path("setup/organization/", setting_up.setup_organization, name="setup_organization"),
    path("setup/<int:pk>/offices/", setting_up.setup_offices, name="setup_offices"),
    path("setup/<int:pk>/skip/", setting_up.setup_skip, name="setup_skip"),
    path("setup/<int:pk>/supervise/", setting_up.setup_supervise, name="setup_supervise"),
]
