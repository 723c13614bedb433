"""通知: a person's own notices."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracking.models import Digest
from workplans import access
from workplans.ids import id_of

from .leading import lines_of
from .notices import mark_read
from .outgoing import is_on

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request):
    """List the user's notices, newest first; a POST marks one (`notice`) or all of them read."""
    own = Digest.objects.visible_to(request.user)
    if request.method == "POST":
        chosen = own.filter(pk=id_of(request.POST["notice"])) if request.POST.get("notice") else own
        count = mark_read(chosen, now=timezone.now())
        messages.success(request, f"已把 {count} 条通知标为已读。")
        return redirect("tracking:notices")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    unread = own.filter(read_at=None).count()
    shown = [(notice, lines_of(notice)) for notice in page]
    context = {"page": page, "shown": shown, "unread": unread, "may_choose": is_on()}
    context["keeps_channels"] = is_on() and access.supervises_or_administers(request.user, None) is None
    return render(request, "tracking/notices.html", context)
