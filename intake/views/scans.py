"""The pages of a scan until it is a draft: putting pictures in order, how far the reading is, the pictures themselves."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from importer.drafts.corrections import CorrectionRefused
from intake import scanning
from workplans.ids import ids_of, whole_number
from workplans.models import ScanFile, ScanPage, ScanReading
from workplans.steps import post_only

from .pages import for_supervisors

SECONDS = 3  # between two looks of the page at how far it is
DAY = 24 * 3600
# What a browser shows, told by the first bytes: the name a file was given does not count.
SHOWN = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png"), (b"BM", "image/bmp"))


@for_supervisors
@require_safe
def scan(request, pk):
    """Show how far a reading is, or its pictures to be put in order; asks again by itself until the draft is there."""
    reading = _reading(request, pk)
    if reading.status == ScanReading.Status.DONE:
        draft = reading.drafts.order_by("position").first()
        return redirect("intake:import_page", draft.pk) if draft else redirect("intake:import_list")
    is_interrupted = reading.is_interrupted(timezone.now())
    is_at_work = reading.status in (ScanReading.Status.WAITING, ScanReading.Status.RUNNING) and not is_interrupted
    files = (
        [(file, is_shown(file)) for file in reading.files.all()]
        if reading.status == ScanReading.Status.ORDERING
        else []
    )
    context = {"reading": reading, "is_at_work": is_at_work, "is_interrupted": is_interrupted, "files": files}
    response = render(request, "intake/scan.html", context)
    if is_at_work:
        response.headers["Refresh"] = str(SECONDS)
    return response


@for_supervisors
@post_only
def scan_order(request, pk):
    """Keep the order the pictures were given; `move` takes one of them up or down, else the reading begins."""
    reading = _reading(request, pk)
    files = list(reading.files.defer("content"))
    order = sorted(files, key=lambda file: (_wanted(request, file), file.position))
    move, _, which = request.POST.get("move", "").partition("-")
    try:
        scanning.put_in_order(
            reading,
            moved([file.pk for file in order], move, which),
            by=request.user,
            is_final=not move,
            seen=ids_of(request.POST.getlist("seen")),
        )
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    else:
        if not move:
            transaction.on_commit(scanning.start_reader)
    return redirect("intake:scan", pk)


def moved(files, move, which) -> list[int]:
    """Ids of files, one of them moved up or down."""
    if move in ("up", "down") and which in map(str, files):
        at = files.index(int(which))
        to = min(max(at + (1 if move == "down" else -1), 0), len(files) - 1)
        files.insert(to, files.pop(at))
    return files


def _wanted(request, file):
    typed = request.POST.get(f"order-{file.pk}", "").strip()
    return number if (number := whole_number(typed)) is not None and number < 100_000 else file.position + 1


@for_supervisors
@post_only
def scan_resume(request, pk):
    """Let a reading go on where it stopped."""
    reading = _reading(request, pk)
    try:
        scanning.take_up(reading, by=request.user, now=timezone.now())
        transaction.on_commit(scanning.start_reader)
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    return redirect("intake:scan", pk)


@for_supervisors
@post_only
def scan_drop(request, pk):
    """Give a reading up."""
    reading = _reading(request, pk)
    try:
        scanning.drop(reading, by=request.user)
        messages.success(request, f"已放弃“{reading}”，没有导入任何内容。")
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    return redirect("intake:import_list")


def is_shown(file) -> str:
    """The type of a picture a browser can show, empty for others."""
    return next((kind for start, kind in SHOWN if bytes(file.content[:8]).startswith(start)), "")


@for_supervisors
@require_safe
def scan_file(request, pk, file):
    """Show a picture as it came."""
    found = get_object_or_404(ScanFile.objects.visible_to(request.user), pk=file, reading=pk)
    if not (kind := is_shown(found)):
        raise Http404
    return _picture(bytes(found.content), kind)


@for_supervisors
@require_safe
def scan_picture(request, pk, number):
    """Show the straightened picture of a page."""
    page = get_object_or_404(ScanPage.objects.visible_to(request.user).exclude(picture=b""), reading=pk, number=number)
    return _picture(bytes(page.picture), "image/jpeg")


def _picture(content, kind):
    response = HttpResponse(content, content_type=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, max_age=DAY)
    return response


def _reading(request, pk):
    return get_object_or_404(
        ScanReading.objects.visible_to(request.user).select_related("organization", "asked_by"), pk=pk
    )
