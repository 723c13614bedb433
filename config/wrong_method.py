"""A page for 405, which Django answers with nothing: a step opened by its address leads to its page."""

from django.http import HttpResponseRedirect

from operations import faults
from workplans.steps import SAFE, is_step, page_above


class WrongMethod:
    """Put the house's page in the place of an empty answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Look at the answer."""
        response = self.get_response(request)
        is_for_programs = response.headers.get("Content-Type", "").startswith("application/problem")
        if response.status_code != 405 or is_for_programs:
            return response
        if request.method in SAFE and request.resolver_match and is_step(request.resolver_match):
            return HttpResponseRedirect(page_above(request.path))
        page = faults.page(request, faults.NOT_THIS_WAY)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page
