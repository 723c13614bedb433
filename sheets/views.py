"""Downloads: read the page's address as the page does, make the sheet asked for, send it."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_safe

from audit.kinds import EventKind
from audit.recording import records
from boards.over_time import last_periods, over_time, scope_of
from boards.scope import vantage
from tracking.models import SheetKind, SheetLayout
from workplans.replicas import reads_replica

from .charts import write_charts
from .columns import in_short
from .csv_file import csv_file
from .forms import CSV, SheetForm
from .layouts.layouts import table_of
from .over_time import over_time_table
from .printed import PrintedSheet
from .selection import select
from .sheets import SHEETS
from .workbook import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
OWN_PARAMETERS = ("sheet", "layout", "divided", "charts", "short", "format", "csrfmiddlewaretoken")


@reads_replica
@records(EventKind.EXPORT)
@require_safe
def plan_progress_xlsx(request, pk):
    """Send the 推进情况表 of a plan and period, filtered as the page is."""
    return _send(request, "plan", request.GET.dict() | {"of": str(pk), "sheet": SheetKind.PROGRESS})


@reads_replica
@records(EventKind.EXPORT)
@require_safe
def export_file(request, page):
    """Send one sheet of what a page shows."""
    return _send(request, page, request.GET.dict())


@reads_replica
@records(EventKind.EXPORT)
@require_safe
def export_preview(request, page):
    """Show one sheet of what a page shows as it will be printed."""
    return _send(request, page, request.GET.dict(), _preview)


@reads_replica
@records(EventKind.EXPORT)
@require_safe
def over_time_file(request, ending):
    """Send the table of 变化趋势, narrowed as the page is, as a workbook or as CSV."""
    if ending not in TYPES:
        raise Http404("没有这种表格。")
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    if place.organization is None:
        raise Http404("没有这个单位。")
    scope = scope_of(place, request.GET)
    table = over_time_table(place, scope, over_time(scope, scope.items(request.user), last_periods(place), today))
    content = csv_file(table) if ending == CSV else workbook([table])
    return _sent(
        content, ending, [str(place.organization), table.name, *([place.period.label] if place.period else [])]
    )


@reads_replica
@require_safe
def export_options(request, page):
    """Show which sheets there are of what a page shows, each with its layouts and forms."""
    params = request.GET.dict()
    selection, kinds = select(page, params, request.user, timezone.localdate())
    carried = {name: value for name, value in params.items() if name not in OWN_PARAMETERS}
    layouts = _layouts(request.user, selection.organization)
    context = {
        "page": page,
        "selection": selection,
        "carried": carried,
        "back": f"{selection.page}?{urlencode({k: v for k, v in carried.items() if k != 'of'})}",
        "sheets": [(SHEETS[kind], SheetForm(None, kind, layouts.get(kind, []))) for kind in kinds],
    }
    return render(request, "sheets/export_options.html", context)


def _layouts(user, organization) -> dict[str, list[SheetLayout]]:
    """Return the organization's layouts by kind of sheet."""
    found = {}
    for layout in SheetLayout.objects.visible_to(user).filter(organization=organization):
        found.setdefault(layout.sheet, []).append(layout)
    return found


def _send(request, page, params, answer=None):
    selection, kinds = select(page, params, request.user, timezone.localdate())
    kind = params.get("sheet") or next(iter(kinds), None)
    if kind not in kinds:
        raise Http404("没有这种表格。")
    form = SheetForm(params, SheetKind(kind), _layouts(request.user, selection.organization).get(kind, []))
    if not form.is_valid():
        for texts in form.errors.values():
            messages.error(request, " ".join(texts))
        carried = {name: value for name, value in params.items() if name not in OWN_PARAMETERS}
        return redirect(f"{reverse('sheets:export_options', args=[page])}?{urlencode(carried)}")
    chosen = form.cleaned_data
    table = table_of(SheetKind(kind), selection, chosen["layout"])
    if chosen.get("short"):
        table = replace(table, columns=in_short(table.columns))
    if answer:
        return answer(request, page, table, chosen)
    return _file(table, selection, SheetKind(kind), chosen)


def _preview(request, page, table, chosen):
    tables = table.divided() if chosen["divided"] else [table]
    back = urlencode({name: value for name, value in request.GET.items() if name not in OWN_PARAMETERS})
    context = {
        "pages": [PrintedSheet(each) for each in tables],
        "back": f"{reverse('sheets:export_options', args=[page])}?{back}",
        "file": f"{reverse('sheets:export_file', args=[page])}?{urlencode(request.GET)}",
    }
    return render(request, "sheets/preview.html", context)


def _file(table, selection, kind, chosen):
    if chosen["format"] == CSV:
        content, ending = csv_file(table), "csv"
    else:
        more = (lambda book: write_charts(book, selection)) if chosen.get("charts") else None
        content, ending = workbook(table.divided() if chosen["divided"] else [table], more), "xlsx"
    return _sent(content, ending, name_parts(selection, kind, chosen["layout"]))


def _sent(content, ending, parts):
    response = HttpResponse(content, content_type=TYPES[ending])
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name(parts, ending))
    return response


def name_parts(selection, kind, layout) -> list[str]:
    """Return what the name of a sheet's file is made of."""
    period = [selection.period.label] if selection.period else []
    return [selection.subject, kind.label, *period, *([layout.name] if layout else [])]


def file_name(parts, ending) -> str:
    """Return the name of the file, such as 工作要点_推进情况表_2022年1-10月.xlsx, without what file systems refuse."""
    name = "_".join(parts)
    return "".join("－" if c in '\\/:*?"<>|' or c < " " else c for c in name)[:150] + f".{ending}"
