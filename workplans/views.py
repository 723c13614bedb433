"""Pages of plans: get (scoped), bind, call one verb, render."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit.kinds import EventKind
from audit.recording import records

from .models import SourceDocument

PER_PAGE = 100


@records(EventKind.DOWNLOAD)
@require_safe
def source_download(request, pk):
    """Hand out a source document as it came."""
    document = get_object_or_404(SourceDocument.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(bytes(document.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, document.name)
    return response
