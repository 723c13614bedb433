"""整表填报: the page of the table, and what it is sent."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracking import lamps
from tracking.reports import entry_table, hints
from workplans import access
from workplans.ids import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def my_table(request):
    """Show what the user's offices owe as one table; POST saves the rows sent, one by one, and hands in those named.

    A script's request is answered as JSON: report id → what came of its row.
    """
    is_script = request.headers.get("X-Requested-With") == "fetch"
    sent = request.method == "POST"
    rows = entry_table.table(request.user, timezone.localdate(), request.POST if sent else None)
    if sent:
        entry_table.store(
            rows, request.POST, by=request.user, now=timezone.now(), handing_in=_handed_in(rows, request.POST)
        )
        if is_script:
            asked = [row for row in rows if entry_table.was_sent(row.report, request.POST)]
            return JsonResponse({"rows": {row.report.pk: row.answer() for row in asked}})
        if not any(row.errors or row.conflict for row in rows):
            _tell(request, rows)
            return redirect("tracking:my_table")
        for row in rows:
            if entry_table.was_sent(row.report, request.POST):
                row.show(request.POST)
    return render(
        request, "tracking/my_table.html", _context(request, rows), status=409 if _has_conflict(rows) else 200
    )


def _handed_in(rows, data):
    """Return the ids of the reports to be handed in: the one whose button was pressed, or all that are filled in."""
    if "submit_all" in data:
        return {row.report.pk for row in rows if row.is_editable and _is_begun(row, data)}
    return {whole_number(pk) for pk in data.getlist("submit")}


def _is_begun(row, data) -> bool:
    prefix = entry_table.PREFIX.format(row.report.pk)
    return any(data.get(f"{prefix}-{name}", "").strip() for name in ("completion_percent", "progress", "unchanged"))


def _tell(request, rows):
    sent, saved = sum(row.is_sent for row in rows), sum(row.was_saved for row in rows)
    left = sum(row.is_editable and not row.is_sent for row in rows)
    done = f"已提交 {sent} 项" if sent else f"已保存 {saved} 项，还没有提交"
    messages.success(request, f"{done}；还有 {left} 项要填。" if left else f"{done}。")


def _has_conflict(rows) -> bool:
    return any(row.conflict for row in rows)


def _context(request, rows):
    own = [row for row in rows if row.is_editable]
    return {
        "rows": own,
        "sent_rows": [row for row in rows if not row.is_editable],
        "has_office": bool(access.standing(request.user).offices),
        "periods": list(dict.fromkeys(row.report.period for row in own)),
        "unchanged_reasons": hints.UNCHANGED_REASONS,
        "rules": [lamps.progress_rule(), lamps.deadline_rule()],
    }
