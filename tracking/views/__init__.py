"""Pages of progress: the board and an item, 我的填报 and one report, 审核."""

from boards.views.board import item_page, plan_board
from tracking.reports.views.evidence import evidence_delete, evidence_download, report_evidence
from tracking.reports.views.my import home, my_reports
from tracking.reports.views.reports import report_draft, report_page, report_step
from tracking.reports.views.review import review

__all__ = [
    "evidence_delete",
    "evidence_download",
    "home",
    "item_page",
    "my_reports",
    "plan_board",
    "report_draft",
    "report_evidence",
    "report_page",
    "report_step",
    "review",
]
