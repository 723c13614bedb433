"""Buttons of 接入应用: a token is issued and shown once, or revoked."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from audit.kinds import EventKind
from audit.recording import record
from workplans import access
from workplans.steps import post_only

from . import tokens
from .models import AccessToken, Application


@post_only
def application_token_issue(request, pk):
    """Issue a token and show it, this once."""
    application = _application(request, pk)
    row, token = tokens.issue(application, by=request.user, now=timezone.now())
    record(EventKind.API, request, target=f"{application} {row}", detail="发放令牌")
    return render(request, "accounts/token_issued.html", {"application": application, "token": token})


@post_only
def application_token_revoke(request, pk, token):
    """Revoke a token."""
    application = _application(request, pk)
    row = get_object_or_404(AccessToken, pk=token, application=application)
    if tokens.revoke(row, now=timezone.now()):
        record(EventKind.API, request, target=f"{application} {row}", detail="停用令牌")
        messages.success(request, f"已停用令牌 {row}，使用它的请求从现在起不再受理。")
    return redirect("admin:accounts_application_change", application.pk)


def _application(request, pk):
    """Return the application, for the administrator where the API is on."""
    if not settings.API:
        raise Http404("接口没有开启。")
    if refused := access.administers(request.user, None):
        raise PermissionDenied(refused)
    return get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
