"""Two addresses for load balancers and monitoring. Anybody may ask, so they say one word; the log says the rest."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import health
from .faults import RETRY_AFTER

log = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """Say that the process is alive; nothing else is asked, so a database at rest restarts no process."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request):
    """Say whether requests should be sent here: 200, or 503 with the reasons in the log."""
    if problems := health.problems():
        log.warning("还不能提供服务：%s", "；".join(problems))
        headers = {"Retry-After": str(RETRY_AFTER)}
        return HttpResponse("unavailable\n", content_type="text/plain", status=503, headers=headers)
    return HttpResponse("ok\n", content_type="text/plain")
