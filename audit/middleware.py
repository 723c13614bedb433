"""No file leaves unrecorded, whoever wrote its view."""

from urllib.parse import unquote

from .kinds import Kind
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
        if getattr(request, "is_recorded", False) or not request.user.is_authenticated:
            return response
        if disposition.startswith("attachment"):
            record(kind or Kind.DOWNLOAD, request, target=request.path, detail=_file_name(disposition))
        elif kind and response.status_code in REFUSED:
            record(kind, request, target=request.path, success=False)
        return response


def _kind_of(request):
    match = request.resolver_match
    return getattr(match.func, "audit_kind", None) if match else None


def _file_name(disposition):
    return unquote(disposition.partition("filename")[2].lstrip("*=").removeprefix("utf-8''").strip('"'))
