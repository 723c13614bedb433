"""A number that no row can have is not found. PostgreSQL says so by itself; SQLite cannot be handed an integer of more
than 64 bits and raises OverflowError, wherever a form, a filter or an action of the admin carries one into a query."""

from django.views.defaults import page_not_found

REFUSED_BY_SQLITE = "too large to convert to SQLite INTEGER"


class NotFoundWhereTooLong:
    """Middleware: answers 404 instead of 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Return the page of what is not there; None for every other exception."""
        if isinstance(exception, OverflowError) and REFUSED_BY_SQLITE in str(exception):
            return page_not_found(request, exception)
        return None
