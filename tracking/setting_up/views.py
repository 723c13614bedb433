"""开始使用: the page of the first steps, and what can be done on it at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.kinds import EventKind
from audit.recording import record
from workplans import access
from workplans.ids import id_of
from workplans.models import Office, Organization
from workplans.officebook import OfficeBook
from workplans.steps import post_only

from .first_steps import KINDS, first_steps, kept_by, unready
from .forms import OfficeNamesForm, OrganizationNameForm


def _here(organization):
    query = urlencode({"organization": organization.pk})
    return HttpResponseRedirect(f"{reverse('tracking:setup')}?{query}")


def _kept(request, pk) -> Organization:
    """Return an organization whose first steps the user takes; 404 for one that is not the user's to see."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if refused := access.supervises_or_administers(request.user, organization):
        raise PermissionDenied(refused)
    return organization


@require_safe
def setup(request):
    """Show the steps of one organization: the one asked for, else the first in which something is left to do."""
    return _page(request)


def _page(request, organization=None, office_form=None, name_form=None):
    if refused := access.supervises_or_administers(request.user, None):
        raise PermissionDenied(refused)
    every = list(kept_by(request.user))
    if organization is None and (asked := request.GET.get("organization")):
        organization = _kept(request, id_of(asked))
    if organization is None:
        organization = unready(kept_by(request.user)).first() or (every[0] if every else None)
    is_administrator = access.administers(request.user, None) is None
    context = {
        "organization": organization, "organizations": every, "is_administrator": is_administrator,
        "first": first_steps(request.user, organization, timezone.localdate()) if organization else None,
        "office_form": office_form or OfficeNamesForm(auto_id="setup_%s"),
        "name_form": name_form or OrganizationNameForm(auto_id="setup_%s"),
        "may_join": is_administrator and organization and access.supervises(request.user, organization) is not None,
    }  # fmt: skip
    return render(request, "tracking/setup.html", context)


@post_only
def setup_organization(request):
    """单位: make one."""
    if refused := access.refusal(request.user, "add", Organization):
        raise PermissionDenied(refused)
    form = OrganizationNameForm(request.POST, auto_id="setup_%s")
    if not form.is_valid():
        return _page(request, name_form=form)
    organization = form.save()
    record(EventKind.SETTINGS, request, target=organization, detail="新增")
    messages.success(request, f"已建立单位“{organization}”。")
    if form.cleaned_data["supervises"]:
        _join(request, organization)
    return _here(organization)


@post_only
def setup_offices(request, pk):
    """科室: make all that are named and not there yet."""
    organization = _kept(request, pk)
    form = OfficeNamesForm(request.POST, auto_id="setup_%s")
    if not form.is_valid():
        return _page(request, organization, office_form=form)
    with transaction.atomic():
        before = Office.objects.filter(organization=organization).count()
        OfficeBook(organization).enter(dict.fromkeys(form.cleaned_data["names"], 0))
        made = Office.objects.filter(organization=organization).count() - before
        record(EventKind.SETTINGS, request, target=organization, detail=f"新增 {made} 个科室")
    known = max(len(form.cleaned_data["names"]) - made, 0)
    messages.success(request, f"已添加 {made} 个科室{f'，{known} 个原来就有' if known else ''}。")
    return _here(organization)


@post_only
def setup_skip(request, pk):
    """Skip a step, or take it up again: the one thing that is stored of the steps."""
    organization = _kept(request, pk)
    key = request.POST.get("step", "")
    if key in {kind.key for kind in KINDS}:
        skipped = organization.steps_skipped
        organization.steps_skipped = [one for one in skipped if one != key] if key in skipped else [*skipped, key]
        organization.save(update_fields=["steps_skipped"])
    return _here(organization)


@post_only
def setup_supervise(request, pk):
    """Let the administrator be the supervisor too, where a bureau begins with one person."""
    organization = _kept(request, pk)
    if refused := access.administers(request.user, organization):
        raise PermissionDenied(refused)
    _join(request, organization)
    return _here(organization)


def _join(request, organization):
    if row := access.make_supervisor(request.user, organization):
        record(EventKind.ROLE, request, target=request.user, detail=f"新增任职：{row}")
        messages.success(request, f"您已兼任{organization}的督办员，可以导入计划、建立填报期。")
