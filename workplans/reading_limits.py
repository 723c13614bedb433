"""What every upload goes through before anything reads it: its size while it comes in, its name."""

from functools import wraps
from pathlib import PurePath

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from importer.files.limits import MAX_BYTES


class SizeLimit(FileUploadHandler):
    """Stops taking in a file as soon as it is larger than may be sent; the page says so."""

    def handle_raw_input(self, *arguments, **options):
        """Remember where to leave the note."""
        self.received = 0
        self.request.is_too_large = False

    def receive_data_chunk(self, raw_data, start):
        """Count."""
        self.received += len(raw_data)
        if self.received > MAX_BYTES:
            self.request.is_too_large = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size):
        """The handlers behind this one keep the file."""
        return


def limited(view):
    """Stop taking in an upload as soon as it is too large: the handler must be in place before anything reads the request."""

    @csrf_exempt
    @wraps(view)
    def receiving(request, *arguments, **options):
        request.upload_handlers.insert(0, SizeLimit(request))
        return csrf_protect(view)(request, *arguments, **options)

    return receiving


def plain_name(name: str) -> str:
    """A file's name without a path and without what cannot be printed."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable()).strip()[-200:] or "未命名文件"
