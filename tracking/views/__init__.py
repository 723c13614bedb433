"""Pages of progress: the board and an item, 我的填报 and one report, 审核."""

from .board import item_page, plan_board
from .evidence import evidence_delete, evidence_download, report_evidence
from .my import home, my_reports
from .reports import report_draft, report_page, report_step
from .review import review

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
