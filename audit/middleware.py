"""No file leaves unrecorded, whoever wrote its view."""

from urllib.parse import unquote

from .kinds import EventKind
from .recording import record

REFUSED = (403, 404)


class DownloadsRecorded:
    """Keep one event for every response that is a file to be saved, and for every refused one of a marked view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer, then record unless the view did it itself."""
        response = self.get_response(request)
        kind = _kind_of(request)
        disposition = response.headers.get("Content-Disposition", "")
        is_file = disposition.startswith("attachment")
        is_refused = kind and response.status_code in REFUSED
        # Asked for last: a page that says the database is away must not ask it who is there.
        if (is_file or is_refused) and not getattr(request, "is_recorded", False) and request.user.is_authenticated:
            detail = _file_name(disposition) if is_file else ""
            record(kind or EventKind.DOWNLOAD, request, target=request.path, success=is_file, detail=detail)
        return response


def _kind_of(request):
    match = request.resolver_match
    return getattr(match.func, "audit_kind", None) if match else None


def _file_name(disposition):
    return unquote(disposition.partition("filename")[2].lstrip("*=").removeprefix("utf-8''").strip('"'))
