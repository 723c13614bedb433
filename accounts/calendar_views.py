"""The page of one's own calendar link."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.kinds import EventKind
from audit.recording import record
from workplans import access

from . import calendar_links
from .models import CalendarLink


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_link(request):
    """Make, renew or revoke one's own link; there is no such page unless CALENDAR_LINKS is on."""
    if not settings.CALENDAR_LINKS:
        raise Http404("CALENDAR_LINKS is off")
    if refusal := access.enter_refusal(request.user):
        raise PermissionDenied(refusal)
    if request.method == "POST" and "revoke" in request.POST:
        return _revoked(request)
    address = _renewed(request) if request.method == "POST" else ""
    link = CalendarLink.objects.filter(user=request.user).first()
    return render(request, "accounts/calendar_link.html", {"link": link, "address": address})


def _renewed(request) -> str:
    token = calendar_links.renew(request.user, timezone.now())
    record(EventKind.SETTINGS, request, target=request.user, detail="生成日历订阅地址")
    return request.build_absolute_uri(reverse("calendar_file", kwargs={"token": token}))


def _revoked(request):
    was_there = calendar_links.revoke(request.user)
    record(EventKind.SETTINGS, request, target=request.user, success=was_there, detail="停用日历订阅地址")
    messages.success(request, "已停用，原来的地址不能再读取。")
    return redirect("calendar_link")
