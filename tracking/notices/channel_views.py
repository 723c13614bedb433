"""Pages of channels: what a bureau sends by which way, what did not arrive, what a person wants. Off, they are not there."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import record
from tracking.models import Channel, ChannelKind, Message, MessageChoice, MessageState
from workplans import access
from workplans.ids import id_of
from workplans.models import Organization
from workplans.steps import post_only

from .channel_forms import ChannelForm, ChoiceForm
from .channels import KINDS, NotSent
from .delivering import resend, try_out

PER_PAGE = 50


def where_on(view):
    """Answer 404 where no messages leave the house."""

    @wraps(view)
    def shown(request, *args, **kwargs):
        if not settings.OUTGOING_CHANNELS:
            raise Http404
        return view(request, *args, **kwargs)

    return shown


def kept_organizations(user):
    """Return the organizations whose channels the user keeps. Raises PermissionDenied where there is none."""
    if refused := access.supervises_or_administers(user, None):
        raise PermissionDenied(refused)
    own = Organization.objects.visible_to(user)
    return own if access.administers(user, None) is None else own.filter(pk__in=access.standing(user).supervised)


def kept_channel(request, pk):
    """Return a channel the user keeps; one of another organization is not there."""
    channel = get_object_or_404(Channel.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if refused := access.supervises_or_administers(request.user, channel):
        raise PermissionDenied(refused)
    return channel


@where_on
@require_safe
def channel_list(request):
    """List the channels of the organizations the user keeps."""
    organizations = kept_organizations(request.user)
    dead = Count("messages", filter=Q(messages__state=MessageState.DEAD))
    waiting = Count("messages", filter=Q(messages__state=MessageState.WAITING))
    channels = Channel.objects.filter(organization__in=organizations).select_related("organization")
    shown = [
        (channel, urlsplit(channel.address).hostname or "") for channel in channels.annotate(dead=dead, waiting=waiting)
    ]
    context = {"shown": shown, "organizations": organizations, "kinds": KINDS.values()}
    return render(request, "tracking/channels/list.html", context)


@where_on
@require_http_methods(["GET", "HEAD", "POST"])
def channel_new(request):
    """Make a channel: its organization and kind are in the address, the rest is filled in."""
    asked = request.GET.get("organization") or None
    organizations = kept_organizations(request.user)
    organization = get_object_or_404(organizations, pk=id_of(asked)) if asked else organizations.first()
    kind = request.GET.get("kind", ChannelKind.WECOM)
    if kind not in ChannelKind.values or organization is None:
        raise Http404
    return _edited(request, Channel(organization=organization, kind=kind))


@where_on
@require_http_methods(["GET", "HEAD", "POST"])
def channel_page(request, pk):
    """Change a channel."""
    return _edited(request, kept_channel(request, pk))


def _edited(request, channel):
    form = ChannelForm(request.POST or None, instance=channel)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            stored = form.save()
            record(EventKind.SETTINGS, request, target=stored, detail=stored.get_kind_display())
        messages.success(request, f"已保存消息渠道“{stored}”，请用“发送一条试试”核对。")
        return redirect("tracking:channel_page", pk=stored.pk)
    return render(request, "tracking/channels/page.html", {"form": form, "channel": channel, "kind": form.kind})


@post_only
@where_on
def channel_try(request, pk):
    """Send one line by a channel at once."""
    channel = kept_channel(request, pk)
    try:
        try_out(channel, by=request.user, now=timezone.now())
        messages.success(request, f"“{channel}”已接收一条测试消息，请在对方一侧核对。")
    except NotSent as problem:
        messages.error(request, f"没有发出：{problem}")
    return redirect("tracking:channel_page", pk=channel.pk)


@where_on
@require_http_methods(["GET", "HEAD", "POST"])
def undelivered(request):
    """List what did not arrive; a POST sends one (`message`) or all of it again."""
    kept = Message.objects.filter(channel__organization__in=kept_organizations(request.user)).undelivered()
    if request.method == "POST":
        chosen = kept.filter(pk=id_of(request.POST["message"])) if request.POST.get("message") else kept
        count = resend(chosen, now=timezone.now())
        messages.success(request, f"{count} 条消息将在一分钟内重发。")
        return redirect("tracking:undelivered")
    page = Paginator(kept.select_related("channel", "recipient"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "tracking/channels/undelivered.html", {"page": page})


@where_on
@require_http_methods(["GET", "HEAD", "POST"])
def message_choice(request):
    """Say what one wants to be told."""
    own = MessageChoice.objects.visible_to(request.user).first() or MessageChoice(user=request.user)
    form = ChoiceForm(request.POST if request.method == "POST" else None, instance=own)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "已保存；不接收的消息仍会显示在“通知”中。")
        return redirect("tracking:message_choice")
    return render(request, "tracking/channels/choice.html", {"form": form})
