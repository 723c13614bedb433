"""Signing in by OpenID Connect: to the provider and back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_safe

from accounts import signing_in
from accounts.models import DirectoryIdentity
from audit.kinds import EventKind
from audit.recording import record
from workplans import access
from workplans.steps import post_only

from . import oidc, staying
from .people import DirectoryDown, DirectoryRefused

NEXT = "oidc_next"
AWAY = "统一身份认证暂时无法连接。请稍后再试，或用本系统的用户名和密码登录。"


@login_not_required
@post_only
def oidc_begin(request):
    """Send the browser to the provider, or say that it is away."""
    if not oidc.is_on():
        raise Http404
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    request.session[NEXT] = target if is_ours else ""
    try:
        return oidc.begin(request)
    except DirectoryDown as problem:
        return _back_to_sign_in(request, AWAY, str(problem))


@login_not_required
@require_safe
def oidc_back(request):
    """Take what the provider says, find the user, begin the session or ask for the second factor."""
    if not oidc.is_on():
        raise Http404
    now, target = timezone.now(), request.session.pop(NEXT, "")
    try:
        answer, is_strong = oidc.finish(request)
        row = staying.open_row(answer, request, now)
    except DirectoryDown as problem:
        return _back_to_sign_in(request, AWAY, str(problem))
    except DirectoryRefused as refused:
        return _back_to_sign_in(request, str(refused), str(refused))
    way = signing_in.Way(row.pk, oidc.NAME, is_strong, is_throttled=False)
    if signing_in.enter(request, row.identity.user, now, way):
        return HttpResponseRedirect(target or resolve_url("home"))
    return redirect(f"{reverse('sign_in_code')}?{urlencode({'next': target})}")


def _back_to_sign_in(request, sentence, reason):
    """Say what happened on the sign-in page, where the form of ours still works."""
    record(EventKind.SIGN_IN, request, success=False, detail=f"{oidc.NAME}：{reason}")
    messages.error(request, sentence)
    return redirect("login")


@post_only
def directory_unlink(request, pk):
    """Let a user's identities go, so that the next sign-in there finds the user anew: the administrator's."""
    if refused := access.administers(request.user, None):
        raise PermissionDenied(refused)
    identities = DirectoryIdentity.objects.filter(user_id=pk)
    user = get_object_or_404(DirectoryIdentity.user.field.related_model, pk=pk)
    removed = identities.count()
    identities.delete()
    record(EventKind.ACCOUNT, request, target=user, success=bool(removed), detail="解除统一身份关联")
    messages.success(request, f"已解除 {user} 的关联。" if removed else f"{user} 没有关联。")
    return redirect("admin:auth_user_change", user.pk)
