"""One uploaded file that waits to be read: how many are before it, what came of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .models import WaitingUpload
from .reading_queue import READERS, ahead_of, start_reader
from .steps import post_only

SECONDS, LONGEST = 2, 15  # between two looks of the page: the longer, the more are before it
PATIENT = 10  # seconds after which a page that waits makes sure that somebody reads


@require_safe
def upload_page(request, pk):
    """Show how far one file is; leads on by itself once it was read."""
    upload = get_object_or_404(WaitingUpload.objects.visible_to(request.user).light(), pk=pk)
    if upload.status == upload.Status.DONE:
        return redirect(upload.address)
    ahead = ahead_of(upload)
    context = {
        "upload": upload, "ahead": ahead, "total": upload.ahead_at_first + 1, "form": READERS[upload.kind].form,
        "gone_through": max(0, upload.ahead_at_first - ahead),
    }  # fmt: skip
    response = render(request, "workplans/upload_page.html", context)
    if upload.is_unfinished:
        response.headers["Refresh"] = str(min(LONGEST, SECONDS * (1 + ahead)))
        now = timezone.now()
        if upload.is_interrupted(now) or (ahead == 0 and _has_waited(upload, now)):
            start_reader()
    return response


def _has_waited(upload, now):
    waited = (now - upload.asked_at).total_seconds()
    return upload.status == upload.Status.WAITING and waited > PATIENT and int(waited) % PATIENT < 2 * SECONDS


@post_only
def upload_drop(request, pk):
    """Give a file up."""
    upload = get_object_or_404(WaitingUpload.objects.visible_to(request.user).light(), pk=pk)
    form = READERS[upload.kind].form
    upload.delete()
    messages.success(request, f"已放弃“{upload}”。")
    return redirect(form)
