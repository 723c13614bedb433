"""Pages of plans: get (scoped), bind, call one verb, render."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit.kinds import Kind
from audit.recording import records

from .models import Plan, SourceDocument


@require_safe
def plan_list(request):
    """List the plans the user reads, newest year first."""
    plans = (
        Plan.objects.visible_to(request.user)
        .select_related("organization")
        .annotate(item_count=Count("items"))
    )
    return render(request, "workplans/plan_list.html", {"plans": plans})


@records(Kind.DOWNLOAD)
@require_safe
def source_download(request, pk):
    """Hand out a source document as it came."""
    document = get_object_or_404(SourceDocument.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(bytes(document.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, document.name)
    return response
