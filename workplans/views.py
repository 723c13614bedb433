"""Pages of plans: get (scoped), bind, call one verb, render."""

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit.kinds import EventKind
from audit.recording import records

from .models import Item, Plan, SourceDocument

PER_PAGE = 100


@require_safe
def plan_list(request):
    """List the plans the user reads, newest year first."""
    items = Item.objects.filter(plan=OuterRef("pk")).order_by().values("plan").annotate(count=Count("pk"))
    plans = (
        Plan.objects.visible_to(request.user)
        .select_related("organization")
        .annotate(item_count=Coalesce(Subquery(items.values("count")), 0))
    )
    page = Paginator(plans, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "workplans/plan_list.html", {"page": page})


@records(EventKind.DOWNLOAD)
@require_safe
def source_download(request, pk):
    """Hand out a source document as it came."""
    document = get_object_or_404(SourceDocument.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(bytes(document.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, document.name)
    return response
