"""Downloads: get (scoped), ask for the same board as the page, write it, send it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit.kinds import Kind
from audit.recording import records
from tracking.filters import board_for
from workplans.models import Plan

from . import sheets, workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@records(Kind.EXPORT)
@require_safe
def plan_progress_xlsx(request, pk):
    """Send the 推进情况表 of a plan and period, filtered as the page is."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("organization"), pk=pk)
    asked = board_for(request.GET, plan, request.user, timezone.localdate())
    content = workbook.progress_workbook(asked.board, asked.filter.sentence)
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name(asked.board))
    return response


def file_name(board):
    """Return the name of the file, such as 工作要点_推进情况表_2022年1-10月.xlsx, without what file systems refuse."""
    parts = [board.plan.title, sheets.PROGRESS, *([board.period.label] if board.period else [])]
    name = "_".join(parts)
    return "".join("－" if c in '\\/:*?"<>|' or c < " " else c for c in name)[:150] + ".xlsx"
