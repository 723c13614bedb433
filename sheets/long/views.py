"""分析表: ask for one, see how far it is, fetch it. The writing is done by a process of its own."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import records
from boards.scope import last_place
from tracking.models import Report, TableExport
from workplans.steps import post_only

from . import jobs
from .forms import TableExportForm
from .long_table import LONG_TABLE

SECONDS = 2  # between two looks of the page at how far it is
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@require_http_methods(["GET", "HEAD", "POST"])
def table_export_list(request):
    """Choose the rows of a table and ask for it; below, one's own tables of the last day."""
    form = TableExportForm(request.POST or request.GET, user=request.user)
    is_valid = form.is_valid()
    if request.method == "POST" and is_valid:
        try:
            export = jobs.ask(form, by=request.user, now=timezone.now())
        except jobs.ExportRefused as problem:
            messages.error(request, str(problem))
        else:
            transaction.on_commit(jobs.start_writer)
            return redirect("sheets:table_export_page", export.pk)
    context = {
        "form": form,
        "count": form.narrow(Report.objects.visible_to(request.user)).count() if is_valid else None,
        "headings": [column.heading for column in LONG_TABLE],
        "exports": TableExport.objects.visible_to(request.user),
        "now": timezone.now(),
        "place": last_place(request.GET, request.user, timezone.localdate()),
    }
    return render(request, "sheets/table_export_list.html", context)


@require_safe
def table_export_page(request, pk):
    """Show how far one table is; asks again by itself until it is there."""
    export = get_object_or_404(TableExport.objects.visible_to(request.user), pk=pk)
    is_interrupted = export.is_interrupted(timezone.now())
    place = last_place(request.GET, request.user, timezone.localdate())
    context = {"export": export, "is_interrupted": is_interrupted, "place": place}
    response = render(request, "sheets/table_export_page.html", context)
    if export.is_unfinished and not is_interrupted:
        response.headers["Refresh"] = str(SECONDS)
    return response


@require_safe
@records(EventKind.EXPORT)
def table_export_file(request, pk):
    """Send the file."""
    own = TableExport.objects.visible_to(request.user).exclude(file="")
    export = get_object_or_404(own, pk=pk, status=TableExport.Status.DONE)
    try:
        file = open(jobs.folder() / export.file, "rb")  # noqa: SIM115 (the response closes it)
    except FileNotFoundError:
        raise Http404("文件已经清理，请重新导出。") from None
    return FileResponse(file, as_attachment=True, filename=export.file_name, content_type=TYPES[export.file_format])


@post_only
def table_export_delete(request, pk):
    """Give a table up: a writer at work on it stops, the file is deleted."""
    export = get_object_or_404(TableExport.objects.visible_to(request.user), pk=pk)
    jobs.drop(export)
    messages.success(request, f"已删除：{export}。")
    return redirect("sheets:table_export_list")
